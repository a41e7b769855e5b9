#include "cluster/restart_plan.h"

#include <utility>

namespace sluice::cluster {
namespace {

using store::WorkState;

/// Higher: restarts more.
int impact(const store::RestartRequest& request) {
  if (request.only_failed) return request.include_tasks ? 1 : 0;
  return request.include_tasks ? 3 : 2;
}

}  // namespace

std::optional<RestartPlan> plan_restart(const store::RestartRequest& request,
                                        const store::StatusStore& statuses) {
  const auto connector = statuses.connector(request.connector);
  if (!connector) return std::nullopt;
  const auto is_selected = [&](const store::WorkStatus& status) {
    return !request.only_failed || status.state == WorkState::kFailed;
  };
  RestartPlan plan;
  plan.restarts_connector = is_selected(*connector);
  if (!request.include_tasks) return plan;
  for (const auto& [task, status] : statuses.tasks(request.connector)) {
    if (is_selected(status)) plan.tasks.insert(task);
  }
  return plan;
}

void WaitingRestarts::add(const store::RestartRequest& request) {
  const auto [found, is_new] = requests_.try_emplace(request.connector, request);
  if (!is_new && impact(request) > impact(found->second)) found->second = request;
}

std::map<std::string, store::RestartRequest> WaitingRestarts::take() { return std::exchange(requests_, {}); }

}  // namespace sluice::cluster
