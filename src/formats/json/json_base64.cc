#include "formats/json/json_base64.h"

#include <string>

#include "sdk/data/base64.h"

namespace sluice::json {

std::optional<BytesView> decode_json_base64(sdk::Arena& arena, std::string_view text) {
  if (const auto bytes = sdk::decode_base64(arena, text)) return bytes;
  std::string joined;
  size_t at = 0;
  while (true) {
    while (at < text.size() && static_cast<unsigned char>(text[at]) <= ' ') ++at;
    if (at == text.size()) break;
    const auto group = sdk::decode_base64(arena, text.substr(at, 4));
    if (!group) return std::nullopt;
    joined.append(*group);
    at += 4;
  }
  return arena.copy(joined);
}

}  // namespace sluice::json
