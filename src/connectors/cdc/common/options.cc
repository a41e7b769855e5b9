#include "connectors/cdc/common/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/log.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Config;

constexpr size_t kQueueBytesDefault = size_t{8} << 20;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

template <typename T, size_t N>
Result<T> choice(const Config& config, std::string_view key,
                 const std::array<std::pair<std::string_view, T>, N>& allowed) {
  const std::string text = lower(original_or(config, key, config.get_string(key)));
  std::string list;
  for (const auto& [name, value] : allowed) {
    if (name == text) return value;
    list += (list.empty() ? "" : ", ") + std::string(name);
  }
  return bad_config(fmt::format("The '{}' value is invalid: Value must be one of {}", key, list));
}

constexpr std::array<std::pair<std::string_view, SnapshotMode>, 10> kSnapshotModes{{
    {"initial", SnapshotMode::kInitial},
    {"always", SnapshotMode::kAlways},
    {"initial_only", SnapshotMode::kInitialOnly},
    {"no_data", SnapshotMode::kNoData},
    {"never", SnapshotMode::kNoData},
    {"schema_only", SnapshotMode::kNoData},
    {"when_needed", SnapshotMode::kWhenNeeded},
    {"recovery", SnapshotMode::kRecovery},
    {"schema_only_recovery", SnapshotMode::kRecovery},
    {"configuration_based", SnapshotMode::kInitial},
}};
constexpr std::array<std::pair<std::string_view, TimeMode>, 6> kTimeModes{{
    {"adaptive", TimeMode::kAdaptive},
    {"adaptive_time_microseconds", TimeMode::kAdaptiveTimeMicros},
    {"connect", TimeMode::kConnect},
    {"isostring", TimeMode::kIsoString},
    {"microseconds", TimeMode::kMicros},
    {"nanoseconds", TimeMode::kNanos},
}};
constexpr std::array<std::pair<std::string_view, DecimalMode>, 3> kDecimalModes{{
    {"precise", DecimalMode::kPrecise},
    {"double", DecimalMode::kDouble},
    {"string", DecimalMode::kString},
}};
constexpr std::array<std::pair<std::string_view, FailureMode>, 4> kFailureModes{{
    {"fail", FailureMode::kFail},
    {"warn", FailureMode::kWarn},
    {"skip", FailureMode::kSkip},
    {"ignore", FailureMode::kSkip},
}};

BinaryMode binary_mode(const std::string& text) {
  if (text == "base64") return BinaryMode::kBase64;
  if (text == "base64-url-safe") return BinaryMode::kBase64UrlSafe;
  return text == "hex" ? BinaryMode::kHex : BinaryMode::kBytes;
}

/// configuration_based says by three keys what the other modes say by name.
SnapshotMode based_on(const Config& config, SnapshotMode mode) {
  if (lower(config.get_string("snapshot.mode")) != "configuration_based") return mode;
  const bool data = config.get_boolean("snapshot.mode.configuration.based.snapshot.data");
  const bool stream = config.get_boolean("snapshot.mode.configuration.based.start.stream");
  if (data && stream && config.get_boolean("snapshot.mode.configuration.based.snapshot.on.data.error"))
    return SnapshotMode::kWhenNeeded;
  if (!data) return SnapshotMode::kNoData;
  return stream ? SnapshotMode::kInitial : SnapshotMode::kInitialOnly;
}

Status parse_operations(const Config& config, Operations& skipped) {
  for (const std::string& operation : config.get_list("skipped.operations")) {
    if (operation == "none" || operation == "NONE") continue;
    if (operation.size() != 1 || std::string_view("cudt").find(operation[0]) == std::string_view::npos) {
      return bad_config(fmt::format(
          "The 'skipped.operations' value is invalid: Value must be one of none, c, u, d, t, not {}",
          operation));
    }
    skipped.add(operation[0]);
  }
  return {};
}

Status parse_queue(const Config& config, CommonOptions& options) {
  options.batch_records_max = static_cast<size_t>(config.get_int("max.batch.size"));
  options.queue_records_max = static_cast<size_t>(config.get_int("max.queue.size"));
  if (options.queue_records_max <= options.batch_records_max)
    return bad_config("The 'max.queue.size' value is invalid: Must be larger than the maximum batch size");
  options.queue_bytes_max = static_cast<size_t>(config.get_int("max.queue.size.in.bytes"));
  if (options.queue_bytes_max == 0) options.queue_bytes_max = kQueueBytesDefault;
  options.poll_interval_ms = config.get_int("poll.interval.ms");
  return {};
}

bool has(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

Status parse_signals(const Config& config, CommonOptions& options) {
  const std::vector<std::string>& channels = config.get_list("signal.enabled.channels");
  options.reads_signal_table = has(channels, "source");
  options.signal_interval_ms = config.get_int("signal.poll.interval.ms");
  if (has(channels, "file")) options.signal_file = original_or(config, "signal.file", "file-signals.txt");
  if (has(channels, "kafka")) {
    options.signal_topic = original_or(config, "signal.kafka.topic", options.names.prefix() + "-signal");
    for (const auto& [key, value] : properties_below(config, "signal.consumer.")) {
      options.signal_client["consumer." + key] = value;
    }
    options.signal_client["bootstrap.servers"] = original_or(config, "signal.kafka.bootstrap.servers", "");
    if (options.signal_client["bootstrap.servers"].empty()) {
      return bad_config("signal.enabled.channels has kafka, which needs signal.kafka.bootstrap.servers");
    }
  }
  if (has(channels, "jmx")) log::warn("The signal channel jmx is Java's own; there is none here");
  options.chunk_rows = static_cast<int>(config.get_int("incremental.snapshot.chunk.size"));
  options.deletes_watermarks =
      lower(config.get_string("incremental.snapshot.watermarking.strategy")) == "insert_delete";
  return {};
}

Status parse_notifications(const Config& config, CommonOptions& options) {
  const std::vector<std::string>& channels = config.get_list("notification.enabled.channels");
  options.notifies_topic = has(channels, "sink");
  options.notifies_log = has(channels, "log");
  options.notification_topic = config.get_string("notification.sink.topic.name");
  if (options.notifies_topic && options.notification_topic.empty()) {
    return bad_config(
        "Notification topic name must be provided when kafka notification channel is enabled: set "
        "notification.sink.topic.name");
  }
  if (has(channels, "jmx")) log::warn("The notification channel jmx is Java's own; there is none here");
  return {};
}

}  // namespace

std::vector<std::string> split_statements(std::string_view text) {
  std::vector<std::string> statements(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ';') {
      statements.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == ';') {
      statements.back() += text[i++];
    } else {
      statements.emplace_back();
    }
  }
  std::erase_if(statements,
                [](const auto& one) { return one.find_first_not_of(" \n\t\r") == std::string::npos; });
  return statements;
}

sdk::Properties properties_below(const Config& config, std::string_view prefix) {
  sdk::Properties below;
  for (const auto& [key, value] : config.originals()) {
    if (key.starts_with(prefix)) below[key.substr(prefix.size())] = value;
  }
  return below;
}

Status tolerate(FailureMode mode, const Error& cell, std::string_view what) {
  if (mode == FailureMode::kFail) return cell.wrap(ErrorKind::kFailed, fmt::format("Cannot decode {}", what));
  if (mode == FailureMode::kWarn) log::warn("{} It is published as null", cell.message());
  return {};
}

Result<CommonOptions> parse_common(const Config& config, std::string_view space) {
  CommonOptions options;
  SLUICE_ASSIGN_OR_RETURN(options.names, Names::parse(config));
  SLUICE_ASSIGN_OR_RETURN(options.filters, Filters::parse(config, space));
  SLUICE_RETURN_IF_ERROR(parse_queue(config, options));
  SLUICE_RETURN_IF_ERROR(parse_operations(config, options.skipped));
  SLUICE_RETURN_IF_ERROR(parse_signals(config, options));
  SLUICE_RETURN_IF_ERROR(parse_notifications(config, options));
  SLUICE_ASSIGN_OR_RETURN(options.failures,
                          choice(config, "event.processing.failure.handling.mode", kFailureModes));
  SLUICE_ASSIGN_OR_RETURN(options.decimals, choice(config, "decimal.handling.mode", kDecimalModes));
  SLUICE_ASSIGN_OR_RETURN(options.times, choice(config, "time.precision.mode", kTimeModes));
  SLUICE_ASSIGN_OR_RETURN(options.snapshot, choice(config, "snapshot.mode", kSnapshotModes));
  options.snapshot = based_on(config, options.snapshot);
  options.binaries = binary_mode(lower(original_or(config, "binary.handling.mode", "bytes")));
  options.tombstones = config.get_boolean("tombstones.on.delete");
  options.context_headers = config.get_boolean("extended.headers.enabled");
  options.transaction_metadata = config.get_boolean("provide.transaction.metadata");
  options.skip_unchanged = original_or(config, "skip.messages.without.change", "false") == "true";
  options.heartbeat_interval_ms = config.get_int("heartbeat.interval.ms");
  options.heartbeat_query = config.get_string("heartbeat.action.query");
  options.snapshot_delay_ms = config.get_int("snapshot.delay.ms");
  options.streaming_delay_ms = config.get_int("streaming.delay.ms");
  options.snapshot_threads = static_cast<int>(config.get_int("snapshot.max.threads"));
  options.lock_timeout_ms = config.get_int("snapshot.lock.timeout.ms");
  options.retries_max = static_cast<int>(config.get_int("errors.max.retries"));
  options.retry_wait_ms = config.get_int("retriable.restart.connector.wait.ms");
  return options;
}

}  // namespace sluice::connectors::cdc
