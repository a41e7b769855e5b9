#pragma once
// org.apache.kafka.common.config.provider.DirectoryConfigProvider: the path is a folder, keys are its files,
// as secrets are mounted into containers.

#include "providers/allowed_paths.h"
#include "sdk/config_provider.h"

namespace sluice::providers {

class DirectoryProvider final : public sdk::ConfigProvider {
 public:
  const sdk::ConfigDef& config() const override;
  Status configure(const sdk::Properties& properties) override;
  /// The whole content of the regular file `key`. A path that is no folder holds nothing, with a warning.
  /// Error kind kBadConfig: the file cannot be read.
  Result<std::optional<std::string>> get(const std::string& path, const std::string& key) const override;

 private:
  AllowedPaths allowed_;
};

}  // namespace sluice::providers
