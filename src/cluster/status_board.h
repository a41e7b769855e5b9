#pragma once
// The states of this process's connectors and tasks, in memory. Thread-safe.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "tasks/status.h"

namespace sluice::cluster {

struct Condition {
  tasks::State state;
  std::string trace;
};

class StatusBoard final : public tasks::StatusListener {
 public:
  void connector_changed(const std::string& connector, tasks::State state, const std::string& trace) override;
  void task_changed(const tasks::TaskId& task, tasks::State state, const std::string& trace) override;

  std::optional<Condition> connector(const std::string& name) const;
  std::optional<Condition> task(const tasks::TaskId& id) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Condition> connectors_;
  std::map<std::pair<std::string, int>, Condition> tasks_;
};

}  // namespace sluice::cluster
