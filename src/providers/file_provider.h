#pragma once
// org.apache.kafka.common.config.provider.FileConfigProvider: the path is a Java properties file.

#include "providers/allowed_paths.h"
#include "sdk/config_provider.h"

namespace sluice::providers {

class FileProvider final : public sdk::ConfigProvider {
 public:
  const sdk::ConfigDef& config() const override;
  Status configure(const sdk::Properties& properties) override;
  /// An empty path holds nothing. Error kind kBadConfig: the file cannot be read.
  Result<std::optional<std::string>> get(const std::string& path, const std::string& key) const override;

 private:
  AllowedPaths allowed_;
};

}  // namespace sluice::providers
