#include "base/pumped_scheduler.h"

#include <algorithm>

namespace sluice {

void PumpedScheduler::post_after(std::chrono::milliseconds delay, Work work) {
  {
    std::lock_guard lock(mutex_);
    work_.emplace(std::pair(std::chrono::steady_clock::now() + delay, next_number_++), std::move(work));
  }
  posted_.notify_one();
}

bool PumpedScheduler::run_until(const std::function<bool()>& done, std::chrono::milliseconds patience) {
  const Time end = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  while (true) {
    lock.unlock();
    if (done()) return true;
    lock.lock();
    const Time now = std::chrono::steady_clock::now();
    if (now >= end) return false;
    if (work_.empty() || work_.begin()->first.first > now) {
      posted_.wait_until(lock, work_.empty() ? end : std::min(end, work_.begin()->first.first));
      continue;
    }
    auto first = work_.extract(work_.begin());
    lock.unlock();
    first.mapped()();
    first = {};
    lock.lock();
  }
}

}  // namespace sluice
