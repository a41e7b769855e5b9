#pragma once
// The check of a whole connector configuration, for both herders: PUT …/config/validate answers its result,
// creating and changing a connector needs it free of errors (AbstractHerder.validateConnectorConfig of 4.1).
//
// It asks the connector itself, which may look at its outside system: not for the herder's thread.

#include <optional>
#include <string>
#include <vector>

#include "cluster/herder.h"
#include "plugins/plugins.h"
#include "sdk/properties.h"
#include "tasks/config_transformer.h"

namespace sluice::cluster {

struct ValidationWorker {
  const plugins::Plugins& plugins;
  const sdk::Properties& properties;  // the worker's configuration
  /// Of a distributed worker, whose rules are a few more; none: standalone.
  std::optional<std::string> group_id{};
  bool exactly_once_sources = false;
  /// What stands behind ${…} is checked, and shown nowhere; null: nothing does.
  const tasks::ConfigTransformer* transformer = nullptr;
};

/// Error kBadRequest when the class itself is missing or unknown, kInternal when a client setting cannot be
/// parsed or a config provider fails.
Answer<ConfigChecks> validate_connector(const ValidationWorker& worker, const RawConfig& config);

/// The answer to a request that would store such a configuration; nothing if it has no errors.
std::optional<RequestError> refusal_of(const ConfigChecks& checks);

/// Keys that nobody knows, for a warning.
std::vector<std::string> unknown_keys(const plugins::Plugins& plugins, const RawConfig& config);

/// Without the keys whose value is null.
sdk::Properties without_nulls(const RawConfig& config);

/// As Java prints a map: {k=v, k2=v2}.
std::string map_text(const RawConfig& config);

}  // namespace sluice::cluster
