#pragma once
// Records of the config topic: Kafka Connect's bytes to values and back (KafkaConfigBackingStore of 4.1).
// Keys are matched by prefix, in Java's order of tests, so that names which look like prefixes end up where
// Java puts them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "kafka/log.h"
#include "store/config_store.h"

namespace sluice::store {

struct TargetRecord {
  std::string connector;
  std::optional<TargetState> target;  // none: a tombstone
};
struct ConnectorRecord {
  std::string connector;
  std::optional<RawConfig> config;  // none: a tombstone
};
struct TaskRecord {
  std::string connector;
  int32_t task = 0;
  RawConfig config;
};
struct CommitRecord {
  std::string connector;
  /// None: unreadable, yet it tells of a connector whose configuration may be gone.
  std::optional<int32_t> tasks;
};
struct FencingRecord {
  std::string connector;
  int32_t tasks = 0;
};
struct LoggerRecord {
  std::string logger;
  std::string level;
};
using ConfigRecord = std::variant<TargetRecord, ConnectorRecord, TaskRecord, CommitRecord, RestartRequest,
                                  FencingRecord, SessionKey, LoggerRecord>;

/// Errors are for the log. Kind kBadRecord: the value is no JSON at all, and Kafka Connect acts as if the
/// record were not there, its offset included; kUnsupported: anything else that cannot be used.
Result<ConfigRecord> parse_config_record(const std::string& key, const std::optional<std::string>& value);

kafka::LogEntry target_entry(const std::string& connector, std::optional<TargetState> target);
kafka::LogEntry connector_entry(const std::string& connector, const std::optional<RawConfig>& config);
kafka::LogEntry task_entry(const std::string& connector, int32_t task, const RawConfig& config);
kafka::LogEntry commit_entry(const std::string& connector, int32_t tasks);
kafka::LogEntry fencing_entry(const std::string& connector, int32_t tasks);
kafka::LogEntry session_key_entry(const SessionKey& key);
kafka::LogEntry restart_entry(const RestartRequest& request);
kafka::LogEntry logger_entry(const std::string& logger, const std::string& level);

}  // namespace sluice::store
