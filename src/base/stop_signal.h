#pragma once
// A one-way "please stop" that wakes every waiter. Thread-safe. Every wait in Sluice has a deadline or one of
// these.

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace sluice {

class StopSignal {
 public:
  void request_stop() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    wake_.notify_all();
  }

  bool stop_requested() const {
    std::lock_guard lock(mutex_);
    return stopped_;
  }

  /// Waits for `duration` or until stop is requested; returns true if stop was requested.
  bool wait_for(std::chrono::milliseconds duration) const {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, duration, [this] { return stopped_; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable wake_;
  bool stopped_ = false;
};

}  // namespace sluice
