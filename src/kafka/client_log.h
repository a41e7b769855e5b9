#pragma once
// librdkafka's log lines on their way into ours. Its threads repeat themselves (every reconnect of every
// broker), so one line per distinct message and while is let through. Inside this room only. Thread-safe.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sluice::kafka {

class ClientLog {
 public:
  explicit ClientLog(std::string client_id) : client_id_(std::move(client_id)) {}

  /// `syslog_level` 0 (emergency) to 7 (debug); `facility` is the library's word for the kind of event.
  void write(int syslog_level, std::string_view facility, std::string_view text);

  /// True for the first message of its kind (numbers do not count) and again after five minutes.
  bool is_news(std::string_view text, std::chrono::steady_clock::time_point now);

 private:
  const std::string client_id_;
  std::mutex mutex_;
  std::unordered_map<uint64_t, std::chrono::steady_clock::time_point> last_seen_;
};

}  // namespace sluice::kafka
