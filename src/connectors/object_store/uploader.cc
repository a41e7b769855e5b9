#include "connectors/object_store/uploader.h"

#include <exception>
#include <string>

namespace sluice::connectors::object_store {

std::optional<Status> Uploader::Job::result() const {
  std::lock_guard lock(mutex_);
  return result_;
}

Uploader::~Uploader() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  submitted_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Uploader::JobPtr Uploader::submit(std::function<Status()> work) {
  auto job = std::make_shared<Job>();
  job->work_ = std::move(work);
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(job);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  submitted_.notify_one();
  return job;
}

void Uploader::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, timeout, [this] { return ended_count_ != seen_count_; });
  seen_count_ = ended_count_;
}

void Uploader::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    submitted_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const JobPtr job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Status result;
    try {
      result = job->work_();
    } catch (const std::exception& error) {  // out of memory, in the end
      result = failed(std::string("An upload ended by an exception: ") + error.what());
    }
    {
      std::lock_guard job_lock(job->mutex_);
      job->work_ = nullptr;
      job->result_ = std::move(result);
    }
    lock.lock();
    ++ended_count_;
    ended_.notify_all();
  }
}

}  // namespace sluice::connectors::object_store
