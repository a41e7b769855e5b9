#include "formats/json/json_decoder.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "formats/json/fast_parser.h"
#include "formats/json/key_shapes.h"
#include "formats/json/lenient_parser.h"

namespace sluice::json {
namespace {

constexpr size_t kFastBytesMax = kStringLengthMax;  // so that no string can be too long

}  // namespace

Decoder::Decoder(Numbers numbers)
    : numbers_(numbers),
      shapes_(std::make_unique<KeyShapes>()),
      fast_(std::make_unique<FastParser>(*shapes_, numbers)) {}

Decoder::~Decoder() = default;

void Decoder::begin_batch(sdk::Arena& arena) {
  shapes_->forget_if_full();
  arena.keep(shapes_->pool());
}

bool Decoder::decode_fast(BytesView text, bool embedded, sdk::Arena& arena, sdk::Value& out, size_t& taken) {
  if (text.empty() || text.size() > kFastBytesMax) return false;
  auto* copy = static_cast<char*>(arena.allocate(text.size() + FastParser::kPadding, 1));
  std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, FastParser::kPadding);
  const char* end = nullptr;
  if (!fast_->parse(copy, text.size(), embedded, arena, out, end)) return false;
  taken = static_cast<size_t>(end - copy);
  return !fast_->saw_non_ascii() || simdjson::validate_utf8(text.data(), taken);
}

Result<sdk::Value> Decoder::decode(BytesView text, sdk::Arena& arena) {
  sdk::Value value;
  size_t taken = 0;
  if (decode_plain(text, arena, value, taken)) return value;
  return LenientParser(arena, numbers_).parse(text);
}

Result<sdk::Value> decode_leniently(BytesView text, sdk::Arena& arena, Numbers numbers) {
  return LenientParser(arena, numbers).parse(text);
}

size_t skip_value(BytesView text, size_t at) {
  size_t depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
    } else if (c == '{' || c == '[') {
      ++depth;
      continue;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;  // the end of a number or word inside a container
      --depth;
    } else if (c == ',' && depth == 0) {
      return at;
    } else if (c != '"') {
      continue;
    }
    if (depth == 0) return std::min(at + 1, text.size());
  }
  return text.size();
}

}  // namespace sluice::json
