#pragma once
// States of connectors and tasks as Kafka Connect names them, and who is told of changes.

#include <string>

#include "store/states.h"
#include "tasks/client_settings.h"

namespace sluice::tasks {

using State = store::WorkState;
using TargetState = store::TargetState;
using store::state_name;

/// Thread-safe; called from connector and task threads.
class StatusListener {
 public:
  virtual ~StatusListener() = default;
  /// `trace` is empty unless the state is kFailed, or a running task waits for something: then it says for
  /// what.
  virtual void connector_changed(const std::string& connector, State state, const std::string& trace) = 0;
  virtual void task_changed(const TaskId& task, State state, const std::string& trace) = 0;
  /// The task's first record of that topic has been delivered, or been consumed (KIP-558). Now and then
  /// again.
  virtual void topic_used(const TaskId& /*task*/, const std::string& /*topic*/) {}
};

}  // namespace sluice::tasks
