#pragma once
// One background thread of a task that encodes and uploads finished files, so that the task goes on
// meanwhile. The task's thread submits and asks; jobs run one after the other.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.h"

namespace sluice::connectors::object_store {

class Uploader {
 public:
  class Job {
   public:
    /// Empty while it waits or runs.
    std::optional<Status> result() const;

   private:
    friend class Uploader;
    mutable std::mutex mutex_;
    std::function<Status()> work_;
    std::optional<Status> result_;
  };
  using JobPtr = std::shared_ptr<Job>;

  Uploader() = default;
  /// Waits for the running job; those that wait are dropped.
  ~Uploader();
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

  JobPtr submit(std::function<Status()> work);
  /// Waits until any job ends or `timeout` has passed.
  void wait(std::chrono::milliseconds timeout);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable ended_;
  std::deque<JobPtr> waiting_;
  uint64_t ended_count_ = 0;
  uint64_t seen_count_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::connectors::object_store
