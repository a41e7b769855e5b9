#include "formats/json/utf16.h"

#include <bit>
#include <optional>
#include <vector>

#include "formats/json/lenient_parser.h"
#include "formats/json/text_scan.h"

namespace sluice::json {
namespace {

constexpr size_t kUtf8PerUnitMax = 3;

struct Encoding {
  size_t width = 1;  // bytes per unit
  bool big_endian = true;
  size_t mark = 0;  // bytes of the byte order mark
};

/// Jackson's guess (ByteSourceJsonBootstrapper); nothing for the byte orders of four that it refuses.
std::optional<Encoding> guess(BytesView text) {
  const auto byte = [text](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  if (text.size() >= 4) {
    const uint32_t quad = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    if (quad == 0x0000FEFF) return Encoding{4, true, 4};
    if (quad == 0xFFFE0000) return Encoding{4, false, 4};
    if (quad == 0x0000FFFE || quad == 0xFEFF0000) return std::nullopt;
    if (quad >> 16 == 0xFEFF) return Encoding{2, true, 2};
    if (quad >> 16 == 0xFFFE) return Encoding{2, false, 2};
    if (quad >> 8 == 0xEFBBBF) return Encoding{1, true, 3};
    if (quad >> 8 == 0) return Encoding{4, true, 0};
    if ((quad & 0x00FFFFFF) == 0) return Encoding{4, false, 0};
    if ((quad & ~0x00FF0000U) == 0 || (quad & ~0x0000FF00U) == 0) return std::nullopt;
  }
  if (text.size() >= 2) {
    if (byte(0) == 0) return Encoding{2, true, 0};
    if (byte(1) == 0) return Encoding{2, false, 0};
  }
  return Encoding{};
}

}  // namespace

std::string_view utf8_of_units(sdk::Arena& arena, std::span<const uint16_t> units) {
  if (units.empty()) return {"", 0};
  auto* start = static_cast<char*>(arena.allocate(units.size() * kUtf8PerUnitMax, 1));
  char* out = start;
  for (size_t i = 0; i < units.size(); ++i) {
    const uint32_t unit = units[i];
    if (unit < 0xD800 || unit > 0xDFFF) {
      out = put_utf8(out, unit);
    } else if (unit < 0xDC00 && i + 1 < units.size() && units[i + 1] >> 10 == 0xDC00 >> 10) {
      out = put_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (units[++i] - 0xDC00U));
    } else {
      *out++ = '?';
    }
  }
  return {start, static_cast<size_t>(out - start)};
}

Result<BytesView> to_utf8_by_guess(sdk::Arena& arena, BytesView text) {
  const auto encoding = guess(text);
  if (!encoding) return bad_record("Unsupported UCS-4 endianness detected");
  text.remove_prefix(encoding->mark);
  if (encoding->width == 1) return text;
  std::vector<uint16_t> units;
  for (; text.size() >= encoding->width; text.remove_prefix(encoding->width)) {
    uint32_t code = 0;
    for (size_t i = 0; i < encoding->width; ++i) {
      const size_t from = encoding->big_endian ? i : encoding->width - 1 - i;
      code = code << 8 | static_cast<unsigned char>(text[from]);
    }
    if (code > 0x10FFFF) return bad_record("Invalid UTF-32 character");
    if (code > 0xFFFF) {
      units.push_back(static_cast<uint16_t>(0xD800 + ((code - 0x10000) >> 10)));
      code = 0xDC00 + ((code - 0x10000) & 0x3FF);
    }
    units.push_back(static_cast<uint16_t>(code));
  }
  if (!text.empty())
    return bad_record("Unexpected EOF in the middle of a multi-byte UTF-16 or UTF-32 character");
  return utf8_of_units(arena, units);
}

}  // namespace sluice::json
