#pragma once
// What the handlers of requests work with. Everything outlives them; all on the scheduler's thread.

#include "cluster/connector_admin.h"
#include "cluster/connector_catalogue.h"
#include "cluster/connector_lifecycle.h"
#include "cluster/group_view.h"
#include "cluster/herder_options.h"
#include "cluster/leader_writes.h"
#include "cluster/living_scheduler.h"
#include "cluster/local_work.h"
#include "cluster/request_steps.h"
#include "cluster/status_writer.h"

namespace sluice::cluster {

// Answers that several handlers give.
RequestError not_leader(const GroupView& group, std::string message);
RequestError stale_configuration();

struct HerderDesk {
  static constexpr int kRebalanceTries = 250;
  static constexpr std::chrono::milliseconds kRebalancePause{20};

  const HerderOptions& options;
  LivingScheduler& scheduler;
  const Clock& clock;
  store::ConfigStore& config;
  store::StatusStore& statuses;
  const GroupView& group;
  RequestQueue& queue;
  LeaderWrites& writes;
  LocalWork& local;
  ConnectorLifecycle& lifecycle;
  StatusWriter& status_writer;
  const ConnectorCatalogue& catalogue;
  ConnectorCatalogue& validation;
  ConnectorAdmin& admin;

  const store::ConnectorEntry* entry(const std::string& connector) const {
    const auto& connectors = config.state().connectors;
    const auto found = connectors.find(connector);
    return found == connectors.end() ? nullptr : &found->second;
  }
  ConnectorType type_of(const RawConfig& config) const;
  ConnectorInfo info(const std::string& connector, const RawConfig& config) const;

  /// For requests that a rebalance which is due would make meaningless: `then` once it is over, which takes a
  /// moment; if it takes longer, `done` gets Kafka Connect's answer for such a moment.
  template <typename T>
  void after_rebalance(Callback<T> done, std::function<void(Callback<T>)> then, int tries = 0) const {
    if (group.is_settled() && !group.is_rebalance_expected()) return then(std::move(done));
    if (tries >= kRebalanceTries) return done(stale_configuration());
    scheduler.post_after(kRebalancePause, [this, done = std::move(done), then = std::move(then), tries] {
      after_rebalance<T>(done, then, tries + 1);
    });
  }

  /// Queues a request that answers `done` exactly once; `run` is to call what it is given instead of `done`.
  template <typename T>
  void enqueue(const std::string& what, Callback<T> done, std::function<void(Callback<T>)> run) const {
    enqueue_request(queue, what, std::move(done), std::move(run));
  }
};

}  // namespace sluice::cluster
