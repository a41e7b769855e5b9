#pragma once
// The few threads on which all sockets are served: HTTP connections, links between workers. Each thread has a
// loop of its own; a connection belongs to one loop for its life, so its state needs no lock. What runs here
// never blocks.

#include <memory>

namespace sluice::net {

class IoThreads {
 public:
  class Impl;

  explicit IoThreads(int count = 2);
  /// Ends the loops; what was posted and not run is dropped. Servers and links must be gone before.
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::net
