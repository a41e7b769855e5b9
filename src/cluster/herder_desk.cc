#include "cluster/herder_desk.h"

#include <utility>

namespace sluice::cluster {

ConnectorType HerderDesk::type_of(const RawConfig& config) const {
  const auto class_name = config.find("connector.class");
  if (class_name == config.end() || !class_name->second) return ConnectorType::kUnknown;
  return catalogue.type_of(*class_name->second);
}

ConnectorInfo HerderDesk::info(const std::string& connector, const RawConfig& config) const {
  ConnectorInfo info{connector, config, {}, type_of(config)};
  if (const store::ConnectorEntry* found = entry(connector)) {
    for (const auto& [task, task_config] : found->tasks) info.tasks.push_back({connector, task});
  }
  return info;
}

RequestError not_leader(const GroupView& group, std::string message) {
  return request_error(RequestProblem::kForward, std::move(message), group.leader_url());
}

RequestError stale_configuration() {
  return request_error(
      RequestProblem::kConflict,
      "Cannot complete request momentarily due to stale configuration (typically caused by a "
      "concurrent config change)");
}

}  // namespace sluice::cluster
