#pragma once
// Restarts what has failed by itself, less and less often (sluice.task.restart.policy). Between tries the
// task shows FAILED with its trace, as dashboards expect, and says when it will be tried again. On the
// scheduler's thread.

#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "cluster/herder_options.h"
#include "cluster/living_scheduler.h"
#include "cluster/work.h"

namespace sluice::cluster {

class SelfHealing {
 public:
  struct Parts {
    const HealingOptions& options;
    LivingScheduler& scheduler;
    const Clock& clock;
    Random& random;
    std::function<bool()> all_sluice;  // Java workers would not restart it: then neither do we, by default
    std::function<void(const std::string& connector)> restart_connector;
    std::function<void(const TaskName& task)> restart_task;
  };
  explicit SelfHealing(Parts parts) : parts_(std::move(parts)) {}

  /// To be told of every report; gives the report as it should be shown. Whoever gets a failed task to run
  /// again before its time saves us the try.
  WorkReport connector_reported(const std::string& connector, WorkReport report);
  WorkReport task_reported(const TaskName& task, WorkReport report);

 private:
  struct Patient {
    int failures = 0;  // in a row
    int64_t failed_ms = 0;
    int64_t pause_ms = 0;
    uint64_t id = 0;  // of the try that is due; 0: none
  };
  bool is_on() const;
  /// Counts a failure; returns the pause, and puts the id of the due try into `patient`.
  std::chrono::milliseconds failed(Patient& patient);
  template <typename Name>
  WorkReport reported(std::map<Name, Patient>& patients, const Name& name, WorkReport report,
                      std::function<void()> restart);

  Parts parts_;
  std::map<std::string, Patient> connectors_;
  std::map<TaskName, Patient> tasks_;
  uint64_t last_id_ = 0;
};

/// Whether trying again could help: not for a wrong configuration.
bool can_heal(const std::string& trace);

}  // namespace sluice::cluster
