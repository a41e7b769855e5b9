#pragma once
// The options that the framework itself knows in a connector's configuration (ConnectorConfig,
// SourceConnectorConfig, SinkConnectorConfig of 4.1), in Kafka Connect's order. The check of a whole
// configuration is in cluster/connector_validation.h.

#include "sdk/config/config_def.h"

namespace sluice::tasks {

/// What both kinds have; all that is known where a connector's class cannot be loaded.
const sdk::ConfigDef& common_connector_config();
const sdk::ConfigDef& source_connector_config();
const sdk::ConfigDef& sink_connector_config();

}  // namespace sluice::tasks
