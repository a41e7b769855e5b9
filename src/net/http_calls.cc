#include "net/http_calls.h"

#include <utility>

namespace sluice::net {
namespace {

HttpOptions with_stop(HttpOptions options, const StopSignal& stop) {
  options.stop = &stop;
  return options;
}

}  // namespace

HttpCalls::HttpCalls(HttpOptions options, int threads, size_t waiting_max)
    : client_(with_stop(std::move(options), stop_)), waiting_max_(waiting_max) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

HttpCalls::~HttpCalls() {
  stop_.request_stop();
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  for (Waiting& waiting : waiting_) waiting.done(closed("the worker is stopping"));
}

void HttpCalls::send(HttpCall call, Done done) {
  {
    std::lock_guard lock(mutex_);
    if (!stopped_ && waiting_.size() < waiting_max_) {
      waiting_.push_back({std::move(call), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  done(retriable("too many requests to other workers are waiting"));
}

void HttpCalls::run() {
  while (true) {
    Waiting next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (stopped_) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    HttpRequest request;
    request.method = std::move(next.call.method);
    request.url = std::move(next.call.url);
    request.headers = std::move(next.call.headers);
    if (next.call.body) request.body = *next.call.body;
    request.total_timeout_ms = next.call.total_timeout_ms;
    next.done(client_.send(request));
  }
}

}  // namespace sluice::net
