#pragma once
// What this worker has set going: knows what runs here (or is about to), takes configurations from the config
// store, and when everything that was told to stop has stopped. On the scheduler's thread.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster/connect_protocol.h"
#include "cluster/work.h"
#include "store/config_store.h"

namespace sluice::cluster {

class LocalWork {
 public:
  /// References outlive it.
  LocalWork(Work& work, const store::ConfigStore& config) : work_(work), config_(config) {}

  const std::set<std::string>& connectors() const { return connectors_; }
  const std::set<TaskName>& tasks() const { return tasks_; }
  bool runs(const std::string& connector) const { return connectors_.contains(connector); }
  bool runs(const TaskName& task) const { return tasks_.contains(task); }
  std::set<TaskName> tasks_of(const std::string& connector) const;

  /// What may be started from now on; what runs already is not stopped by this.
  void set_assigned(const WorkItems& assigned);

  /// Does nothing for what runs already, is not assigned here or not configured: `done`, which may be empty,
  /// is then called at once, with kClosed unless it runs. What is still stopping starts when it has stopped.
  void start_connector(const std::string& connector, Work::Done done);
  void start_task(const TaskName& task, Work::Done done);
  /// Of what does not run nothing is stopped. `done` may be empty.
  void stop_connector(const std::string& connector, Work::Stopped done);
  void stop_tasks(const std::set<TaskName>& tasks, Farewell farewell, Work::Stopped done);
  void stop(const std::set<std::string>& connectors, const std::set<TaskName>& tasks, Farewell farewell,
            Work::Stopped done);
  void stop_all(Farewell farewell, Work::Stopped done);

  /// Whoever was to take over a task that was stopped here with kStay: if the task is gone by now, it leaves
  /// its group after all. Only once the configurations are as new as the group's.
  void leave_for_gone();

  /// Moves the connector and its tasks, as far as they run here; `done` is about the connector.
  void set_target(const std::string& connector, store::TargetState target, Work::Done done);
  void generate_task_configs(const std::string& connector, Work::TaskConfigsDone done) {
    work_.generate_task_configs(connector, std::move(done));
  }

  /// Calls `then` once nothing is stopping any more: at once if that is so now.
  void when_stopped(std::function<void()> then);

 private:
  /// What is stopping, and what waits to start again after that.
  template <typename Name>
  struct Restarts {
    std::map<Name, int> stopping;
    std::map<Name, Work::Done> waiting;
  };

  const store::ConnectorEntry* entry(const std::string& connector) const;
  bool may_start(const std::string& connector) const;
  bool may_start(const TaskName& task) const;
  bool is_configured(const TaskName& task) const;
  void begin(const std::string& connector, Work::Done done);
  void begin(const TaskName& task, Work::Done done);
  template <typename Name>
  void start(const Name& name, std::set<Name>& running, Restarts<Name>& restarts, Work::Done done);
  void stop_running(const std::vector<TaskName>& tasks, Farewell farewell, const Work::Stopped& done);
  /// Whether it has to be told to stop.
  template <typename Name>
  static bool take_out(const Name& name, std::set<Name>& running, Restarts<Name>& restarts);
  template <typename Name>
  void stopped(const Name& name, std::set<Name>& running, Restarts<Name>& restarts);
  Work::Stopped counted(Work::Stopped done);

  Work& work_;
  const store::ConfigStore& config_;
  std::set<std::string> assigned_connectors_;
  std::set<TaskName> assigned_tasks_;
  std::set<std::string> connectors_;
  std::set<TaskName> tasks_;
  std::set<TaskName> stayed_;  // in their groups, stopped here
  Restarts<std::string> connector_restarts_;
  Restarts<TaskName> task_restarts_;
  int stopping_ = 0;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace sluice::cluster
