#pragma once
// Puts values in the place of ${provider:path:key} (KIP-297, ConfigTransformer and WorkerConfigTransformer of
// 4.1), with the providers of the worker's own configuration. What it returns holds secrets: it is for those
// who run connectors, never for topics, answers or logs. Thread-safe; may block for files.

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "plugins/plugins.h"
#include "sdk/config_provider.h"
#include "sdk/properties.h"

namespace sluice::tasks {

/// Whether a value holds a reference, whoever its provider may be.
bool has_reference(std::string_view value);

class ConfigTransformer {
 public:
  /// Changes nothing.
  ConfigTransformer() = default;
  /// From `config.providers`, `config.providers.<alias>.class` and `….param.<name>`. Error kind kBadConfig.
  static Result<ConfigTransformer> make(const plugins::Plugins& plugins, const sdk::Properties& worker);

  /// References to unknown providers or keys stay. Error kind kBadConfig: a provider failed.
  Result<sdk::Properties> transform(const sdk::Properties& properties) const;

 private:
  Result<std::string> transform(std::string_view value) const;
  Result<std::optional<std::string>> value_of(std::string_view reference) const;

  std::map<std::string, std::shared_ptr<const sdk::ConfigProvider>, std::less<>> providers_;
};

}  // namespace sluice::tasks
