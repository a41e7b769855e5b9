#pragma once
// HTTP requests in the background: the one client on a few threads of its own, for callers that must not
// wait. Thread-safe.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/http_client.h"

namespace sluice::net {

/// As HttpRequest, with everything by value.
struct HttpCall {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::optional<std::string> body;
  int64_t total_timeout_ms = 0;
};

class HttpCalls {
 public:
  using Done = std::function<void(Result<HttpResponse>)>;

  HttpCalls(HttpOptions options, int threads, size_t waiting_max = 1000);
  /// Ends what is under way; every call that was not answered gets an error of kind kClosed.
  ~HttpCalls();
  HttpCalls(const HttpCalls&) = delete;
  HttpCalls& operator=(const HttpCalls&) = delete;

  /// `done` comes once, on a thread of this; at once and on the caller's when too many calls wait (kRetry).
  void send(HttpCall call, Done done);

 private:
  struct Waiting {
    HttpCall call;
    Done done;
  };
  void run();

  StopSignal stop_;
  HttpClient client_;
  const size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sluice::net
