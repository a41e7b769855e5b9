#pragma once
// Records of the status topic: Kafka Connect's bytes to values and back (KafkaStatusBackingStore of 4.1).

#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "kafka/log.h"
#include "store/status_store.h"

namespace sluice::store {

struct ConnectorStatusRecord {
  std::string connector;
  std::optional<WorkStatus> status;  // none: a tombstone
};
struct TaskStatusRecord {
  std::string connector;
  int32_t task = 0;
  std::optional<WorkStatus> status;
};
struct TopicStatusRecord {
  std::string topic;
  std::string connector;
  std::optional<ActiveTopic> status;
};
using StatusRecord = std::variant<ConnectorStatusRecord, TaskStatusRecord, TopicStatusRecord>;

/// Errors (kind kBadRecord) are for the log.
Result<StatusRecord> parse_status_record(const std::string& key, const std::optional<std::string>& value);

std::string connector_status_key(const std::string& connector);
std::string task_status_key(const std::string& connector, int32_t task);
std::string topic_status_key(const std::string& topic, const std::string& connector);
std::string status_value(const WorkStatus& status);
std::string topic_status_value(const ActiveTopic& topic);

}  // namespace sluice::store
