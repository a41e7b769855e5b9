#include "cluster/errands.h"

#include <thread>
#include <utility>

namespace sluice::cluster {

Errands::~Errands() {
  std::unique_lock lock(mutex_);
  is_ending_ = true;
  waiting_.clear();
  changed_.notify_all();
  changed_.wait(lock, [this] { return threads_ == 0; });
}

void Errands::run(std::function<void()> errand) {
  std::lock_guard lock(mutex_);
  if (is_ending_) return;
  waiting_.push_back(std::move(errand));
  if (waiting_.size() > idle_ && threads_ < threads_max_) {
    ++threads_;
    std::thread([this] { work(); }).detach();
  }
  changed_.notify_one();
}

/// A thread that ends says so under the lock and touches nothing afterwards.
void Errands::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    const bool has_work = changed_.wait_for(lock, kIdle, [this] {
      return is_ending_ || !waiting_.empty();
    }) && !waiting_.empty();
    --idle_;
    if (!has_work) break;
    const auto errand = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    errand();
    lock.lock();
  }
  --threads_;
  changed_.notify_all();
}

}  // namespace sluice::cluster
