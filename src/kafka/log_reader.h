#pragma once
// Reads a compacted topic on its own thread: from the beginning, then what is added. Opens it in the
// background and tries again for ever while brokers do not answer.

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "kafka/admin.h"
#include "kafka/client_config.h"
#include "kafka/log.h"

namespace sluice::kafka {

class LogReader {
 public:
  struct Config {
    std::string topic;
    ClientConfig consumer;
    std::shared_ptr<Admin> admin;
    /// Before the topic is opened, on the reader's thread; makes or checks the topic. May be empty.
    /// Kind kRetry: tried again.
    std::function<Status()> prepare;
  };
  // All callbacks happen on the reader's thread.
  using Records = std::function<void(std::span<const LogRecord>)>;
  using Done = std::function<void(const Status&)>;

  LogReader(Config config, Records on_records);
  /// No callback comes after it; what is open then is never answered. May wait for the brokers up to a second
  /// or so.
  ~LogReader();
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  using TimePoint = std::chrono::steady_clock::time_point;
  /// `done` when everything is read that was in the topic at the time of the call; kRetry when that did not
  /// come about by `until`; another kind: it never will, e.g. kBadConfig of prepare(). From any thread.
  void read_to_end(TimePoint until, Done done);

  /// Waits until the topic is prepared and open. kRetry after `until`, kClosed after abandon(), or
  /// prepare()'s error. From any thread.
  Status await_open(TimePoint until);
  /// Ends all waiting; what is open is never answered.
  void abandon();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace sluice::kafka
