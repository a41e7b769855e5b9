#pragma once
// The herder of a standalone worker (org.apache.kafka.connect.runtime.standalone.StandaloneHerder):
// configurations live in memory, every connector and task runs here. Public calls may come from any thread;
// all state belongs to the loop.

#include <future>
#include <map>
#include <string>
#include <vector>

#include "cluster/event_loop.h"
#include "cluster/status_board.h"
#include "tasks/worker.h"

namespace sluice::cluster {

class StandaloneHerder {
 public:
  /// All references outlive the herder.
  StandaloneHerder(tasks::WorkerOptions options, const plugins::Plugins& plugins, store::OffsetStore& offsets,
                   const Clock& clock);
  /// Stops all connectors and tasks gracefully.
  ~StandaloneHerder();

  /// Checks the configuration, starts the connector and its tasks, and waits for that. Error kind kBadConfig
  /// lists every problem. Unknown keys are warned of. A task that fails later shows in status(), not here.
  Status create_connector(const sdk::Properties& config, tasks::TargetState target);

  const StatusBoard& status() const { return status_; }

 private:
  using Done = std::shared_ptr<std::promise<Status>>;
  struct Connector {
    sdk::Properties config;
    tasks::TargetState target;
    std::vector<sdk::Properties> task_configs;
    int failed_requests = 0;
  };

  Status check(const sdk::Properties& config) const;
  void create(const sdk::Properties& config, tasks::TargetState target, const Done& done);
  void request_tasks(const std::string& name, const Done& done);
  void take_tasks(const std::string& name, tasks::ConnectorRunner::TaskConfigs configs, const Done& done);
  void restart_tasks(const std::string& name, std::vector<sdk::Properties> configs);

  const sdk::Properties worker_properties_;
  const plugins::Plugins& plugins_;
  StatusBoard status_;
  std::map<std::string, Connector> connectors_;
  EventLoop loop_;  // after all that its work touches, but before the worker, whose threads post to it
  std::unique_ptr<tasks::Worker> worker_;
};

}  // namespace sluice::cluster
