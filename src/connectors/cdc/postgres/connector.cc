#include "connectors/cdc/postgres/connector.h"

#include <fmt/core.h>

#include "connectors/cdc/common/signal_channels.h"
#include "connectors/cdc/postgres/position.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc::postgres {

Status PostgresConnector::start(const sdk::Properties& properties, sdk::ConnectorContext&) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, option_definitions().parse(properties));
  SLUICE_RETURN_IF_ERROR(parse_options(config));
  properties_ = properties;
  return {};
}

Result<std::vector<sdk::Properties>> PostgresConnector::task_configs(int) {
  return std::vector<sdk::Properties>{properties_};
}

Result<bool> PostgresConnector::alter_offsets(const sdk::Properties&,
                                              std::span<const sdk::PartitionAndOffset> offsets) {
  for (const sdk::PartitionAndOffset& one : offsets) {
    if (sdk::map_get(one.partition, "server").kind() != sdk::Kind::kString)
      return bad_config("The partition of an offset is {\"server\": \"<topic.prefix>\"}");
    if (one.offset.is_null() || Position::load(one.offset).lsn) continue;
    return bad_config("An offset of a PostgreSQL connector needs \"lsn\", a position in the log as a number");
  }
  return true;
}

Result<sdk::TopicRecord> PostgresConnector::signal(const sdk::Properties& properties,
                                                   std::string_view signal) const {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, option_definitions().parse(properties));
  SLUICE_ASSIGN_OR_RETURN(const Options options, parse_options(config));
  return signal_record(options, signal, system_clock());
}

}  // namespace sluice::connectors::cdc::postgres
