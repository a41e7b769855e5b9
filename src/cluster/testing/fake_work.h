#pragma once
// For tests: connectors and tasks that run as soon as they are started. A connector makes as many tasks as
// its option `tasks` says. Who runs what is in FakeWorld, which notes when something runs twice.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/scheduler.h"
#include "cluster/work.h"

namespace sluice::cluster {

struct FakeWorld {
  std::multiset<std::string> running;  // connectors and tasks, of all workers
  int doubled = 0;
  std::map<std::string, int> starts;

  void start(const std::string& what) {
    if (running.contains(what)) ++doubled;
    running.insert(what);
    ++starts[what];
  }
  void stop(const std::string& what) {
    if (const auto found = running.find(what); found != running.end()) running.erase(found);
  }
};

class FakeWork final : public Work {
 public:
  FakeWork(FakeWorld& world, Scheduler& scheduler) : world_(world), scheduler_(scheduler) {}
  /// The process dies.
  ~FakeWork() override {
    for (const std::string& what : mine_) world_.stop(what);
  }

  /// How long anything takes to stop.
  std::chrono::milliseconds stop_time{0};
  std::map<TaskName, TaskStart> started_tasks;
  std::vector<std::pair<TaskName, Farewell>> stopped;
  std::set<TaskName> left;  // by leave_groups
  int64_t lease_until_ms = -1;

  const std::set<std::string>& mine() const { return mine_; }
  void fail_task(const TaskName& task, const std::string& trace) {
    post([this, task, trace] { events_->task_reported(task, {store::WorkState::kFailed, trace, "1"}); });
  }

  void set_events(WorkEvents& events) override { events_ = &events; }

  void start_connector(ConnectorStart start, Done done) override {
    post([this, start, done = std::move(done)] {
      begin(start.name);
      configs_[start.name] = start;
      report(start.name, start.target);
      done({});
    });
  }
  void stop_connector(const std::string& connector, Stopped done) override {
    post_after(stop_time, [this, connector, done = std::move(done)] {
      end(connector);
      configs_.erase(connector);
      events_->connector_reported(connector, {store::WorkState::kUnassigned, {}, {}});
      done();
    });
  }
  void set_connector_target(const std::string& connector, store::TargetState target, Done done) override {
    post([this, connector, target, done = std::move(done)] {
      report(connector, target);
      done({});
    });
  }
  void generate_task_configs(const std::string& connector, TaskConfigsDone done) override {
    post([this, connector, done = std::move(done)] {
      if (!configs_.contains(connector)) return done(closed("not running"));
      const RawConfig& config = configs_.at(connector).config;
      const auto count = config.contains("tasks") ? std::stoi(*config.at("tasks")) : 1;
      std::vector<RawConfig> tasks(static_cast<size_t>(count));
      for (size_t i = 0; i < tasks.size(); ++i) tasks[i] = {{"task", std::to_string(i)}};
      done(std::move(tasks));
    });
  }
  void start_task(TaskStart start, Done done) override {
    post([this, start, done = std::move(done)] {
      begin(start.id.text());
      started_tasks[start.id] = start;
      events_->task_reported(start.id, {store::WorkState::kRunning, {}, "1"});
      done({});
    });
  }
  void stop_tasks(std::vector<TaskName> tasks, Farewell farewell, Stopped done) override {
    post_after(stop_time, [this, tasks, farewell, done = std::move(done)] {
      for (const TaskName& task : tasks) {
        end(task.text());
        stopped.emplace_back(task, farewell);
        events_->task_reported(task, {store::WorkState::kUnassigned, {}, {}});
      }
      done();
    });
  }
  void leave_groups(std::vector<TaskName> tasks) override {
    for (const TaskName& task : tasks) left.insert(task);
  }
  void set_task_target(const TaskName& task, store::TargetState target) override {
    post([this, task, target] {
      const bool paused = target == store::TargetState::kPaused;
      if (target == store::TargetState::kStopped) return;
      events_->task_reported(task,
                             {paused ? store::WorkState::kPaused : store::WorkState::kRunning, {}, "1"});
    });
  }
  void extend_lease(int64_t until_ms) override { lease_until_ms = until_ms; }

 private:
  void post(std::function<void()> work) { post_after(std::chrono::milliseconds(0), std::move(work)); }
  void post_after(std::chrono::milliseconds delay, std::function<void()> work) {
    scheduler_.post_after(delay, [alive = std::weak_ptr<int>(alive_), work = std::move(work)] {
      if (!alive.expired()) work();
    });
  }
  void begin(const std::string& what) {
    mine_.insert(what);
    world_.start(what);
  }
  void end(const std::string& what) {
    mine_.erase(what);
    world_.stop(what);
  }
  void report(const std::string& connector, store::TargetState target) {
    const auto state = target == store::TargetState::kStarted  ? store::WorkState::kRunning
                       : target == store::TargetState::kPaused ? store::WorkState::kPaused
                                                               : store::WorkState::kStopped;
    events_->connector_reported(connector, {state, {}, "1"});
  }

  FakeWorld& world_;
  Scheduler& scheduler_;
  WorkEvents* events_ = nullptr;
  std::set<std::string> mine_;
  std::map<std::string, ConnectorStart> configs_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sluice::cluster
