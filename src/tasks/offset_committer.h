#pragma once
// The one thread that commits the offsets of all source tasks of a worker, each at its own interval.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace sluice::tasks {

class OffsetCommitter {
 public:
  OffsetCommitter();
  ~OffsetCommitter();

  /// Calls `commit` every `interval` (after the last call has ended) until remove(`owner`).
  void add(const void* owner, std::chrono::milliseconds interval, std::function<void()> commit);
  /// When it returns, `commit` of this owner is not running and is never called again.
  void remove(const void* owner);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Entry {
    std::chrono::milliseconds interval;
    TimePoint due;  // as in schedule_
    std::function<void()> commit;
  };
  void schedule(const void* owner, Entry& entry);
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<const void*, Entry> entries_;
  std::set<std::pair<TimePoint, const void*>> schedule_;  // of all entries, by their next commit
  const void* running_ = nullptr;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace sluice::tasks
