#pragma once
// One request of the REST API, from its routing to its answer, which is given exactly once: by the resource,
// by the worker that it was forwarded to, or by the deadline. Any thread.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "cluster/herder.h"
#include "net/http_server.h"
#include "net/timer.h"
#include "rest/reply.h"
#include "rest/uri.h"

namespace sluice::rest {

class Exchange;

/// Sends a request on to the worker that can answer it.
class Forwarder {
 public:
  virtual ~Forwarder() = default;
  /// `url` empty: nobody knows who that is.
  virtual void forward(const std::shared_ptr<Exchange>& exchange, const std::string& url) = 0;
};

class Exchange final : public std::enable_shared_from_this<Exchange> {
 public:
  /// `send` gives the final answer to the client.
  using Send = std::function<void(const Exchange& exchange, net::ServerResponse response)>;

  Exchange(net::ServerRequest request, Target target, Send send)
      : request(std::move(request)), target(std::move(target)), send_(std::move(send)) {}

  const net::ServerRequest request;
  const Target target;
  std::vector<std::string> parameters;  // of the path, in order
  std::string user;                     // empty: nobody asked
  const std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();

  /// The first answer counts.
  void reply(net::ServerResponse response);
  /// An answer `on_time_out()` unless another comes first.
  void set_deadline(net::IoThreads& threads, std::chrono::milliseconds delay,
                    std::function<net::ServerResponse()> on_time_out);
  /// The deadline is somebody else's from now on.
  void cancel_deadline();
  void set_forwarder(Forwarder* forwarder) { forwarder_ = forwarder; }
  void fail(const cluster::RequestError& error);

  /// A callback for the herder that answers with `make_reply(value)`, or with the error.
  template <typename T, typename MakeReply>
  cluster::Callback<T> then(MakeReply make_reply) {
    return [self = shared_from_this(), make_reply = std::move(make_reply)](cluster::Answer<T> answer) {
      if (const auto* error = std::get_if<cluster::RequestError>(&answer)) return self->fail(*error);
      self->reply(make_reply(std::get<T>(std::move(answer))));
    };
  }

 private:
  const Send send_;
  Forwarder* forwarder_ = nullptr;
  std::atomic<bool> answered_{false};
  std::mutex deadline_mutex_;
  std::shared_ptr<net::Timer> deadline_;
};

}  // namespace sluice::rest
