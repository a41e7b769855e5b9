#pragma once
// Requests that change the cluster run one after another, in the order in which they came: the next begins
// when the one before is done, or has had its time. On the scheduler's thread.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "base/scheduler.h"

namespace sluice::cluster {

class RequestQueue {
 public:
  using Finish = std::function<void()>;
  using Run = std::function<void(Finish)>;

  /// `scheduler` outlives the queue.
  RequestQueue(Scheduler& scheduler, std::chrono::milliseconds timeout);

  /// `run` is called once, or else `refuse` when the queue closes before its turn. `what` is for the log.
  void add(std::string what, Run run, std::function<void()> refuse);

  /// While held nothing begins; what runs goes on.
  void hold() { is_held_ = true; }
  void release();
  bool is_held() const { return is_held_; }
  /// Refuses what waits and whatever is added from now on.
  void close();

 private:
  struct Request {
    std::string what;
    Run run;
    std::function<void()> refuse;
  };
  void run_waiting();
  void finish(uint64_t id);

  Scheduler& scheduler_;
  const std::chrono::milliseconds timeout_;
  std::deque<Request> waiting_;
  uint64_t last_id_ = 0;
  uint64_t running_id_ = 0;  // 0: none
  bool is_held_ = true;
  bool is_closed_ = false;
};

}  // namespace sluice::cluster
