#include "converters/charset.h"

#include <iconv.h>

#include <array>
#include <cerrno>

namespace sluice::converters {
namespace {

const auto kNoDescriptor = reinterpret_cast<iconv_t>(-1);  // NOLINT: what iconv_open returns
constexpr std::string_view kBigEndianMark = "\xFE\xFF";
constexpr std::string_view kLittleEndianMark = "\xFF\xFE";

/// Length of the UTF-8 character that starts here.
size_t utf8_length(unsigned char lead) { return lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

/// Runs a conversion; each place that cannot be converted becomes `replacement`.
std::string convert(iconv_t descriptor, BytesView input, std::string_view replacement, bool input_is_utf8) {
  std::string result;
  std::array<char, 4096> buffer;
  auto* in = const_cast<char*>(input.data());  // iconv does not write to it
  size_t left = input.size();
  iconv(descriptor, nullptr, nullptr, nullptr, nullptr);
  while (left > 0) {
    char* out = buffer.data();
    size_t room = buffer.size();
    const size_t converted = iconv(descriptor, &in, &left, &out, &room);
    result.append(buffer.data(), out);
    if (converted != static_cast<size_t>(-1) || errno == E2BIG) continue;
    result.append(replacement);
    const size_t skipped = errno == EINVAL ? left
                           : input_is_utf8 ? utf8_length(static_cast<unsigned char>(*in))
                                           : 1;
    in += std::min(skipped, left);
    left -= std::min(skipped, left);
  }
  return result;
}

}  // namespace

Result<std::unique_ptr<Charset>> Charset::open(const std::string& name) {
  std::unique_ptr<Charset> charset(new Charset());
  charset->utf16_with_mark_ = name == "UTF-16" || name == "UTF16" || name == "utf-16";
  const std::string known = charset->utf16_with_mark_ ? "UTF-16BE" : name;
  charset->decoder_ = iconv_open("UTF-8", known.c_str());
  charset->encoder_ = iconv_open(known.c_str(), "UTF-8");
  if (charset->decoder_ == kNoDescriptor || charset->encoder_ == kNoDescriptor) {
    return bad_config(
        "Invalid value " + name +
        " for configuration converter.encoding: not a known character set; give one such as UTF-8, "
        "ISO-8859-1, US-ASCII, UTF-16 or windows-1252");
  }
  return charset;
}

Charset::~Charset() {
  if (decoder_ != nullptr && decoder_ != kNoDescriptor) iconv_close(decoder_);
  if (encoder_ != nullptr && encoder_ != kNoDescriptor) iconv_close(encoder_);
}

BytesView Charset::decode(sdk::Arena& arena, BytesView bytes) {
  std::string swapped;
  if (utf16_with_mark_ && bytes.starts_with(kBigEndianMark)) bytes.remove_prefix(kBigEndianMark.size());
  if (utf16_with_mark_ && bytes.starts_with(kLittleEndianMark)) {
    swapped = bytes.substr(kLittleEndianMark.size());
    for (size_t i = 0; i + 1 < swapped.size(); i += 2) std::swap(swapped[i], swapped[i + 1]);
    bytes = swapped;
  }
  return arena.copy(convert(decoder_, bytes, "\xEF\xBF\xBD", false));
}

BytesView Charset::encode(sdk::Arena& arena, BytesView text) {
  std::string bytes = convert(encoder_, text, utf16_with_mark_ ? std::string_view("\0?", 2) : "?", true);
  if (utf16_with_mark_ && !bytes.empty()) bytes.insert(0, kBigEndianMark);
  return arena.copy(bytes);
}

}  // namespace sluice::converters
