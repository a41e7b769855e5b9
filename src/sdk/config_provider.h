#pragma once
// Where the values behind ${provider:path:key} in configurations come from
// (org.apache.kafka.common.config.provider.ConfigProvider, KIP-297). Made and configured once at start by the
// worker's own configuration; get() may then come from any thread.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::sdk {

class ConfigProvider {
 public:
  virtual ~ConfigProvider() = default;
  virtual const ConfigDef& config() const = 0;
  /// `properties`: what stood under `config.providers.<alias>.param.`. Error kind kBadConfig.
  virtual Status configure(const Properties& properties) = 0;

  /// The value, or nothing if there is none; `path` may be empty. May block for a file. Errors name path and
  /// key, never a value.
  virtual Result<std::optional<std::string>> get(const std::string& path, const std::string& key) const = 0;
};

}  // namespace sluice::sdk
