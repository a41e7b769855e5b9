#pragma once
// Until when this worker's tasks may act: its group could have given their work to others unless it has heard
// of us since. Extended by the herder, looked at by every task before it starts, polls, puts, sends or
// commits. A worker without a cluster never extends it and is never held up. Thread-safe.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

#include "base/clock.h"
#include "base/stop_signal.h"

namespace sluice::tasks {

class Lease {
 public:
  /// `clock` outlives the lease.
  explicit Lease(const Clock& clock) : clock_(clock) {}

  /// On Clock::steady_ms(), which goes on while the process is stopped or the machine sleeps.
  void set(int64_t until_ms) { until_ms_.store(until_ms, std::memory_order_relaxed); }
  bool holds() const { return clock_.steady_ms() < until_ms_.load(std::memory_order_relaxed); }

  /// Waits while it does not hold; false when `stop` is requested.
  bool await(const StopSignal& stop) const {
    while (!holds()) {
      if (stop.wait_for(kLook)) return false;
    }
    return true;
  }

 private:
  static constexpr std::chrono::milliseconds kLook{10};
  const Clock& clock_;
  std::atomic<int64_t> until_ms_{std::numeric_limits<int64_t>::max()};
};

}  // namespace sluice::tasks
