#pragma once
// Keys of objects. Confluent's are a contract: <topics.dir>/<topic>/<path>/<topic>+<partition>+<first
// offset><ext>.

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/object_store/options.h"
#include "connectors/object_store/time_zone.h"

namespace sluice::connectors::object_store {

/// What tells one file from another.
struct FileIdentity {
  std::string_view topic;
  int32_t partition = 0;
  std::string_view encoded_partition;
  int64_t first_offset = 0;
  /// The time in Aiven's templates: the clock's, or the first record's.
  int64_t time_ms = 0;
};

/// With its compression, e.g. ".zstd.parquet", ".json.gz".
std::string extension_of(const FormatOptions& format);
std::string object_key(const SinkOptions& options, const TimeZone& zone, const FileIdentity& file);

/// Whether a key stays below its bucket when it is a path (no "..", no control characters, no empty name).
bool is_safe_path(std::string_view key);

/// Checks Aiven's file.name.template; kBadConfig with the reason.
Status check_name_template(std::string_view name_template);

}  // namespace sluice::connectors::object_store
