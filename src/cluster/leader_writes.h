#pragma once
// Privileged writes to the config topic: only the leader's, and with exactly-once sources only after it has
// claimed the right, which fences the leader before it. On the scheduler's thread.

#include <functional>

#include "cluster/config_topic_guard.h"
#include "cluster/herder.h"
#include "cluster/living_scheduler.h"
#include "store/config_store.h"

namespace sluice::cluster {

class LeaderWrites {
 public:
  using Done = store::ConfigStore::Done;
  using Write = std::function<void(store::ConfigStore& config, Done done)>;

  /// References outlive it. With exactly-once sources writes need a claim.
  LeaderWrites(store::ConfigStore& config, LivingScheduler& scheduler, const ConfigTopicGuard& guard,
               bool needs_claim)
      : config_(config), scheduler_(scheduler), guard_(guard), needs_claim_(needs_claim) {}

  /// After each round: a leader claims the right at once, so that its first request need not wait.
  void set_leader(bool is_leader);
  /// Claims first if need be. Refused, before or after, when the topic is not the one that is known.
  void write(Write write, Done done);
  /// The same for writes that any worker may make.
  void write_plainly(const Write& write, Done done);
  /// The answer to a request whose write has failed.
  static RequestError refusal(const Error& error);

 private:
  void claim(Done done);
  Done checked(Done done) const;

  store::ConfigStore& config_;
  LivingScheduler& scheduler_;
  const ConfigTopicGuard& guard_;
  const bool needs_claim_;
  bool is_leader_ = false;
  bool is_claimed_ = false;
};

}  // namespace sluice::cluster
