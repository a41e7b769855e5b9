#pragma once
// States of connectors and tasks as Kafka Connect names them, and who is told of changes.

#include <cstdint>
#include <string>
#include <string_view>

#include "tasks/client_settings.h"

namespace sluice::tasks {

enum class State : uint8_t { kUnassigned, kRunning, kPaused, kStopped, kFailed, kRestarting };
std::string_view state_name(State state);

enum class TargetState : uint8_t { kStarted, kPaused, kStopped };

/// Thread-safe; called from connector and task threads.
class StatusListener {
 public:
  virtual ~StatusListener() = default;
  /// `trace` is empty unless the state is kFailed.
  virtual void connector_changed(const std::string& connector, State state, const std::string& trace) = 0;
  virtual void task_changed(const TaskId& task, State state, const std::string& trace) = 0;
};

}  // namespace sluice::tasks
