#pragma once
// Statuses as requests are answered with them.

#include <optional>
#include <string>

#include "cluster/herder.h"
#include "cluster/restart_plan.h"
#include "store/status_store.h"

namespace sluice::cluster {

WorkerState worker_state(const store::WorkStatus& status);
TaskState task_state(int32_t task, const store::WorkStatus& status);
/// None without a status of the connector.
std::optional<ConnectorStatus> connector_status(const std::string& connector,
                                                const store::StatusStore& statuses);
/// The same with RESTARTING where `plan` restarts.
ConnectorStatus planned_status(ConnectorStatus status, const RestartPlan& plan);

}  // namespace sluice::cluster
