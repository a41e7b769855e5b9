#include "cluster/status_answers.h"

#include <utility>

#include "store/states.h"

namespace sluice::cluster {

WorkerState worker_state(const store::WorkStatus& status) {
  return {std::string(store::state_name(status.state)), status.worker_id, status.version, status.trace};
}

TaskState task_state(int32_t task, const store::WorkStatus& status) { return {worker_state(status), task}; }

std::optional<ConnectorStatus> connector_status(const std::string& connector,
                                                const store::StatusStore& statuses) {
  const auto status = statuses.connector(connector);
  if (!status) return std::nullopt;
  ConnectorStatus result{connector, worker_state(*status), {}, ConnectorType::kUnknown};
  for (const auto& [task, of_task] : statuses.tasks(connector)) {
    result.tasks.push_back(task_state(task, of_task));
  }
  return result;
}

ConnectorStatus planned_status(ConnectorStatus status, const RestartPlan& plan) {
  const auto restarting = [](WorkerState& state) {
    state.state = store::state_name(store::WorkState::kRestarting);
    state.trace.clear();
  };
  if (plan.restarts_connector) restarting(status.connector);
  for (TaskState& task : status.tasks) {
    if (plan.tasks.contains(task.id)) restarting(task);
  }
  return status;
}

}  // namespace sluice::cluster
