#include "tasks/offset_committer.h"

#include <algorithm>
#include <utility>

namespace sluice::tasks {

OffsetCommitter::OffsetCommitter() : thread_([this] { run(); }) {}

OffsetCommitter::~OffsetCommitter() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void OffsetCommitter::add(const void* owner, std::chrono::milliseconds interval,
                          std::function<void()> commit) {
  {
    std::lock_guard lock(mutex_);
    entries_[owner] = {interval, std::chrono::steady_clock::now() + interval, std::move(commit)};
  }
  changed_.notify_all();
}

void OffsetCommitter::remove(const void* owner) {
  std::unique_lock lock(mutex_);
  entries_.erase(owner);
  changed_.wait(lock, [&] { return running_ != owner; });
}

void OffsetCommitter::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    const auto next = std::min_element(
        entries_.begin(), entries_.end(),
        [](const auto& left, const auto& right) { return left.second.due < right.second.due; });
    if (next == entries_.end()) {
      changed_.wait(lock);
      continue;
    }
    if (std::chrono::steady_clock::now() < next->second.due) {
      const TimePoint due = next->second.due;  // the entry may be gone when the wait ends
      changed_.wait_until(lock, due);
      continue;
    }
    running_ = next->first;
    const auto commit = next->second.commit;
    lock.unlock();
    commit();
    lock.lock();
    if (const auto entry = entries_.find(std::exchange(running_, nullptr)); entry != entries_.end()) {
      entry->second.due = std::chrono::steady_clock::now() + entry->second.interval;
    }
    changed_.notify_all();
  }
}

}  // namespace sluice::tasks
