#pragma once
// Inside the folder: which connections a server has, and which of them wait for a request. Thread-safe.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <vector>

namespace sluice::net {

class ConnectionBook {
 public:
  struct Entry {
    std::function<void()> finish;  // after the request under way, at once if there is none
    std::function<void()> abort;
  };

  explicit ConnectionBook(size_t connections_max) : connections_max_(connections_max) {}

  /// Takes a connection in. When there are too many, the one that is idle the longest is told to go; 0: there
  /// is no room and nobody idle.
  uint64_t add(Entry entry);
  void remove(uint64_t id);
  void set_idle(uint64_t id, bool idle);
  /// Makes room when the process has run out of descriptors.
  void evict_idle();

  std::vector<Entry> all() const;
  /// False when some are left after that time.
  bool await_empty(std::chrono::milliseconds patience) const;

 private:
  bool evict_idle_locked();

  const size_t connections_max_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  uint64_t next_ = 1;
  std::map<uint64_t, Entry> entries_;
  uint64_t turn_ = 0;
  std::map<uint64_t, uint64_t> idle_since_;        // connection to turn
  std::set<std::pair<uint64_t, uint64_t>> queue_;  // turn and connection
};

}  // namespace sluice::net
