#pragma once
// Connectors and tasks as scripts. A connector makes as many tasks as its key `tasks` says; a task reads its
// partitions, sends and writes offsets as the real task loops do, and keeps to its lease.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/work.h"
#include "ledger.h"
#include "process.h"
#include "reach.h"

namespace sluice::sim {

struct WorkOptions {
  bool exactly_once = false;
  int64_t stop_timeout_ms = 5'000;
};

class SimWork final : public cluster::Work {
 public:
  SimWork(World& world, Process& process, Reach& reach, Ledger& ledger, WorkOptions options);
  ~SimWork() override;

  void set_events(cluster::WorkEvents& events) override { events_ = &events; }
  void start_connector(cluster::ConnectorStart start, Done done) override;
  void stop_connector(const std::string& connector, Stopped done) override;
  void set_connector_target(const std::string& connector, store::TargetState target, Done done) override;
  void generate_task_configs(const std::string& connector, TaskConfigsDone done) override;
  void start_task(cluster::TaskStart start, Done done) override;
  void stop_tasks(std::vector<TaskName> tasks, cluster::Farewell farewell, Stopped done) override;
  /// Sources have no groups to leave.
  void leave_groups(std::vector<TaskName> /*tasks*/) override {}
  void set_task_target(const TaskName& task, store::TargetState target) override;
  void extend_lease(int64_t until_ms) override { lease_until_ms_ = until_ms; }

 private:
  class Task;
  using TaskPtr = std::shared_ptr<Task>;
  /// Later, on this process.
  void post(int64_t delay_ms, std::function<void()> work);
  bool holds_lease() const;
  void report(const std::string& connector, store::TargetState target);

  World& world_;
  Process& process_;
  Reach& reach_;
  Ledger& ledger_;
  const WorkOptions options_;
  cluster::WorkEvents* events_ = nullptr;
  int64_t lease_until_ms_ = -1;  // -1: leases are not in use
  std::map<std::string, cluster::ConnectorStart> connectors_;
  std::map<TaskName, TaskPtr> tasks_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sluice::sim
