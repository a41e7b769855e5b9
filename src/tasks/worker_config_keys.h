#pragma once
// Inside the room: how the tables of worker options are written.

#include <string>
#include <utility>

#include "sdk/config/config_def.h"

namespace sluice::tasks {

inline sdk::ConfigKey key(std::string name, sdk::ConfigType type, sdk::ConfigDefault default_value,
                          sdk::Importance importance, std::string doc) {
  sdk::ConfigKey result;
  result.name = std::move(name);
  result.type = type;
  result.default_value = std::move(default_value);
  result.importance = importance;
  result.doc = std::move(doc);
  return result;
}

inline sdk::ConfigKey checked(sdk::ConfigKey base, sdk::Validator validator) {
  base.validator = std::move(validator);
  return base;
}

/// ssl.*, sasl.* and security.protocol.
void define_security(sdk::ConfigDef& def);

}  // namespace sluice::tasks
