#pragma once
// Writes to one topic on its own thread, which begins with the first call: plain appends, several on their
// way at a time, and transactions. Everything happens in the order of the calls.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kafka/client_config.h"
#include "kafka/log.h"

namespace sluice::kafka {

class LogWriter {
 public:
  struct Config {
    std::string topic;
    ClientConfig producer;
    ClientConfig fenced_producer;  // the transactional id comes with the claim
    /// Waits, at most until then, for the topic to be ready to be written to: a producer that is too early
    /// makes brokers create it with settings of their own. Asked before each call until it succeeds.
    std::function<Status(std::chrono::steady_clock::time_point until)> await_topic;
  };
  using TimePoint = std::chrono::steady_clock::time_point;
  /// Called on the writer's thread.
  using Done = std::function<void(const Status&)>;

  explicit LogWriter(Config config);
  /// What is not acknowledged then may or may not arrive; no callback comes any more.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // From any thread. Kind kRetry when it did not come about by `until`: what was sent may still arrive.
  void append(std::vector<LogEntry> entries, TimePoint until, Done done);
  void claim(std::string transactional_id, TimePoint until, Done done);
  void append_fenced(std::vector<LogEntry> entries, TimePoint until, Done done);
  /// `done` when everything before is acknowledged or has failed; at once, on the caller's thread, when there
  /// is nothing.
  void after_all(TimePoint until, Done done);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace sluice::kafka
