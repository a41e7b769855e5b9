#pragma once
// What the herder asks of the worker, and what it is told: who runs is decided by the herder, how it runs by
// the worker (tasks/). `worker_work.h` runs real connectors and tasks; the simulator runs scripts.
//
// All calls and callbacks happen on the herder's scheduler; no call blocks. Every `done` is called exactly
// once, never from within the call that took it, unless the Work is destroyed first: then never.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/herder.h"
#include "store/config_store.h"
#include "store/status_store.h"

namespace sluice::cluster {

struct ConnectorStart {
  std::string name;
  RawConfig config;
  store::TargetState target = store::TargetState::kStarted;
};

struct TaskStart {
  TaskName id;
  RawConfig connector;  // the connector's configuration
  RawConfig task;       // what the connector made of it for this task
  store::TargetState target = store::TargetState::kStarted;
  int32_t task_generation = -1;  // of the config store, when the start was decided
};

/// A state that a connector or task has reached.
struct WorkReport {
  store::WorkState state = store::WorkState::kUnassigned;
  std::string trace;                   // empty unless failed
  std::optional<std::string> version;  // of the plugin
};

class WorkEvents {
 public:
  using Done = std::function<void(const Status&)>;
  virtual ~WorkEvents() = default;
  virtual void connector_reported(const std::string& connector, const WorkReport& report) = 0;
  virtual void task_reported(const TaskName& task, const WorkReport& report) = 0;
  /// The task handles records of that topic: said with the first, and now and then again.
  virtual void topic_used(const TaskName& task, const std::string& topic) = 0;
  /// The connector wants to be asked for its task configurations again.
  virtual void reconfiguration_requested(const std::string& connector) = 0;

  // An exactly-once source task that starts asks both, in this order, around initialising its transactional
  // producer; an error ends it.
  /// Fences the producers of the task's predecessors.
  virtual void fence_predecessors(const TaskName& task, Done done) = 0;
  /// Succeeds if the task is still this worker's, with configurations of that generation.
  virtual void confirm_start(const TaskName& task, int32_t task_generation, Done done) = 0;
};

/// How tasks end: whether sink tasks take their group instance ids out of their groups.
enum class Farewell : uint8_t {
  kLeave,  // the next owner is not known to take over by the same id
  kStay,   // the next owner is a Sluice worker: it takes the place over at once
  kCut,    // the work is another's already: nothing more is written, committed or reported
};

class Work {
 public:
  using Done = std::function<void(const Status&)>;
  using Stopped = std::function<void()>;
  using TaskConfigsDone = std::function<void(Result<std::vector<RawConfig>>)>;
  virtual ~Work() = default;

  /// Before any other call. `events` outlives the work.
  virtual void set_events(WorkEvents& events) = 0;

  /// `done` when the connector has reached its target, or has failed, which is reported too.
  virtual void start_connector(ConnectorStart start, Done done) = 0;
  /// Also of one that does not run. Waits 5 s at most, then leaves the connector behind, muted.
  virtual void stop_connector(const std::string& connector, Stopped done) = 0;
  virtual void set_connector_target(const std::string& connector, store::TargetState target, Done done) = 0;
  /// Complete task configurations. kBadConfig and kFailed are reported as the connector's failure too;
  /// kRetry asks for another try; kClosed: it does not run.
  virtual void generate_task_configs(const std::string& connector, TaskConfigsDone done) = 0;

  /// `done` when the task's own thread runs, or when it could not even be made, which is reported as FAILED.
  virtual void start_task(TaskStart start, Done done) = 0;
  /// Stops them together within task.shutdown.graceful.timeout.ms; stragglers are cancelled and muted. Tasks
  /// that do not run are fine.
  virtual void stop_tasks(std::vector<TaskName> tasks, Farewell farewell, Stopped done) = 0;
  /// Of tasks that were stopped with kStay, and that nobody takes over after all.
  virtual void leave_groups(std::vector<TaskName> tasks) = 0;
  virtual void set_task_target(const TaskName& task, store::TargetState target) = 0;

  /// Tasks may act until then (Clock::steady_ms); past it they stop by themselves and write nothing more.
  virtual void extend_lease(int64_t until_ms) = 0;
};

}  // namespace sluice::cluster
