#include "tasks/offset_committer.h"

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
    Entry& entry = entries_[owner];
    entry.interval = interval;
    entry.commit = std::move(commit);
    schedule(owner, entry);
  }
  changed_.notify_all();
}

void OffsetCommitter::schedule(const void* owner, Entry& entry) {
  schedule_.erase({entry.due, owner});
  entry.due = std::chrono::steady_clock::now() + entry.interval;
  schedule_.emplace(entry.due, owner);
}

void OffsetCommitter::remove(const void* owner) {
  std::unique_lock lock(mutex_);
  if (const auto entry = entries_.find(owner); entry != entries_.end()) {
    schedule_.erase({entry->second.due, owner});
    entries_.erase(entry);
  }
  changed_.wait(lock, [&] { return running_ != owner; });
}

void OffsetCommitter::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (schedule_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto [due, owner] = *schedule_.begin();
    if (std::chrono::steady_clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    running_ = owner;
    const auto commit = entries_.at(owner).commit;
    lock.unlock();
    commit();
    lock.lock();
    running_ = nullptr;
    if (const auto entry = entries_.find(owner); entry != entries_.end()) schedule(owner, entry->second);
    changed_.notify_all();
  }
}

}  // namespace sluice::tasks
