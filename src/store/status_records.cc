#include "store/status_records.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <utility>

#include "sdk/source_offsets.h"
#include "store/record_json.h"

namespace sluice::store {
namespace {

constexpr std::string_view kConnectorPrefix = "status-connector-";
constexpr std::string_view kTaskPrefix = "status-task-";
constexpr std::string_view kTopicPrefix = "status-topic-";
constexpr std::string_view kTopicSeparator = ":connector-";

constexpr std::string_view kState = "state";
constexpr std::string_view kTrace = "trace";
constexpr std::string_view kWorkerId = "worker_id";
constexpr std::string_view kGeneration = "generation";
constexpr std::string_view kVersion = "version";
constexpr std::string_view kTopic = "topic";
constexpr std::string_view kName = "name";
constexpr std::string_view kConnector = "connector";
constexpr std::string_view kTask = "task";
constexpr std::string_view kDiscovered = "discoverTimestamp";

Error wrong(const std::string& key, std::string_view why) {
  return bad_record(fmt::format("Ignoring record {} of the status topic: {}", key, why));
}

Result<RecordJson> parse_object(const std::string& key, const std::optional<std::string>& value) {
  auto record = RecordJson::parse(value);
  if (!record.ok()) return wrong(key, record.error().message());
  if (!record->is_object()) {
    return wrong(key, fmt::format("its value is a JSON {}, not an object", json_kind(record->value())));
  }
  return record;
}

Result<std::optional<WorkStatus>> parse_status(const std::string& key,
                                               const std::optional<std::string>& value) {
  if (!value) return std::optional<WorkStatus>();
  SLUICE_ASSIGN_OR_RETURN(const RecordJson record, parse_object(key, value));
  const auto name = record.text(kState);
  const auto worker = record.text(kWorkerId);
  const auto generation = record.integer(kGeneration);
  if (!name) return wrong(key, "it has no text \"state\"");
  if (!worker) return wrong(key, "it has no text \"worker_id\"");
  if (!generation) return wrong(key, "it has no whole number \"generation\"");
  const auto state = parse_work_state(*name);
  if (!state) return wrong(key, fmt::format("there is no state {}", *name));
  return std::optional(WorkStatus{*state, record.text(kTrace).value_or(""), *worker,
                                  static_cast<int32_t>(*generation), record.text(kVersion)});
}

/// As Java's split("-"): trailing empty parts do not count.
Result<StatusRecord> parse_task(const std::string& key, const std::optional<std::string>& value) {
  std::string_view name = key;
  while (name.ends_with('-')) name.remove_suffix(1);
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash < kTaskPrefix.size()) {
    return wrong(key, "it is no task's key (status-task-<connector>-<number>)");
  }
  TaskStatusRecord record;
  record.connector = name.substr(kTaskPrefix.size(), dash - kTaskPrefix.size());
  const char* end = name.data() + name.size();
  const auto number = std::from_chars(name.data() + dash + 1, end, record.task);
  if (number.ec != std::errc() || number.ptr != end) return wrong(key, "its end is no task's number");
  SLUICE_ASSIGN_OR_RETURN(record.status, parse_status(key, value));
  return record;
}

Result<StatusRecord> parse_topic(const std::string& key, const std::optional<std::string>& value) {
  TopicStatusRecord record;
  const size_t colon = key.find(':');
  if (colon == std::string::npos || colon < kTopicPrefix.size()) return wrong(key, "it names no connector");
  record.topic = key.substr(kTopicPrefix.size(), colon - kTopicPrefix.size());
  if (record.topic.empty()) return wrong(key, "it names no topic");
  if (!std::string_view(key).substr(colon).starts_with(kTopicSeparator) ||
      key.size() == colon + kTopicSeparator.size()) {
    return wrong(key, "it names no connector");
  }
  record.connector = key.substr(colon + kTopicSeparator.size());
  if (!value) return record;
  SLUICE_ASSIGN_OR_RETURN(const RecordJson json, parse_object(key, value));
  const sdk::Value topic = json.member(kTopic);
  const sdk::Value name = sdk::map_get(topic, kName);
  const sdk::Value connector = sdk::map_get(topic, kConnector);
  const sdk::Value task = sdk::map_get(topic, kTask);
  const sdk::Value discovered = sdk::map_get(topic, kDiscovered);
  if (name.kind() != sdk::Kind::kString || connector.kind() != sdk::Kind::kString ||
      task.kind() != sdk::Kind::kInt64 || discovered.kind() != sdk::Kind::kInt64) {
    return wrong(key, "\"topic\" lacks name, connector, task or discoverTimestamp");
  }
  record.status = ActiveTopic{std::string(name.as_string()), std::string(connector.as_string()),
                              static_cast<int32_t>(task.as_integer()), discovered.as_integer()};
  return record;
}

}  // namespace

Result<StatusRecord> parse_status_record(const std::string& key, const std::optional<std::string>& value) {
  if (key.starts_with(kConnectorPrefix)) {
    SLUICE_ASSIGN_OR_RETURN(auto status, parse_status(key, value));
    return ConnectorStatusRecord{key.substr(kConnectorPrefix.size()), std::move(status)};
  }
  if (key.starts_with(kTaskPrefix)) return parse_task(key, value);
  if (key.starts_with(kTopicPrefix)) return parse_topic(key, value);
  return wrong(key, "invalid key");
}

std::string connector_status_key(const std::string& connector) {
  return std::string(kConnectorPrefix).append(connector);
}

std::string task_status_key(const std::string& connector, int32_t task) {
  return fmt::format("{}{}-{}", kTaskPrefix, connector, task);
}

std::string topic_status_key(const std::string& topic, const std::string& connector) {
  return fmt::format("{}{}{}{}", kTopicPrefix, topic, kTopicSeparator, connector);
}

std::string status_value(const WorkStatus& status) {
  const auto trace = status.trace.empty() ? std::nullopt : std::optional(status.trace);
  return ObjectWriter()
      .text(kState, state_name(status.state))
      .text_or_null(kTrace, trace)
      .text(kWorkerId, status.worker_id)
      .integer(kGeneration, status.generation)
      .text_or_null(kVersion, status.version)
      .finish();
}

std::string topic_status_value(const ActiveTopic& topic) {
  const std::string inner = ObjectWriter()
                                .text(kName, topic.topic)
                                .text(kConnector, topic.connector)
                                .integer(kTask, topic.task)
                                .integer(kDiscovered, topic.discovered_ms)
                                .finish();
  return ObjectWriter().raw(kTopic, inner).finish();
}

}  // namespace sluice::store
