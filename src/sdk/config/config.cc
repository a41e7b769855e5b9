#include "sdk/config/config_def.h"

namespace sluice::sdk {
namespace {

template <typename T>
const T& get(std::string_view name, const ConfigItem& item) {
  const T* value = std::get_if<T>(&item);
  if (value == nullptr) {
    check_failed("the option has the type that is asked for, and is set", std::string(name).c_str());
  }
  return *value;
}

bool is_unset(const ConfigItem& item) { return std::holds_alternative<std::monostate>(item); }

}  // namespace

const ConfigItem& Config::item(std::string_view name) const {
  const auto found = items_.find(name);
  if (found == items_.end()) check_failed("the option is defined", std::string(name).c_str());
  return found->second;
}

bool Config::has(std::string_view name) const {
  const auto found = items_.find(name);
  return found != items_.end() && !is_unset(found->second);
}

bool Config::get_boolean(std::string_view name) const { return get<bool>(name, item(name)); }
int64_t Config::get_int(std::string_view name) const { return get<int64_t>(name, item(name)); }
double Config::get_double(std::string_view name) const { return get<double>(name, item(name)); }

const std::string& Config::get_string(std::string_view name) const {
  static const std::string empty;
  const ConfigItem& found = item(name);
  return is_unset(found) ? empty : get<std::string>(name, found);
}

const std::vector<std::string>& Config::get_list(std::string_view name) const {
  static const std::vector<std::string> empty;
  const ConfigItem& found = item(name);
  return is_unset(found) ? empty : get<std::vector<std::string>>(name, found);
}

}  // namespace sluice::sdk
