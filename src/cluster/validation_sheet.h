#pragma once
// Inside the folder: a validation under way, and how Kafka Connect lists it (AbstractHerder.generateResult).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/herder.h"
#include "sdk/config/config_def.h"

namespace sluice::cluster {

class ValidationSheet {
 public:
  /// A key of the main part. One that is there already keeps its place and gets the new definition.
  void define(sdk::ConfigKey key);
  /// A value; one of the same name before is replaced, its errors too.
  void set(sdk::ConfigValue value);
  void add_error(std::string_view name, std::string error);
  void add_group(const std::string& group);
  /// A key of the parts that follow the main one (client overrides, converters).
  void append(ConfigCheck check) { appended_.push_back(std::move(check)); }

  /// Null if there is none of that name in the main part.
  sdk::ConfigValue* value(std::string_view name);
  sdk::ConfigKey* key(std::string_view name);
  bool has_errors(std::string_view name) const;

  ConfigChecks finish(std::string name) &&;

 private:
  std::vector<sdk::ConfigKey> keys_;
  std::map<std::string, size_t, std::less<>> key_index_;
  std::map<std::string, sdk::ConfigValue, std::less<>> values_;
  std::vector<ConfigCheck> appended_;
  std::vector<std::string> groups_;
};

}  // namespace sluice::cluster
