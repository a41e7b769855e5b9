#pragma once
// Brings the task configurations of a connector that runs here into the config topic: the leader writes them
// itself, any other worker hands them to the leader in a signed request. Nothing happens when they are what
// the topic holds. On the scheduler's thread.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cluster/group_view.h"
#include "cluster/leader_writes.h"
#include "cluster/living_scheduler.h"
#include "cluster/peers.h"
#include "cluster/request_queue.h"
#include "cluster/session_keys.h"

namespace sluice::cluster {

/// Whether the topic must be told: other tasks than it holds, or a configuration of the connector that is not
/// the one its tasks were made from (ConnectUtils and DistributedHerder.taskConfigsChanged).
bool task_configs_changed(const store::ConnectorEntry& entry, const std::vector<RawConfig>& configs);
/// `configs` with references to config providers (${…}) instead of what they stand for, where the connector's
/// own configuration holds such a reference under the same key.
std::vector<RawConfig> with_references(const RawConfig& connector, std::vector<RawConfig> configs);

class TaskConfigPublisher {
 public:
  struct Parts {
    LivingScheduler& scheduler;
    const store::ConfigStore& config;
    const GroupView& group;
    const SessionKeys& keys;
    LeaderWrites& writes;
    RequestQueue& queue;
    Peers& peers;
  };
  using Done = std::function<void(const Status&)>;
  explicit TaskConfigPublisher(Parts parts) : parts_(parts) {}

  /// kRetry: try again later.
  void publish(const std::string& connector, std::vector<RawConfig> configs, Done done);
  /// The leader's part, for its own connectors and for those of others.
  void write(const std::string& connector, std::vector<RawConfig> configs, Callback<Nothing> done);

  /// The topic does not hold what was published last from here: a request that was given up on, or that
  /// waited at the leader, has come in later.
  bool was_overtaken(const std::string& connector) const;
  void forget(const std::string& connector) { published_.erase(connector); }

 private:
  void hand_to_leader(const std::string& connector, const std::vector<RawConfig>& configs, Done done);

  Parts parts_;
  std::map<std::string, std::vector<RawConfig>> published_;  // last, by connector
};

}  // namespace sluice::cluster
