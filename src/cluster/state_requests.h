#pragma once
// Requests about the states of connectors and tasks: pause, resume, stop, restart.

#include "cluster/herder_desk.h"
#include "cluster/restart_plan.h"

namespace sluice::cluster {

class StateRequests {
 public:
  explicit StateRequests(const HerderDesk& desk) : desk_(desk) {}

  /// PAUSED or STARTED: any worker writes it, with the rebalance that is due or without.
  void set_target(const std::string& connector, store::TargetState target, Callback<Nothing> done);
  /// Takes the tasks away first, then STOPPED: the leader's.
  void stop(const std::string& connector, Callback<Nothing> done);

  /// The owner's: without tasks, and done when it is up again.
  void restart_connector(const std::string& connector, Callback<Nothing> done);
  void restart_task(const TaskName& task, Callback<Nothing> done);
  /// The leader tells every worker through the config topic, and answers with what will be restarted.
  void restart(const RestartOptions& options, Callback<ConnectorStatus> plan);
  /// What of a restart falls to this worker.
  void run_restart(const store::RestartRequest& request);

 private:
  void run_stop(const std::string& connector, const Callback<Nothing>& done);
  void run_restart_connector(const std::string& connector, const Callback<Nothing>& done);
  void run_restart_task(const TaskName& task, const Callback<Nothing>& done);
  void write_restart(const RestartOptions& options, const Callback<ConnectorStatus>& done);

  const HerderDesk& desk_;
};

}  // namespace sluice::cluster
