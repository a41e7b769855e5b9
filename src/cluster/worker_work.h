#pragma once
// Work on real connectors and tasks: a tasks::Worker on a thread of its own, so that nothing that it does
// holds up the herder.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/errands.h"
#include "cluster/event_loop.h"
#include "cluster/work.h"
#include "tasks/worker.h"

namespace sluice::cluster {

class WorkerWork final : public Work, private tasks::StatusListener {
 public:
  struct Parts {
    tasks::WorkerOptions options;  // its scheduler and lease are set here
    const plugins::Plugins& plugins;
    store::OffsetStore& offsets;
    const Clock& clock;
    Scheduler& herder;
    Errands& errands;
    /// Of the tasks that run at the end: kLeave where no other worker takes their places over.
    Farewell at_end = Farewell::kStay;
  };
  /// All outlive it, `herder` runs until then or no more.
  explicit WorkerWork(Parts parts);
  /// Stops what still runs, gracefully.
  ~WorkerWork() override;

  void set_events(WorkEvents& events) override { events_ = &events; }
  void start_connector(ConnectorStart start, Done done) override;
  void stop_connector(const std::string& connector, Stopped done) override;
  void set_connector_target(const std::string& connector, store::TargetState target, Done done) override;
  void generate_task_configs(const std::string& connector, TaskConfigsDone done) override;
  void start_task(TaskStart start, Done done) override;
  void stop_tasks(std::vector<TaskName> tasks, Farewell farewell, Stopped done) override;
  void leave_groups(std::vector<TaskName> tasks) override;
  void set_task_target(const TaskName& task, store::TargetState target) override;
  void extend_lease(int64_t until_ms) override { lease_.set(until_ms); }

 private:
  void connector_changed(const std::string& connector, tasks::State state, const std::string& trace) override;
  void topic_used(const tasks::TaskId& task, const std::string& topic) override;
  void task_changed(const tasks::TaskId& task, tasks::State state, const std::string& trace) override;

  tasks::Preflight preflight_of(const TaskStart& start);
  std::optional<std::string> version_of(const RawConfig& config) const;
  Done on_herder(Done done) const;
  Stopped on_herder(Stopped done) const;
  void start_on_loop(const TaskStart& start);
  std::vector<tasks::StaticMember> take_static_members(const std::vector<tasks::TaskId>& tasks);
  void leave(std::vector<tasks::StaticMember> members, Stopped done);

  const plugins::Plugins& plugins_;
  Scheduler& herder_;
  Errands& errands_;
  const Farewell at_end_;
  WorkEvents* events_ = nullptr;
  tasks::Lease lease_;
  std::map<std::string, std::optional<std::string>> versions_;  // by connector; herder's thread
  EventLoop loop_;
  std::unique_ptr<tasks::Worker> worker_;  // loop only
};

}  // namespace sluice::cluster
