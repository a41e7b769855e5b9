#include "cluster/event_loop.h"

namespace sluice::cluster {

EventLoop::EventLoop() : thread_([this] { run(); }) {}

EventLoop::~EventLoop() { stop(); }

void EventLoop::post_after(std::chrono::milliseconds delay, Work work) {
  {
    std::lock_guard lock(mutex_);
    work_.emplace(std::pair(std::chrono::steady_clock::now() + delay, next_++), std::move(work));
  }
  changed_.notify_all();
}

void EventLoop::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EventLoop::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (work_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const TimePoint due = work_.begin()->first.first;
    if (std::chrono::steady_clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    auto work = std::move(work_.begin()->second);
    work_.erase(work_.begin());
    lock.unlock();
    work();
    work = nullptr;  // what it held may post when it goes: not under the lock
    lock.lock();
  }
}

}  // namespace sluice::cluster
