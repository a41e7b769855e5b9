#pragma once
// A scheduler and a clock in one, for tests and the simulator: time stands still until the test moves it, and
// everything runs on the thread that moves it. post() and post_after() may be called from any thread.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/scheduler.h"

namespace sluice::testing {

class VirtualScheduler final : public Scheduler, public Clock {
 public:
  static constexpr int64_t kWallStartMs = 1'700'000'000'000;

  /// Clock::steady_ms() starts with `start_ms`.
  explicit VirtualScheduler(int64_t start_ms = 1'000'000) : start_ms_(start_ms), now_ms_(start_ms) {}

  void post_after(std::chrono::milliseconds delay, Work work) override {
    std::lock_guard lock(mutex_);
    const int64_t delay_ms = delay.count() > 0 ? delay.count() : 0;
    work_.emplace(std::pair(now_ms_ + delay_ms, next_number_++), std::move(work));
  }

  int64_t wall_ms() const override { return kWallStartMs + (steady_ms() - start_ms_); }
  int64_t steady_ms() const override {
    std::lock_guard lock(mutex_);
    return now_ms_;
  }

  /// Runs what is due now, and what that posts without a delay. Returns how many works ran; stops after
  /// `works_max` of them, so that a test of work that posts itself for ever ends.
  size_t run_until_idle(size_t works_max = 1'000'000) { return run_due(steady_ms(), works_max); }

  /// Moves time on, running everything that falls due, each at its own time.
  size_t advance(std::chrono::milliseconds time) {
    const int64_t end_ms = steady_ms() + time.count();
    const size_t ran = run_due(end_ms, std::numeric_limits<size_t>::max());
    std::lock_guard lock(mutex_);
    now_ms_ = end_ms;
    return ran;
  }

  /// Advances from work to work until `done`, for at most `patience` of virtual time. Returns `done()`.
  template <typename Done>
  bool run_until(Done done, std::chrono::milliseconds patience = std::chrono::hours(1)) {
    const int64_t end_ms = steady_ms() + patience.count();
    while (!done()) {
      if (run_due(end_ms, 1) == 0) return false;
    }
    return true;
  }

  /// When the next work is due; empty if there is none.
  std::optional<int64_t> next_due_ms() const {
    std::lock_guard lock(mutex_);
    if (work_.empty()) return std::nullopt;
    return work_.begin()->first.first;
  }

 private:
  size_t run_due(int64_t end_ms, size_t works_max) {
    size_t ran = 0;
    for (; ran < works_max; ++ran) {
      Work work;
      {
        std::lock_guard lock(mutex_);
        if (work_.empty() || work_.begin()->first.first > end_ms) break;
        auto first = work_.extract(work_.begin());
        now_ms_ = std::max(now_ms_, first.key().first);
        work = std::move(first.mapped());
      }
      work();
    }
    return ran;
  }

  mutable std::mutex mutex_;
  const int64_t start_ms_;
  int64_t now_ms_;
  uint64_t next_number_ = 0;
  std::map<std::pair<int64_t, uint64_t>, Work> work_;  // by due time, then by posting
};

}  // namespace sluice::testing
