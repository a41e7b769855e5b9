#pragma once
// What the sink is configured with, whichever family of keys it was written in (confluent_options.h,
// aiven_options.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/parquet/parquet_writer.h"
#include "sdk/config/config_def.h"

namespace sluice::connectors::object_store {

enum class FormatKind : uint8_t { kParquet, kJson, kJsonArray, kBytes };
enum class PartitionerKind : uint8_t { kDefault, kField, kTime, kTemplate };
enum class ExtractorKind : uint8_t { kWallclock, kRecord, kRecordField };
enum class NullBehavior : uint8_t { kFail, kIgnore, kWrite };
enum class Compatibility : uint8_t { kNone, kBackward, kForward, kFull };
enum class EnvelopeField : uint8_t { kKey, kValue, kOffset, kTimestamp, kHeaders };

struct StoreOptions {
  std::string bucket;
  std::string url;  // empty: Amazon's; file:///folder: local files; else an endpoint
  std::string region;
  bool path_style = true;
  std::string access_key_id;
  std::string secret_access_key;
  std::string profile;
  size_t part_bytes = 26214400;
  int retries = 3;
  int64_t retry_backoff_ms = 200;
  int64_t retry_backoff_max_ms = 20000;
  std::string proxy_url;
  std::string proxy_user;
  std::string proxy_password;
  std::string storage_class;
  std::string canned_acl;
  std::string sse_algorithm;
  std::string sse_kms_key_id;
  std::string sse_customer_key;
  std::vector<std::pair<std::string, std::string>> tags;
  bool send_digest = false;
  int64_t stop_grace_ms = 3000;  // for requests under way when the task stops
};

struct FormatOptions {
  FormatKind kind = FormatKind::kJson;
  formats::ParquetCodec parquet_codec = formats::ParquetCodec::kSnappy;
  bool gzip = false;
  int gzip_level = -1;
  bool decimal_numeric = false;
  std::string bytes_extension = ".bin";
  std::string bytes_separator = "\n";
  /// Aiven's rows of chosen fields; empty: the value itself.
  std::vector<EnvelopeField> envelope;
};

struct PartitionerOptions {
  PartitionerKind kind = PartitionerKind::kDefault;
  std::vector<std::string> fields;  // of kField
  std::string path_format;
  int64_t duration_ms = -1;
  std::string timezone = "UTC";
  ExtractorKind extractor = ExtractorKind::kWallclock;
  std::string timestamp_field = "timestamp";
};

struct NameOptions {
  std::string topics_dir = "topics";
  std::string directory_delimiter = "/";
  std::string file_delimiter = "+";
  int offset_digits = 10;
  std::string name_template;  // of Aiven; empty: Confluent's names
  std::string prefix;         // of Aiven
};

struct RotationOptions {
  int64_t flush_size = 0;  // 0: unlimited
  int64_t interval_ms = -1;
  int64_t schedule_interval_ms = -1;
  bool on_partition_change = true;
  bool on_commit = false;  // Aiven's: each time the framework commits
  int open_files_max = -1;
};

struct SinkOptions {
  StoreOptions store;
  FormatOptions format;
  PartitionerOptions partitioner;
  NameOptions names;
  RotationOptions rotation;
  Compatibility compatibility = Compatibility::kNone;
  NullBehavior on_null = NullBehavior::kFail;
  bool report_nulls = true;
  std::string tombstone_path = "tombstone";
  int64_t retry_backoff_ms = 5000;
  int64_t shutdown_timeout_ms = 3000;
  size_t buffer_bytes_max = size_t{256} << 20;
  /// The properties that decide about names and rows of a file, as given; what an intent records.
  sdk::Properties recorded;
  /// What is understood differently from what it says; for the log, once.
  std::vector<std::string> warnings;
};

/// A family of configuration keys.
struct OptionFamily {
  const sdk::ConfigDef& (*def)();
  /// Kind kBadConfig: the first problem, single keys and how they go together.
  Result<SinkOptions> (*parse)(const sdk::Properties& properties);
  /// Which keys go into SinkOptions::recorded.
  const std::vector<std::string>& (*recorded_keys)();
};

const OptionFamily& confluent_family();
const OptionFamily& aiven_family();

/// A problem of one key, for parse and validate alike: "Invalid value v for configuration k: reason".
Error bad_option(std::string_view key, std::string_view value, std::string_view reason);
/// def().validate() and, if that finds nothing, parse(); a problem of the latter is put at the key it names.
std::vector<sdk::ConfigValue> validate(const OptionFamily& family, const sdk::Properties& properties);

/// `properties` with the recorded keys as they were when the intent was written.
sdk::Properties with_recorded(const OptionFamily& family, const sdk::Properties& properties,
                              const sdk::Properties& recorded);

inline constexpr std::string_view kBufferMemory = "sluice.buffer.memory";
/// The option that both families share.
void define_common(sdk::ConfigDef& def);
/// What of `properties` goes into SinkOptions::recorded. Error kind kBadConfig: it would not fit into an
/// intent.
Result<sdk::Properties> select_recorded(const OptionFamily& family, const sdk::Properties& properties);

}  // namespace sluice::connectors::object_store
