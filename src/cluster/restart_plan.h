#pragma once
// What a request to restart a connector touches, worked out by every worker from the same statuses (KIP-745;
// org.apache.kafka.connect.runtime.RestartPlan), and which of several requests counts.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "store/config_store.h"
#include "store/status_store.h"

namespace sluice::cluster {

struct RestartPlan {
  bool restarts_connector = false;
  std::set<int32_t> tasks;
};

/// None when nothing is known of the connector's state.
std::optional<RestartPlan> plan_restart(const store::RestartRequest& request,
                                        const store::StatusStore& statuses);

/// Requests that wait, one per connector: of several the one that restarts more.
class WaitingRestarts {
 public:
  void add(const store::RestartRequest& request);
  /// Takes them all.
  std::map<std::string, store::RestartRequest> take();

 private:
  std::map<std::string, store::RestartRequest> requests_;
};

}  // namespace sluice::cluster
