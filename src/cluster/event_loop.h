#pragma once
// The herder's thread: runs what is posted, strictly in the order of (due time, posting).

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/scheduler.h"

namespace sluice::cluster {

class EventLoop final : public Scheduler {
 public:
  EventLoop();
  /// Runs nothing more; waits for the work under way.
  ~EventLoop() override;

  void post_after(std::chrono::milliseconds delay, Work work) override;
  /// Work that is due later is dropped. No work runs after it returns. Not from the loop itself.
  void stop();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<TimePoint, uint64_t>, std::function<void()>> work_;
  uint64_t next_ = 0;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace sluice::cluster
