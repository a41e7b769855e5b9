#include "connectors/object_store/connector.h"

#include "base/log.h"

namespace sluice::connectors::object_store {

std::vector<sdk::ConfigValue> ObjectStoreSinkConnector::validate(const sdk::Properties& properties) const {
  return object_store::validate(family_, properties);
}

Status ObjectStoreSinkConnector::start(const sdk::Properties& properties, sdk::ConnectorContext&) {
  SLUICE_ASSIGN_OR_RETURN(const SinkOptions options, family_.parse(properties));
  for (const std::string& warning : options.warnings) log::warn("{}", warning);
  properties_ = properties;
  return {};
}

Result<std::vector<sdk::Properties>> ObjectStoreSinkConnector::task_configs(int tasks_max) {
  return std::vector<sdk::Properties>(static_cast<size_t>(tasks_max), properties_);
}

}  // namespace sluice::connectors::object_store
