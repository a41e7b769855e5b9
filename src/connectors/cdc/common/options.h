#pragma once
// What the options that all change data capture connectors share come to.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/filters.h"
#include "connectors/cdc/common/names.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::connectors::cdc {

enum class DecimalMode : uint8_t { kPrecise, kDouble, kString };
enum class BinaryMode : uint8_t { kBytes, kBase64, kBase64UrlSafe, kHex };
enum class TimeMode : uint8_t {
  kAdaptive,
  kAdaptiveTimeMicros,
  kConnect,
  kIsoString,
  kMicros,
  kNanos,
};
/// What happens to an event that cannot be decoded.
enum class FailureMode : uint8_t { kFail, kWarn, kSkip };
enum class SnapshotMode : uint8_t { kInitial, kAlways, kInitialOnly, kNoData, kWhenNeeded, kRecovery };

/// A set of the operations c, u, d, t, r.
class Operations {
 public:
  void add(char operation) { bits_ |= bit(operation); }
  bool has(char operation) const { return (bits_ & bit(operation)) != 0; }

 private:
  static uint32_t bit(char operation) { return uint32_t{1} << (operation - 'a'); }
  uint32_t bits_ = 0;
};

struct CommonOptions {
  Names names;
  Filters filters;

  size_t batch_records_max = 2048;
  size_t queue_records_max = 8192;
  size_t queue_bytes_max = 0;
  int64_t poll_interval_ms = 500;

  bool tombstones = true;
  bool context_headers = true;
  bool transaction_metadata = false;
  bool skip_unchanged = false;  // skip.messages.without.change
  Operations skipped;
  FailureMode failures = FailureMode::kFail;

  int64_t heartbeat_interval_ms = 0;
  std::string heartbeat_query;

  DecimalMode decimals = DecimalMode::kPrecise;
  BinaryMode binaries = BinaryMode::kBytes;
  TimeMode times = TimeMode::kAdaptive;

  SnapshotMode snapshot = SnapshotMode::kInitial;
  int64_t snapshot_delay_ms = 0;
  int64_t streaming_delay_ms = 0;
  int snapshot_threads = 1;
  int64_t lock_timeout_ms = 10'000;

  bool reads_signal_table = true;  // signal.enabled.channels
  std::string signal_file;         // empty: none is read
  std::string signal_topic;        // empty: none is read
  sdk::Properties signal_client;   // of the topic's consumer
  int64_t signal_interval_ms = 5'000;
  int chunk_rows = 1'024;           // of incremental snapshots
  bool deletes_watermarks = false;  // incremental.snapshot.watermarking.strategy

  bool notifies_topic = false;  // notification.enabled.channels
  bool notifies_log = false;
  std::string notification_topic;

  int retries_max = -1;  // -1: for ever
  int64_t retry_wait_ms = 10'000;
};

inline constexpr std::string_view kSnapshotSelectPrefix = "snapshot.select.statement.overrides.";

/// Statements between semicolons; two semicolons stand for one.
std::vector<std::string> split_statements(std::string_view text);
/// Everything given below `prefix`, without it.
sdk::Properties properties_below(const sdk::Config& config, std::string_view prefix);

/// What becomes of a cell that cannot be decoded (event.processing.failure.handling.mode): the error that
/// ends the task, or a success: it is published as null then.
Status tolerate(FailureMode mode, const Error& cell, std::string_view what);

/// `space` is "schema" or "database". Error kind kBadConfig with the first problem.
Result<CommonOptions> parse_common(const sdk::Config& config, std::string_view space);

}  // namespace sluice::connectors::cdc
