#include "rest/basic_auth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sluice::rest {
namespace {

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

/// java.util.Base64's basic decoder and its complaints.
Result<std::string> decode(std::string_view text) {
  if (text.size() == 1) return bad_record("Input byte[] should at least have 2 bytes for base64 bytes");
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;  // of sextets in the present group
  size_t at = 0;
  for (; at < text.size() && text[at] != '='; ++at) {
    const int value = sextet(text[at]);
    if (value < 0) {
      return bad_record(fmt::format("Illegal base64 character {:x}",
                                    static_cast<unsigned>(static_cast<unsigned char>(text[at]))));
    }
    bits = (bits << 6) | static_cast<uint32_t>(value);
    if (++count < 4) continue;
    for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<char>((bits >> shift) & 0xFF));
    bits = 0;
    count = 0;
  }
  const std::string_view padding = text.substr(at);
  const size_t wanted = count == 2 ? 2 : count == 3 ? 1 : 0;
  if (count == 1) {
    return bad_record(padding.empty() ? "Last unit does not have enough valid bits"
                                      : "Input byte array has wrong 4-byte ending unit");
  }
  if (!padding.empty() && (padding.size() < wanted || wanted == 0 || (wanted == 2 && padding[1] != '=')))
    return bad_record("Input byte array has wrong 4-byte ending unit");
  if (padding.size() > wanted)
    return bad_record(fmt::format("Input byte array has incorrect ending byte at {}", at + wanted));
  if (count >= 2) bytes.push_back(static_cast<char>((bits >> (count == 2 ? 4 : 10)) & 0xFF));
  if (count == 3) bytes.push_back(static_cast<char>((bits >> 2) & 0xFF));
  return bytes;
}

}  // namespace

Result<std::optional<Credentials>> parse_basic_auth(std::string_view header) {
  static constexpr std::string_view kBasic = "basic";
  const size_t space = header.find(' ');
  if (space == std::string_view::npos) return std::optional<Credentials>();
  const bool is_basic = std::equal(
      kBasic.begin(), kBasic.end(), header.begin(), header.begin() + static_cast<std::ptrdiff_t>(space),
      [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
  if (!is_basic) return std::optional<Credentials>();
  SLUICE_ASSIGN_OR_RETURN(const std::string text, decode(header.substr(space + 1)));
  const size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) return std::optional<Credentials>();
  return std::optional(Credentials{text.substr(0, colon), text.substr(colon + 1)});
}

}  // namespace sluice::rest
