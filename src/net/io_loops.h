#pragma once
// Inside the folder: the loops behind IoThreads.

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "net/io_threads.h"

namespace sluice::net {

using Loop = boost::asio::io_context;

class IoThreads::Impl {
 public:
  explicit Impl(int count);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// One after the other. Any thread.
  Loop& next();

 private:
  struct Worker {
    Loop loop{1};
    boost::asio::executor_work_guard<Loop::executor_type> guard{loop.get_executor()};
    std::thread thread;
  };
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<unsigned> turn_{0};
};

}  // namespace sluice::net
