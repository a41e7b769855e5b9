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
  LoopTimer(Loop& loop, std::function<void()> work) : timer_(loop), work_(std::move(work)) {}

  void start(std::chrono::milliseconds delay) {
    asio::post(timer_.get_executor(), [self = shared_from_this(), delay] {
      if (!self->work_) return;
      self->timer_.expires_after(delay);
      self->timer_.async_wait([self](const boost::system::error_code& error) {
        const auto work = std::exchange(self->work_, nullptr);
        if (!error && work) work();
      });
    });
  }
  void cancel() override {
    asio::post(timer_.get_executor(), [self = shared_from_this()] {
      self->work_ = nullptr;
      self->timer_.cancel();
    });
  }

 private:
  asio::steady_timer timer_;
  std::function<void()> work_;  // on the loop only
};

}  // namespace

std::shared_ptr<Timer> start_timer(IoThreads& threads, std::chrono::milliseconds delay,
                                   std::function<void()> work) {
  const auto timer = std::make_shared<LoopTimer>(threads.impl().next(), std::move(work));
  timer->start(delay);
  return timer;
}

}  // namespace sluice::net
