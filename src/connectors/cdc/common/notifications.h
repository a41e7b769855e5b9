#pragma once
// Tells what snapshots do, in the topic and in the log (io.debezium.pipeline.notification). One thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "connectors/cdc/common/event_writer.h"
#include "connectors/cdc/common/options.h"

namespace sluice::connectors::cdc {

inline constexpr std::string_view kInitialSnapshot = "Initial Snapshot";
inline constexpr std::string_view kIncrementalSnapshot = "Incremental Snapshot";

class Notifications {
 public:
  using Data = std::vector<std::pair<std::string, std::string>>;

  /// All references outlive this.
  Notifications(const CommonOptions& options, EventWriter& writer, const Clock& clock)
      : options_(options), writer_(writer), clock_(clock) {}

  bool enabled() const { return options_.notifies_topic || options_.notifies_log; }
  /// `id` is the signal's; empty: one of its own. `type` as in "STARTED".
  void send(std::string_view aggregate, std::string_view type, std::string_view id, Data data,
            const sdk::Value& offset);

 private:
  const CommonOptions& options_;
  EventWriter& writer_;
  const Clock& clock_;
};

}  // namespace sluice::connectors::cdc
