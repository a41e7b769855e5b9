#pragma once
// The options that the framework itself knows in a connector's configuration (ConnectorConfig,
// SourceConnectorConfig, SinkConnectorConfig of 4.1), and the check of a whole configuration: framework,
// connector, converters, clients.

#include <string>
#include <vector>

#include "base/result.h"
#include "plugins/plugins.h"
#include "sdk/config/config_def.h"

namespace sluice::tasks {

const sdk::ConfigDef& source_connector_config();
const sdk::ConfigDef& sink_connector_config();

struct ConnectorCheck {
  std::vector<sdk::ConfigValue> values;   // every known key, with its errors
  std::vector<std::string> unknown_keys;  // in the configuration, known to nobody
  int error_count() const;
  /// Kafka Connect's text of a refused configuration: one line per error.
  std::string error_text() const;
};

/// `worker` is the worker's configuration (override policy, group.id). Error kind kBadConfig when the
/// connector's class itself is missing or unknown.
Result<ConnectorCheck> check_connector(const plugins::Plugins& plugins, const sdk::Properties& worker,
                                       const sdk::Properties& properties);

}  // namespace sluice::tasks
