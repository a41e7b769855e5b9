#pragma once
// What a worker's process needs of the system: signals as a wait, room for files and threads.

#include <mutex>
#include <optional>

#include "base/error.h"

namespace sluice::app {

/// Blocks SIGINT and SIGTERM for this thread and those it starts; before any thread starts. SIGPIPE is
/// ignored.
void block_stop_signals();

/// As many open files as the system lets us have; warns with the figure if that is few.
void raise_file_limit();

/// Threads that start from now on get small stacks, and wait and wake fast however many they are.
void prepare_for_many_threads();

/// Waits for the end: a signal to stop, or an error that ends the worker. fail() is thread-safe.
class ProcessEnd {
 public:
  ProcessEnd();
  ~ProcessEnd();
  ProcessEnd(const ProcessEnd&) = delete;
  ProcessEnd& operator=(const ProcessEnd&) = delete;

  void fail(const Error& error);
  /// The signal that came; none: fail() was called.
  std::optional<int> wait();
  std::optional<Error> error() const;

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
  int event_ = -1;    // eventfd of fail()
  int signals_ = -1;  // signalfd
};

}  // namespace sluice::app
