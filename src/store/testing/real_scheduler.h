#pragma once
// A scheduler in real time that a test drives by hand, on its own thread.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "base/scheduler.h"

namespace sluice::store::testing {

/// Real time; work may be posted from any thread.
class RealScheduler final : public Scheduler {
 public:
  void post_after(std::chrono::milliseconds delay, Work work) override {
    {
      const std::lock_guard lock(mutex_);
      work_.emplace(std::pair(SteadyClock::now() + delay, next_++), std::move(work));
    }
    changed_.notify_all();
  }

  /// Until `done`, 60 s at most; false if it did not come.
  bool run_until(const std::function<bool()>& done) {
    const auto end = SteadyClock::now() + std::chrono::seconds(60);
    while (!done()) {
      Work work;
      {
        std::unique_lock lock(mutex_);
        const auto now = SteadyClock::now();
        if (now >= end) return false;
        if (work_.empty() || work_.begin()->first.first > now) {
          const auto due = work_.empty() ? end : std::min(end, work_.begin()->first.first);
          changed_.wait_until(lock, due);
          continue;
        }
        work = std::move(work_.begin()->second);
        work_.erase(work_.begin());
      }
      work();
    }
    return true;
  }
  void run_for(std::chrono::milliseconds time) {
    const auto end = SteadyClock::now() + time;
    post_after(time, [] {});
    run_until([end] { return SteadyClock::now() >= end; });
  }

 private:
  using SteadyClock = std::chrono::steady_clock;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<SteadyClock::time_point, uint64_t>, Work> work_;
  uint64_t next_ = 0;
};

}  // namespace sluice::store::testing
