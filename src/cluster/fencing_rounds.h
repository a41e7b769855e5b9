#pragma once
// Rounds that fence the producers of an exactly-once source connector's former tasks (KIP-618): the leader's
// part, and the question of a task that is about to start. On the scheduler's thread.

#include <map>
#include <string>
#include <vector>

#include "cluster/connector_admin.h"
#include "cluster/connector_catalogue.h"
#include "cluster/group_view.h"
#include "cluster/herder_options.h"
#include "cluster/leader_writes.h"
#include "cluster/living_scheduler.h"
#include "cluster/local_work.h"
#include "cluster/peers.h"
#include "cluster/session_keys.h"

namespace sluice::cluster {

class FencingRounds {
 public:
  struct Parts {
    const HerderOptions& options;
    LivingScheduler& scheduler;
    store::ConfigStore& config;
    const GroupView& group;
    const SessionKeys& keys;
    LeaderWrites& writes;
    Peers& peers;
    ConnectorAdmin& admin;
    const ConnectorCatalogue& catalogue;
  };
  explicit FencingRounds(Parts parts) : parts_(parts) {}

  /// Leader only. Requests for the same connector share one round.
  void fence(const std::string& connector, Callback<Nothing> done);
  /// New task configurations: a round under way is about tasks that are no more.
  void tasks_committed(const std::string& connector);

  /// Has the leader, whoever it is, fence the connector. kRetry: not now, but perhaps soon.
  void ask(const std::string& connector, std::function<void(const Status&)> done);
  /// Whether the task may start: still assigned here, its configurations not replaced.
  void confirm(const TaskName& task, int32_t task_generation, const LocalWork& local,
               std::function<void(const Status&)> done);

 private:
  void begin(const std::string& connector);
  void fence_old(const std::string& connector, const store::ConnectorEntry& entry);
  void record(const std::string& connector, int32_t task_generation, int32_t task_count);
  void end(const std::string& connector, const Answer<Nothing>& answer);

  Parts parts_;
  std::map<std::string, std::vector<Callback<Nothing>>> rounds_;
};

}  // namespace sluice::cluster
