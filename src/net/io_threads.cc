#include "net/io_threads.h"

#include <algorithm>
#include <exception>

#include "base/log.h"
#include "net/io_loops.h"

namespace sluice::net {
namespace {

/// A handler that throws is a mistake of ours; it must not take the other connections with it.
void run(Loop& loop) {
  while (true) {
    try {
      loop.run();
      return;
    } catch (const std::exception& problem) {
      log::error("An I/O handler failed: {}", problem.what());
    }
  }
}

}  // namespace

IoThreads::Impl::Impl(int count) {
  for (int i = 0; i < std::max(1, count); ++i) {
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->thread = std::thread([&loop = workers_.back()->loop] { run(loop); });
  }
}

IoThreads::Impl::~Impl() {
  for (auto& worker : workers_) worker->loop.stop();
  for (auto& worker : workers_) worker->thread.join();
}

Loop& IoThreads::Impl::next() { return workers_[turn_++ % workers_.size()]->loop; }

IoThreads::IoThreads(int count) : impl_(std::make_unique<Impl>(count)) {}
IoThreads::~IoThreads() = default;

}  // namespace sluice::net
