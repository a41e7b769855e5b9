#pragma once
// A few threads for calls that block: admin calls, checks of configurations. They start when first needed and
// end when there was nothing to do for a while, so that an idle worker has none. Thread-safe.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace sluice::cluster {

class Errands {
 public:
  explicit Errands(size_t threads_max) : threads_max_(threads_max) {}
  /// Drops what has not begun; waits for what has.
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  /// Each has its own deadline: an errand that never ends holds up the destructor.
  void run(std::function<void()> errand);

 private:
  static constexpr std::chrono::seconds kIdle{10};
  void work();

  const size_t threads_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  size_t threads_ = 0;
  size_t idle_ = 0;
  bool is_ending_ = false;
};

}  // namespace sluice::cluster
