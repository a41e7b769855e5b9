#pragma once
// The life of the connectors that are assigned to this worker: started, moved between target states, asked
// for their task configurations until the config topic has them. On the scheduler's thread.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "cluster/living_scheduler.h"
#include "cluster/local_work.h"
#include "cluster/task_config_publisher.h"

namespace sluice::cluster {

class ConnectorLifecycle {
 public:
  /// References outlive it.
  ConnectorLifecycle(LivingScheduler& scheduler, LocalWork& local, const store::ConfigStore& config,
                     TaskConfigPublisher& publisher)
      : scheduler_(scheduler), local_(local), config_(config), publisher_(publisher) {}

  /// `done`, which may be empty: it has reached its target state, or has failed.
  void start(const std::string& connector, Work::Done done);
  /// Stops it first; it starts with the configuration of now.
  void restart(const std::string& connector, Work::Done done);
  /// Moves the connector and its tasks, as far as they run here.
  void follow_target(const std::string& connector);
  /// Asks for task configurations and brings them to the topic; tries again until it has worked or the
  /// connector runs here no more.
  void reconfigure(const std::string& connector);

 private:
  struct Reconfiguration {
    uint64_t id = 0;
    int failures = 0;
    bool again = false;  // asked for once more meanwhile
  };
  void generate(const std::string& connector, uint64_t id);
  void finish(const std::string& connector, uint64_t id, const Status& status);

  LivingScheduler& scheduler_;
  LocalWork& local_;
  const store::ConfigStore& config_;
  TaskConfigPublisher& publisher_;
  std::map<std::string, Reconfiguration> reconfigurations_;
  uint64_t last_id_ = 0;
};

}  // namespace sluice::cluster
