#include "connectors/sql/sink/connector.h"

#include "connectors/sql/sink/offset_table.h"

namespace sluice::connectors::sql {

Status SqlSinkConnector::start(const sdk::Properties& properties, sdk::ConnectorContext&) {
  SLUICE_RETURN_IF_ERROR(parse_sink(flavour_, properties));
  properties_ = properties;
  return {};
}

Result<std::vector<sdk::Properties>> SqlSinkConnector::task_configs(int tasks_max) {
  return std::vector<sdk::Properties>(static_cast<size_t>(tasks_max), properties_);
}

Result<bool> SqlSinkConnector::alter_offsets(const sdk::Properties& properties, const sdk::Offsets& offsets) {
  SLUICE_ASSIGN_OR_RETURN(SinkOptions options, parse_sink(flavour_, properties));
  if (!options.exactly_once) return true;
  options.connecting.attempts = 1;  // somebody waits for the answer
  const StopSignal never;
  SLUICE_ASSIGN_OR_RETURN(const auto connection, connect_patiently(options.connecting, never));
  const OffsetTable table(options.offset_table, options.group_id);
  SLUICE_RETURN_IF_ERROR(table.create(*connection));
  for (const auto& [partition, offset] : offsets) {
    SLUICE_RETURN_IF_ERROR(table.reset(*connection, partition, offset));
  }
  return true;
}

}  // namespace sluice::connectors::sql
