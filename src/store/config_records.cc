#include "store/config_records.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "formats/json/json_writer.h"
#include "sdk/data/base64.h"
#include "store/record_json.h"

namespace sluice::store {
namespace {

constexpr std::string_view kTargetPrefix = "target-state-";
constexpr std::string_view kConnectorPrefix = "connector-";
constexpr std::string_view kTaskPrefix = "task-";
constexpr std::string_view kCommitPrefix = "commit-";
constexpr std::string_view kRestartPrefix = "restart-connector-";
constexpr std::string_view kFencingPrefix = "tasks-fencing-";
constexpr std::string_view kSessionKey = "session-key";
constexpr std::string_view kLoggerPrefix = "logger-cluster-";

constexpr std::string_view kState = "state";
constexpr std::string_view kStateV2 = "state.v2";
constexpr std::string_view kProperties = "properties";
constexpr std::string_view kTasks = "tasks";
constexpr std::string_view kTaskCount = "task-count";
constexpr std::string_view kIncludeTasks = "include-tasks";
constexpr std::string_view kOnlyFailed = "only-failed";
constexpr std::string_view kKey = "key";
constexpr std::string_view kAlgorithm = "algorithm";
constexpr std::string_view kCreated = "creation-timestamp";
constexpr std::string_view kLevel = "level";

Error wrong(const std::string& key, std::string_view why) {
  return unsupported(fmt::format("Ignoring record {} of the config topic: {}", key, why));
}

std::string member_text(const sdk::Value& value) {
  json::TextBuffer text;
  json::write_value(text, value);
  return std::string(text.view());
}

Result<RawConfig> parse_properties(const std::string& key, const RecordJson& record) {
  if (!record.is_object()) {
    return wrong(key, fmt::format("its value is a JSON {}, not an object", json_kind(record.value())));
  }
  const sdk::Value properties = record.member(kProperties);
  if (properties.kind() != sdk::Kind::kMap) {
    return wrong(key, fmt::format("\"properties\" is a JSON {}, not an object", json_kind(properties)));
  }
  RawConfig config;
  for (const sdk::MapEntry& entry : properties.as_map()) {
    auto& value = config[std::string(entry.key.as_string())];
    if (entry.value.is_null()) {
      value.reset();
    } else if (entry.value.kind() == sdk::Kind::kString) {
      value = entry.value.as_string();
    } else {
      // Never written by a worker; Java fails where it is used. Its text is what was meant.
      value = member_text(entry.value);
    }
  }
  return config;
}

Result<ConfigRecord> parse_target(const std::string& key, std::string connector, const RecordJson& record) {
  if (record.is_null()) return TargetRecord{std::move(connector), std::nullopt};
  if (!record.is_object()) {
    return wrong(key, fmt::format("its value is a JSON {}, not an object", json_kind(record.value())));
  }
  auto name = record.text(kStateV2);
  if (!name) name = record.text(kState);
  if (!name) return wrong(key, "it has no text \"state\"");
  const auto target = parse_target_state(*name);
  if (!target) return wrong(key, fmt::format("invalid target state {}", *name));
  return TargetRecord{std::move(connector), target};
}

Result<ConfigRecord> parse_connector(const std::string& key, std::string connector,
                                     const RecordJson& record) {
  if (record.is_null()) return ConnectorRecord{std::move(connector), std::nullopt};
  SLUICE_ASSIGN_OR_RETURN(auto config, parse_properties(key, record));
  return ConnectorRecord{std::move(connector), std::move(config)};
}

/// As Java's split("-"): trailing empty parts do not count.
Result<ConfigRecord> parse_task(const std::string& key, const RecordJson& record) {
  std::string_view name = key;
  while (name.ends_with('-')) name.remove_suffix(1);
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash < kTaskPrefix.size()) {
    return wrong(key, "it is no task's key (task-<connector>-<number>)");
  }
  TaskRecord task;
  task.connector = name.substr(kTaskPrefix.size(), dash - kTaskPrefix.size());
  const char* end = name.data() + name.size();
  const auto number = std::from_chars(name.data() + dash + 1, end, task.task);
  if (number.ec != std::errc() || number.ptr != end) return wrong(key, "its end is no task's number");
  if (record.is_null()) return wrong(key, "it is unexpectedly null");
  SLUICE_ASSIGN_OR_RETURN(task.config, parse_properties(key, record));
  return task;
}

std::optional<int32_t> count_of(const RecordJson& record, std::string_view name) {
  const auto count = record.integer(name);
  if (!count || *count < 0 || *count > std::numeric_limits<int32_t>::max()) return std::nullopt;
  return static_cast<int32_t>(*count);
}

Result<ConfigRecord> parse_fencing(const std::string& key, std::string connector, const RecordJson& record) {
  const auto count = count_of(record, kTaskCount);
  if (!count) return wrong(key, "it has no whole number \"task-count\"");
  return FencingRecord{std::move(connector), *count};
}

Result<ConfigRecord> parse_restart(const std::string& key, std::string connector, const RecordJson& record) {
  if (!record.is_object()) {
    return wrong(key, fmt::format("its value is a JSON {}, not an object", json_kind(record.value())));
  }
  return RestartRequest{std::move(connector), record.boolean(kOnlyFailed).value_or(false),
                        record.boolean(kIncludeTasks).value_or(false)};
}

Result<ConfigRecord> parse_session_key(const std::string& key, const RecordJson& record) {
  const auto secret = record.text(kKey);
  const auto algorithm = record.text(kAlgorithm);
  const auto created = record.integer(kCreated);
  if (!secret) return wrong(key, "it has no text \"key\"");
  if (!algorithm) return wrong(key, "it has no text \"algorithm\"");
  if (!created) return wrong(key, "it has no whole number \"creation-timestamp\"");
  sdk::Arena arena;
  const auto bytes = sdk::decode_base64(arena, *secret);
  if (!bytes) return wrong(key, "\"key\" is not Base64");
  return SessionKey{std::string(*bytes), *algorithm, *created};
}

Result<ConfigRecord> parse_logger(const std::string& key, std::string logger, const RecordJson& record) {
  auto level = record.text(kLevel);
  if (!level) return wrong(key, "it has no text \"level\"");
  return LoggerRecord{std::move(logger), *std::move(level)};
}

std::string properties_text(const RawConfig& config) {
  ObjectWriter properties;
  for (const auto& [key, value] : config) properties.text_or_null(key, value);
  return ObjectWriter().raw(kProperties, properties.finish()).finish();
}

std::string concat(std::string_view prefix, std::string_view name) {
  return std::string(prefix).append(name);
}

}  // namespace

Result<ConfigRecord> parse_config_record(const std::string& key, const std::optional<std::string>& value) {
  const auto parsed = RecordJson::parse(value);
  if (!parsed.ok()) {
    return parsed.error().with_context(fmt::format("Ignoring record {} of the config topic", key));
  }
  const auto rest = [&key](std::string_view prefix) { return key.substr(prefix.size()); };
  if (key.starts_with(kTargetPrefix)) return parse_target(key, rest(kTargetPrefix), *parsed);
  if (key.starts_with(kConnectorPrefix)) return parse_connector(key, rest(kConnectorPrefix), *parsed);
  if (key.starts_with(kTaskPrefix)) return parse_task(key, *parsed);
  if (key.starts_with(kCommitPrefix)) return CommitRecord{rest(kCommitPrefix), count_of(*parsed, kTasks)};
  if (key.starts_with(kRestartPrefix)) return parse_restart(key, rest(kRestartPrefix), *parsed);
  if (key.starts_with(kFencingPrefix)) return parse_fencing(key, rest(kFencingPrefix), *parsed);
  if (key == kSessionKey) return parse_session_key(key, *parsed);
  if (key.starts_with(kLoggerPrefix)) return parse_logger(key, rest(kLoggerPrefix), *parsed);
  return wrong(key, "invalid key");
}

kafka::LogEntry target_entry(const std::string& connector, std::optional<TargetState> target) {
  std::string key = concat(kTargetPrefix, connector);
  if (!target) return {std::move(key), std::nullopt};
  // Workers before 3.5 know only `state`, and no STOPPED.
  const TargetState old = *target == TargetState::kStopped ? TargetState::kPaused : *target;
  return {std::move(key),
          ObjectWriter().text(kState, state_name(old)).text(kStateV2, state_name(*target)).finish()};
}

kafka::LogEntry connector_entry(const std::string& connector, const std::optional<RawConfig>& config) {
  std::string key = concat(kConnectorPrefix, connector);
  if (!config) return {std::move(key), std::nullopt};
  return {std::move(key), properties_text(*config)};
}

kafka::LogEntry task_entry(const std::string& connector, int32_t task, const RawConfig& config) {
  return {fmt::format("{}{}-{}", kTaskPrefix, connector, task), properties_text(config)};
}

kafka::LogEntry commit_entry(const std::string& connector, int32_t tasks) {
  return {concat(kCommitPrefix, connector), ObjectWriter().integer(kTasks, tasks).finish()};
}

kafka::LogEntry fencing_entry(const std::string& connector, int32_t tasks) {
  return {concat(kFencingPrefix, connector), ObjectWriter().integer(kTaskCount, tasks).finish()};
}

kafka::LogEntry session_key_entry(const SessionKey& key) {
  std::string secret;
  sdk::append_base64(secret, key.key);
  return {std::string(kSessionKey), ObjectWriter()
                                        .text(kKey, secret)
                                        .text(kAlgorithm, key.algorithm)
                                        .integer(kCreated, key.created_ms)
                                        .finish()};
}

kafka::LogEntry restart_entry(const RestartRequest& request) {
  return {concat(kRestartPrefix, request.connector), ObjectWriter()
                                                         .boolean(kIncludeTasks, request.include_tasks)
                                                         .boolean(kOnlyFailed, request.only_failed)
                                                         .finish()};
}

kafka::LogEntry logger_entry(const std::string& logger, const std::string& level) {
  return {concat(kLoggerPrefix, logger), ObjectWriter().text(kLevel, level).finish()};
}

}  // namespace sluice::store
