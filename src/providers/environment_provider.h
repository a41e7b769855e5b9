#pragma once
// org.apache.kafka.common.config.provider.EnvVarConfigProvider: keys are variables of the worker's
// environment.

#include <map>
#include <string>

#include "sdk/config_provider.h"

namespace sluice::providers {

class EnvironmentProvider final : public sdk::ConfigProvider {
 public:
  /// `variables`: "NAME=value", ending with a null, as the process has them; copied.
  explicit EnvironmentProvider(const char* const* variables);

  const sdk::ConfigDef& config() const override;
  Status configure(const sdk::Properties& properties) override;
  /// Error kind kBadConfig: there is a path.
  Result<std::optional<std::string>> get(const std::string& path, const std::string& key) const override;

 private:
  std::map<std::string, std::string, std::less<>> variables_;  // those that are allowed
};

}  // namespace sluice::providers
