#include "cluster/validation_sheet.h"

#include <algorithm>
#include <utility>

namespace sluice::cluster {

void ValidationSheet::define(sdk::ConfigKey key) {
  if (!key.group.empty()) add_group(key.group);
  const auto [place, is_new] = key_index_.emplace(key.name, keys_.size());
  if (is_new) {
    keys_.push_back(std::move(key));
  } else {
    keys_[place->second] = std::move(key);
  }
}

void ValidationSheet::set(sdk::ConfigValue value) {
  std::string name = value.name;
  values_.insert_or_assign(std::move(name), std::move(value));
}

void ValidationSheet::add_error(std::string_view name, std::string error) {
  sdk::ConfigValue* found = value(name);
  if (found == nullptr) {
    sdk::ConfigValue fresh;
    fresh.name = name;
    set(std::move(fresh));
    found = value(name);
  }
  found->errors.push_back(std::move(error));
}

void ValidationSheet::add_group(const std::string& group) {
  if (std::find(groups_.begin(), groups_.end(), group) == groups_.end()) groups_.push_back(group);
}

sdk::ConfigValue* ValidationSheet::value(std::string_view name) {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

sdk::ConfigKey* ValidationSheet::key(std::string_view name) {
  const auto found = key_index_.find(name);
  return found == key_index_.end() ? nullptr : &keys_[found->second];
}

bool ValidationSheet::has_errors(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !found->second.errors.empty();
}

ConfigChecks ValidationSheet::finish(std::string name) && {
  ConfigChecks checks;
  checks.name = std::move(name);
  for (auto& [key, value] : values_) {
    if (!key_index_.contains(key)) checks.configs.push_back({std::nullopt, value});
  }
  for (sdk::ConfigKey& key : keys_) {
    sdk::ConfigValue value;
    if (const auto found = values_.find(key.name); found != values_.end()) value = std::move(found->second);
    value.name = key.name;
    checks.configs.push_back({std::move(key), std::move(value)});
  }
  for (ConfigCheck& check : appended_) {
    if (check.definition && !check.definition->group.empty()) add_group(check.definition->group);
    checks.configs.push_back(std::move(check));
  }
  checks.groups = std::move(groups_);
  for (const ConfigCheck& check : checks.configs)
    checks.error_count += static_cast<int32_t>(check.value.errors.size());
  return checks;
}

}  // namespace sluice::cluster
