#include "net/timer.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "net/io_loops.h"

namespace sluice::net {
namespace {

namespace asio = boost::asio;

class LoopTimer final : public Timer, public std::enable_shared_from_this<LoopTimer> {
 public:
  explicit LoopTimer(Loop& loop) : timer_(loop) {}

  /// The work lives in the loop alone: it may hold the timer, and goes with the loop.
  void start(std::chrono::milliseconds delay, std::function<void()> work) {
    asio::post(timer_.get_executor(), [self = shared_from_this(), delay, work = std::move(work)]() mutable {
      if (self->cancelled_) return;
      self->timer_.expires_after(delay);
      self->timer_.async_wait([self, work = std::move(work)](const boost::system::error_code& error) {
        if (!error && !self->cancelled_) work();
      });
    });
  }
  void cancel() override {
    asio::post(timer_.get_executor(), [self = shared_from_this()] {
      self->cancelled_ = true;
      self->timer_.cancel();
    });
  }

 private:
  asio::steady_timer timer_;
  bool cancelled_ = false;  // on the loop only
};

}  // namespace

std::shared_ptr<Timer> start_timer(IoThreads& threads, std::chrono::milliseconds delay,
                                   std::function<void()> work) {
  const auto timer = std::make_shared<LoopTimer>(threads.impl().next());
  timer->start(delay, std::move(work));
  return timer;
}

}  // namespace sluice::net
