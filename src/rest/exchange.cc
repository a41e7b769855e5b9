#include "rest/exchange.h"

namespace sluice::rest {

void Exchange::reply(net::ServerResponse response) {
  if (answered_.exchange(true)) return;
  cancel_deadline();
  send_(*this, std::move(response));
}

void Exchange::set_deadline(net::IoThreads& threads, std::chrono::milliseconds delay,
                            std::function<net::ServerResponse()> on_time_out) {
  const std::lock_guard lock(deadline_mutex_);
  deadline_ = net::start_timer(
      threads, delay,
      [self = shared_from_this(), on_time_out = std::move(on_time_out)] { self->reply(on_time_out()); });
}

void Exchange::cancel_deadline() {
  const std::lock_guard lock(deadline_mutex_);
  if (deadline_) deadline_->cancel();
}

void Exchange::fail(const cluster::RequestError& error) {
  if (error.problem == cluster::RequestProblem::kForward && forwarder_ != nullptr) {
    cancel_deadline();
    return forwarder_->forward(shared_from_this(), error.forward_url);
  }
  reply(error_reply(error));
}

}  // namespace sluice::rest
