#pragma once
// A few threads for work that may block, with a bounded queue. Thread-safe.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice {

class WorkPool {
 public:
  explicit WorkPool(int threads, size_t waiting_max = 10'000);
  /// Drops what has not begun; waits for what has.
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// False when too much waits, or the pool ends; the work is then dropped.
  [[nodiscard]] bool post(std::function<void()> work);

 private:
  void run();

  const size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sluice
