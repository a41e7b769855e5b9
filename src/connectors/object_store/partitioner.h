#pragma once
// Which path a record's file has (io.confluent.connect.storage.partitioner). One thread at a time.

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "connectors/object_store/options.h"
#include "connectors/object_store/time_zone.h"
#include "sdk/data/record.h"

namespace sluice::connectors::object_store {

class Partitioner {
 public:
  virtual ~Partitioner() = default;
  /// The path segment of a record; valid until the next call. `now_ms` is the clock of the batch.
  /// Error kind kBadRecord (PartitionException): the record lacks what the path is made of.
  virtual Result<std::string_view> encode(const sdk::Record& record, int64_t now_ms) = 0;
  /// All records of a topic partition have the same path.
  virtual bool is_uniform() const { return false; }
};

/// `zone` outlives the partitioner.
std::unique_ptr<Partitioner> make_partitioner(const SinkOptions& options, const TimeZone& zone);

/// The record's time by the configured extractor. Error kind kBadRecord.
Result<int64_t> record_time(const PartitionerOptions& options, const sdk::Record& record, int64_t now_ms);

/// A field of a struct or map, dots reach into nested ones; null if there is none.
sdk::Value field_at(const sdk::Value& value, std::string_view path);

/// Milliseconds of digits or an ISO 8601 text (UTC unless it says otherwise).
Result<int64_t> parse_time(std::string_view text);

}  // namespace sluice::connectors::object_store
