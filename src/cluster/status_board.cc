#include "cluster/status_board.h"

#include "base/log.h"

namespace sluice::cluster {

void StatusBoard::connector_changed(const std::string& connector, tasks::State state,
                                    const std::string& trace) {
  log::info("Connector {} is {}", connector, tasks::state_name(state));
  std::lock_guard lock(mutex_);
  connectors_.insert_or_assign(connector, Condition{state, trace});
}

void StatusBoard::task_changed(const tasks::TaskId& task, tasks::State state, const std::string& trace) {
  log::info("Task {} is {}", task.text(), tasks::state_name(state));
  std::lock_guard lock(mutex_);
  tasks_.insert_or_assign(std::pair(task.connector, task.task), Condition{state, trace});
}

std::optional<Condition> StatusBoard::connector(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = connectors_.find(name);
  return found == connectors_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Condition> StatusBoard::task(const tasks::TaskId& id) const {
  std::lock_guard lock(mutex_);
  const auto found = tasks_.find({id.connector, id.task});
  return found == tasks_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace sluice::cluster
