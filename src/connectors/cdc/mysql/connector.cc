#include "connectors/cdc/mysql/connector.h"

#include "connectors/cdc/common/signal_channels.h"
#include "connectors/cdc/mysql/position.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc::mysql {

Status BinlogConnector::start(const sdk::Properties& properties, sdk::ConnectorContext&) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, options_of(flavour_).parse(properties));
  SLUICE_RETURN_IF_ERROR(parse_options(config, flavour_));
  properties_ = properties;
  return {};
}

Result<std::vector<sdk::Properties>> BinlogConnector::task_configs(int) {
  return std::vector<sdk::Properties>{properties_};
}

Result<bool> BinlogConnector::alter_offsets(const sdk::Properties&,
                                            std::span<const sdk::PartitionAndOffset> offsets) {
  for (const sdk::PartitionAndOffset& one : offsets) {
    if (sdk::map_get(one.partition, "server").kind() != sdk::Kind::kString)
      return bad_config("The partition of an offset is {\"server\": \"<topic.prefix>\"}");
    if (one.offset.is_null()) continue;
    if (!Position::load(one.offset).known() || sdk::map_get(one.offset, "pos").is_null())
      return bad_config("An offset needs \"file\", a file of the binary log, and \"pos\", a position in it");
  }
  return true;
}

Result<sdk::TopicRecord> BinlogConnector::signal(const sdk::Properties& properties,
                                                 std::string_view signal) const {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, options_of(flavour_).parse(properties));
  SLUICE_ASSIGN_OR_RETURN(const Options options, parse_options(config, flavour_));
  return signal_record(options, signal, system_clock());
}

}  // namespace sluice::connectors::cdc::mysql
