#include "connectors/datagen/connector.h"

namespace sluice::connectors::datagen {

Status DatagenConnector::start(const sdk::Properties& properties, sdk::ConnectorContext&) {
  SLUICE_RETURN_IF_ERROR(parse_options(properties));
  properties_ = properties;
  return {};
}

Result<std::vector<sdk::Properties>> DatagenConnector::task_configs(int tasks_max) {
  std::vector<sdk::Properties> configs(static_cast<size_t>(tasks_max), properties_);
  for (size_t i = 0; i < configs.size(); ++i) configs[i][std::string(kTaskId)] = std::to_string(i);
  return configs;
}

}  // namespace sluice::connectors::datagen
