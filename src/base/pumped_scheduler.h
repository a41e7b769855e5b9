#pragma once
// A scheduler without a thread of its own: work runs on the thread that pumps, in real time. For calls that
// block, and for tests. post() and post_after() may be called from any thread.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "base/scheduler.h"

namespace sluice {

class PumpedScheduler final : public Scheduler {
 public:
  void post_after(std::chrono::milliseconds delay, Work work) override;

  /// Runs work as it falls due until `done`, which is asked after each, or until `patience` has passed.
  /// Returns `done()`. One thread at a time.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds patience);

 private:
  using Time = std::chrono::steady_clock::time_point;

  std::mutex mutex_;
  std::condition_variable posted_;
  std::map<std::pair<Time, uint64_t>, Work> work_;  // by due time, then by posting
  uint64_t next_number_ = 0;
};

}  // namespace sluice
