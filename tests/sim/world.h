#pragma once
// The one thread, the one time and the one source of chance of a simulation. Everything that happens is an
// event of the world's scheduler, so that a seed replays exactly.

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/virtual_scheduler.h"

namespace sluice::sim {

using std::chrono::milliseconds;

class World {
 public:
  World(uint64_t seed, bool trace) : random_(seed), trace_(trace) {}

  testing::VirtualScheduler& time() { return time_; }
  int64_t now_ms() const { return time_.steady_ms() - kStartMs; }
  void at(int64_t delay_ms, std::function<void()> work) {
    time_.post_after(milliseconds(delay_ms), std::move(work));
  }

  // The standard's distributions differ between libraries; these do not.
  uint64_t bits() { return random_(); }
  int64_t below(int64_t end) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(end)); }
  int64_t between(int64_t low, int64_t high) { return low + below(high - low + 1); }
  bool percent(int64_t chance) { return below(100) < chance; }
  template <typename T>
  const T& one_of(const std::vector<T>& list) {
    return list[static_cast<size_t>(below(static_cast<int64_t>(list.size())))];
  }

  template <typename... Args>
  void trace(fmt::format_string<Args...> format, Args&&... args) {
    if (trace_) write(fmt::format(format, std::forward<Args>(args)...));
  }
  void write(const std::string& line) const { fmt::print("{:>10.3f} {}\n", now_ms() / 1000.0, line); }
  bool is_traced() const { return trace_; }

  /// An invariant does not hold. The simulation goes on; the first one is what counts.
  void violated(std::string what) {
    if (violations_.size() < 5) violations_.push_back(fmt::format("at {} ms: {}", now_ms(), what));
    trace("VIOLATED {}", what);
  }
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  static constexpr int64_t kStartMs = 1'000'000;
  testing::VirtualScheduler time_{kStartMs};
  std::mt19937_64 random_;
  const bool trace_;
  std::vector<std::string> violations_;
};

}  // namespace sluice::sim
