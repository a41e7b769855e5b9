#pragma once
// Privileged writes to the config topic: only the leader's, and with exactly-once sources only after it has
// claimed the right, which fences the leader before it. On the scheduler's thread.

#include <functional>

#include "cluster/herder.h"
#include "cluster/living_scheduler.h"
#include "store/config_store.h"

namespace sluice::cluster {

class LeaderWrites {
 public:
  using Done = store::ConfigStore::Done;
  using Write = std::function<void(store::ConfigStore& config, Done done)>;

  /// References outlive it. `is_claimed` writes need a claim: exactly.once.source.support is on.
  LeaderWrites(store::ConfigStore& config, LivingScheduler& scheduler, bool needs_claim)
      : config_(config), scheduler_(scheduler), needs_claim_(needs_claim) {}

  /// After each round: a leader claims the right at once, so that its first request need not wait.
  void set_leader(bool is_leader);
  /// Claims first if need be.
  void write(Write write, Done done);
  /// The answer to a request whose write has failed.
  static RequestError refusal(const Error& error);

 private:
  void claim(Done done);

  store::ConfigStore& config_;
  LivingScheduler& scheduler_;
  const bool needs_claim_;
  bool is_leader_ = false;
  bool is_claimed_ = false;
};

}  // namespace sluice::cluster
