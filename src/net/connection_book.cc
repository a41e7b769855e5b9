#include "net/connection_book.h"

#include <utility>

namespace sluice::net {

uint64_t ConnectionBook::add(Entry entry) {
  std::lock_guard lock(mutex_);
  if (entries_.size() >= connections_max_ && !evict_idle_locked()) return 0;
  const uint64_t id = next_++;
  entries_.emplace(id, std::move(entry));
  return id;
}

void ConnectionBook::remove(uint64_t id) {
  Entry gone;  // destroyed outside the lock
  std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(id); found != entries_.end()) {
    gone = std::move(found->second);
    entries_.erase(found);
  }
  if (const auto idle = idle_since_.find(id); idle != idle_since_.end()) {
    queue_.erase({idle->second, id});
    idle_since_.erase(idle);
  }
  changed_.notify_all();
}

void ConnectionBook::set_idle(uint64_t id, bool idle) {
  std::lock_guard lock(mutex_);
  if (const auto found = idle_since_.find(id); found != idle_since_.end()) {
    queue_.erase({found->second, id});
    idle_since_.erase(found);
  }
  if (!idle || !entries_.contains(id)) return;
  idle_since_.emplace(id, ++turn_);
  queue_.emplace(turn_, id);
}

void ConnectionBook::evict_idle() {
  std::lock_guard lock(mutex_);
  static_cast<void>(evict_idle_locked());
}

bool ConnectionBook::evict_idle_locked() {
  if (queue_.empty()) return false;
  const uint64_t id = queue_.begin()->second;
  queue_.erase(queue_.begin());
  idle_since_.erase(id);
  const auto found = entries_.find(id);
  const auto finish = found->second.finish;
  entries_.erase(found);
  finish();
  return true;
}

std::vector<ConnectionBook::Entry> ConnectionBook::all() const {
  std::lock_guard lock(mutex_);
  std::vector<Entry> entries;
  for (const auto& [id, entry] : entries_) entries.push_back(entry);
  return entries;
}

bool ConnectionBook::await_empty(std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return entries_.empty(); });
}

}  // namespace sluice::net
