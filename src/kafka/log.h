#pragma once
// A compacted topic as the stores see it: everything in it, then what is added, and ways to add. One of the
// two seams at which the simulator cuts (the other: protocol/group_link.h).
//
// Calls and callbacks happen on the thread of the scheduler that the log was made with; no call blocks.
// `done` is called exactly once, unless the log is destroyed first: then never.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/scheduler.h"
#include "kafka/admin.h"
#include "kafka/client_config.h"

namespace sluice::kafka {

struct LogRecord {
  std::string key;
  std::optional<std::string> value;  // none: a tombstone
  int32_t partition = 0;
  int64_t offset = 0;
};

struct LogEntry {
  std::string key;
  std::optional<std::string> value;
};

class Log {
 public:
  using Done = std::function<void(const Status&)>;
  /// Records in the order of each partition; called for everything from the beginning of the topic on.
  using RecordsCallback = std::function<void(std::span<const LogRecord>)>;
  virtual ~Log() = default;

  /// Succeeds when every record that was in the topic when this was called has been delivered (Kafka
  /// Connect's KafkaBasedLog.readToEnd: the position counts, so transaction markers do too). Own appends that
  /// were called before are in the topic first. Kind kRetry after `timeout`; reading goes on all the same.
  virtual void read_to_end(std::chrono::milliseconds timeout, Done done) = 0;

  /// Appends entries, partition by Java's hash of the key; done when all are acknowledged. Order among calls
  /// is kept. A failure may leave some of them in the topic.
  virtual void append(std::vector<LogEntry> entries, std::chrono::milliseconds timeout, Done done) = 0;

  /// Makes this log the only one that may append_fenced: whoever claimed before is fenced (kind kFenced at
  /// its next append_fenced). `transactional_id` names the right. Claiming again is allowed at any time.
  virtual void claim(const std::string& transactional_id, std::chrono::milliseconds timeout, Done done) = 0;

  /// Appends all entries in one transaction or none. Needs a claim. After a failure: claim again first.
  virtual void append_fenced(std::vector<LogEntry> entries, std::chrono::milliseconds timeout, Done done) = 0;
};

/// A topic on brokers; internal_topics.h makes this from a worker's properties.
struct LogConfig {
  std::string topic;
  ClientConfig consumer{};
  ClientConfig producer{};
  ClientConfig fenced_producer{};  // of claim() and append_fenced()
  std::shared_ptr<Admin> admin;
  /// Runs once before the topic is opened, on a thread of the log: makes or checks the topic. May be empty.
  /// Kind kRetry: tried again; any other error is what every read_to_end answers with.
  std::function<Status()> prepare;
};

/// Opens in the background; nothing blocks, and nothing fails here. Destroy it on the scheduler's thread, or
/// when that runs no more; `scheduler` outlives it.
std::unique_ptr<Log> open_log(LogConfig config, Scheduler& scheduler, Log::RecordsCallback on_records);

}  // namespace sluice::kafka
