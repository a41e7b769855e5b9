#include "cluster/request_queue.h"

#include <utility>

#include "base/log.h"

namespace sluice::cluster {

RequestQueue::RequestQueue(Scheduler& scheduler, std::chrono::milliseconds timeout)
    : scheduler_(scheduler), timeout_(timeout) {}

void RequestQueue::add(std::string what, Run run, std::function<void()> refuse) {
  if (is_closed_) {
    refuse();
    return;
  }
  waiting_.push_back({std::move(what), std::move(run), std::move(refuse)});
  run_waiting();
}

void RequestQueue::release() {
  is_held_ = false;
  run_waiting();
}

void RequestQueue::close() {
  is_closed_ = true;
  auto refused = std::exchange(waiting_, {});
  for (const Request& request : refused) request.refuse();
}

void RequestQueue::run_waiting() {
  while (!is_held_ && running_id_ == 0 && !waiting_.empty()) {
    const Request request = std::move(waiting_.front());
    waiting_.pop_front();
    const uint64_t id = ++last_id_;
    running_id_ = id;
    request.run([this, id] { finish(id); });
    if (running_id_ != id) continue;
    scheduler_.post_after(timeout_, [this, id, what = request.what] {
      if (running_id_ != id) return;
      log::warn("The request for {} has not ended within {} ms; the next one goes ahead", what,
                timeout_.count());
      finish(id);
    });
  }
}

void RequestQueue::finish(uint64_t id) {
  if (running_id_ != id) return;
  running_id_ = 0;
  scheduler_.post([this] { run_waiting(); });  // not from within: requests may finish within their own call
}

}  // namespace sluice::cluster
