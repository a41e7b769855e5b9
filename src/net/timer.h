#pragma once
// One deadline on an I/O thread.

#include <chrono>
#include <functional>
#include <memory>

#include "net/io_threads.h"

namespace sluice::net {

class Timer {
 public:
  virtual ~Timer() = default;
  /// The work runs no more, unless it is running already. Any thread.
  virtual void cancel() = 0;
};

/// Runs `work` on an I/O thread after `delay`; dropping the timer does not cancel it.
std::shared_ptr<Timer> start_timer(IoThreads& threads, std::chrono::milliseconds delay,
                                   std::function<void()> work);

}  // namespace sluice::net
