#pragma once
// Runs connectors and tasks in this process (org.apache.kafka.connect.runtime.Worker); decides nothing about
// which. Called by the herder's thread only.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/scheduler.h"
#include "plugins/plugins.h"
#include "store/offset_store.h"
#include "tasks/config_transformer.h"
#include "tasks/connector_offsets.h"
#include "tasks/connector_runner.h"
#include "tasks/exactly_once_runner.h"
#include "tasks/lease.h"
#include "tasks/offset_committer.h"
#include "tasks/static_member.h"
#include "tasks/status.h"
#include "tasks/task_runner.h"

namespace sluice::tasks {

struct WorkerOptions {
  sdk::Properties properties;  // the worker's file
  sdk::Config config;          // the same, parsed
  ConfigTransformer transformer;
  std::string instance_prefix;  // of sink tasks' group.instance.id; empty: dynamic members

  // Of a worker in a cluster. Both outlive the worker.
  bool exactly_once = false;       // exactly.once.source.support=enabled
  Scheduler* scheduler = nullptr;  // runs on the thread that calls the worker; calls with `done` need it
  const Lease* lease = nullptr;    // of the tasks; null: they may always act
};

class Worker {
 public:
  /// All references outlive the worker.
  Worker(WorkerOptions options, const plugins::Plugins& plugins, store::OffsetStore& offsets,
         const Clock& clock, StatusListener& listener);
  /// Stops everything, gracefully within task.shutdown.graceful.timeout.ms.
  ~Worker();

  using Reconfigure = std::function<void(const std::string& connector)>;
  /// `reconfigure` is called on any thread when the connector asks for new task configurations.
  Status start_connector(const std::string& name, const sdk::Properties& properties, TargetState target,
                         const Reconfigure& reconfigure, ConnectorRunner::TransitionDone done);
  void stop_connector(const std::string& name);
  /// Without waiting. After 5 s the connector is left behind, muted.
  void stop_connector(const std::string& name, std::function<void()> done);
  /// Of a connector that runs; else `done` gets kClosed.
  void set_connector_target(const std::string& name, TargetState target,
                            ConnectorRunner::TransitionDone done);
  /// `done` gets complete task configurations (task.class and topics added). Checks tasks.max.
  void task_configs(const std::string& connector, ConnectorRunner::TaskConfigsDone done);

  /// `connector` is the connector's own configuration, `task` what task_configs gave. Problems before the
  /// task's own thread exists are reported as FAILED.
  /// `preflight` is for source tasks of a worker with exactly.once.source.support=enabled.
  void start_task(const TaskId& id, const sdk::Properties& connector, const sdk::Properties& task,
                  TargetState target, Preflight preflight = {});
  /// Stops them together, with one deadline; stragglers are cancelled and left to finish on their own.
  void stop_tasks(const std::vector<TaskId>& ids);
  /// Without waiting. Those that `are_lost` are cut off at once: they commit nothing and report nothing more.
  void stop_tasks(const std::vector<TaskId>& ids, bool are_lost, std::function<void()> done);
  void set_task_target(const TaskId& id, TargetState target);
  /// The place that a sink task which was started here last had, if it is by an id of ours: it may have it
  /// still when it has ended.
  std::optional<StaticMember> static_member(const TaskId& id) const;
  std::vector<StaticMember> static_members() const;
  void forget_static_member(const TaskId& id) { static_members_.erase(id); }

 private:
  struct Stopping;
  struct TaskIdLess {
    bool operator()(const TaskId& left, const TaskId& right) const {
      return std::tie(left.connector, left.task) < std::tie(right.connector, right.task);
    }
  };
  Result<std::unique_ptr<TaskRunner>> make_task(const TaskId& id, const sdk::Properties& raw_connector,
                                                const sdk::Properties& raw_task, TargetState target,
                                                Preflight preflight);
  std::unique_ptr<TaskRunner> make_source(const TaskId& id, const sdk::SourcePlugin& plugin,
                                          const sdk::Properties& connector, const sdk::Properties& task,
                                          TargetState target, Preflight preflight);
  std::unique_ptr<TaskRunner> make_sink(const TaskId& id, const sdk::SinkPlugin& plugin,
                                        const sdk::Properties& connector, const sdk::Properties& task,
                                        TargetState target);
  void reap(const std::shared_ptr<Stopping>& stopping);
  void give_up_late(const std::shared_ptr<Stopping>& stopping);
  void forget_finished_orphans();

  const WorkerOptions options_;
  const plugins::Plugins& plugins_;
  ConnectorOffsets offsets_;
  const Clock& clock_;
  StatusListener& listener_;
  OffsetCommitter committer_;
  std::map<std::string, std::unique_ptr<ConnectorRunner>> connectors_;
  std::map<TaskId, std::unique_ptr<TaskRunner>, TaskIdLess> tasks_;
  std::map<TaskId, StaticMember, TaskIdLess> static_members_;
  std::vector<std::unique_ptr<TaskRunner>> orphans_;  // cancelled, not yet ended
  std::vector<std::unique_ptr<ConnectorRunner>> connector_orphans_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sluice::tasks
