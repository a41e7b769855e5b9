#pragma once
// One thread's work, in order. The herder, the group member and the stores run on one; the event loop gives
// it a thread and real time, the simulator a queue and virtual time.

#include <chrono>
#include <functional>

namespace sluice {

class Scheduler {
 public:
  using Work = std::function<void()>;
  virtual ~Scheduler() = default;

  /// Runs `work` on the scheduler's thread, after everything that is due before it. From any thread.
  void post(Work work) { post_after(std::chrono::milliseconds(0), std::move(work)); }
  /// In order of (due time, posting). Work cannot be taken back: what may be out of date by then asks itself.
  virtual void post_after(std::chrono::milliseconds delay, Work work) = 0;
};

}  // namespace sluice
