#pragma once
// A name as one segment of a URL's path (RFC 3986).

#include <fmt/format.h>

#include <cctype>
#include <string>
#include <string_view>

namespace sluice::cluster {

inline std::string url_path(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool is_plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

}  // namespace sluice::cluster
