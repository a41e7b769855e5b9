#include "sdk/properties.h"

namespace sluice::sdk {

Properties with_prefix(const Properties& properties, std::string_view prefix) {
  Properties result;
  for (auto entry = properties.lower_bound(prefix);
       entry != properties.end() && entry->first.starts_with(prefix); ++entry) {
    if (entry->first.size() > prefix.size())
      result.emplace(entry->first.substr(prefix.size()), entry->second);
  }
  return result;
}

}  // namespace sluice::sdk
