#pragma once
// A queue between threads, bounded in items and in bytes. Every wait has a deadline; closing wakes everybody.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace sluice {

template <typename T>
class BoundedQueue {
 public:
  BoundedQueue(size_t items_max, size_t bytes_max) : items_max_(items_max), bytes_max_(bytes_max) {}

  /// Waits for room. False when the queue is closed or `timeout` has passed; `item` is then untouched.
  /// An item larger than the whole bound is let in when the queue is empty.
  bool push(T& item, size_t bytes, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    const bool ready = room_.wait_for(lock, timeout, [&] { return closed_ || has_room(bytes); });
    if (!ready || closed_) return false;
    bytes_ += bytes;
    items_.emplace_back(std::move(item), bytes);
    lock.unlock();
    filled_.notify_one();
    return true;
  }

  /// Waits for an item. Empty when `timeout` has passed, or when the queue is closed and drained.
  std::optional<T> pop(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, timeout, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front().first));
    bytes_ -= items_.front().second;
    items_.pop_front();
    lock.unlock();
    room_.notify_one();
    return item;
  }

  bool empty() const {
    std::lock_guard lock(mutex_);
    return items_.empty();
  }

  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
    filled_.notify_all();
  }

 private:
  bool has_room(size_t bytes) const {
    return items_.empty() || (items_.size() < items_max_ && bytes_ + bytes <= bytes_max_);
  }

  const size_t items_max_;
  const size_t bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable filled_;
  std::deque<std::pair<T, size_t>> items_;
  size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace sluice
