#pragma once
// Configuration as users write it: text keys, text values, in the order of the keys.

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sluice::sdk {

using Properties = std::map<std::string, std::string, std::less<>>;

/// The value, or null if there is none.
inline const std::string* find(const Properties& properties, std::string_view key) {
  const auto found = properties.find(key);
  return found == properties.end() ? nullptr : &found->second;
}

/// The entries whose key starts with `prefix`, the prefix cut off.
Properties with_prefix(const Properties& properties, std::string_view prefix);

}  // namespace sluice::sdk
