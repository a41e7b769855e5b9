#pragma once
// Records to a Parquet file, without a type of the library underneath: that one is heavy and lives in a
// module of its own (module_loader.h), so that a worker without Parquet never maps it.
//
// One file per writer. Records are copied into columns in memory; flush_row_group() encodes them and hands
// the bytes on. The columns come from the records' Connect schema or, for schemaless records, from the
// records themselves: the schema is inferred and widened (absent field, null, integer to double, nested
// objects, lists) until the first row group is flushed, which freezes it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/data/record.h"

namespace sluice::formats {

enum class ParquetCodec : uint8_t { kNone, kSnappy, kGzip, kZstd, kLz4, kBrotli };

struct ParquetOptions {
  ParquetCodec codec = ParquetCodec::kSnappy;
  std::optional<int> codec_level;  // the codec's own default if empty
  /// append() stops with kFull when a row group holds this much (columns as they are in memory) or this many
  /// rows.
  size_t row_group_bytes_max = size_t{64} << 20;
  uint64_t row_group_rows_max = uint64_t{1} << 20;
  /// Of inferred schemas; a record that would add more is bad (objects used as dictionaries).
  uint32_t columns_max = 5000;
};

/// Where a file's bytes go, in order.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status write(BytesView bytes) = 0;
};

enum class AppendStop : uint8_t {
  kNone,       // everything was appended
  kFull,       // flush a row group, then go on
  kBadRecord,  // the next record cannot be written; `error` says why. Nothing of it was kept
  kNewShape,   // the next record needs another schema than the frozen one: begin a new file
};

struct AppendResult {
  size_t appended = 0;
  AppendStop stop = AppendStop::kNone;
  std::optional<Error> error;
};

/// An inferred schema, for a later writer to begin with. Opaque; thread-safe.
using ParquetShape = std::shared_ptr<const void>;

/// One thread at a time.
class ParquetWriter {
 public:
  virtual ~ParquetWriter() = default;

  /// Copies records up to the first that stops it. All are of the writer's schema (or schemaless as it is).
  virtual AppendResult append(std::span<const sdk::Record> records) = 0;
  /// The schema so far, widened by `record`; of schemaless writers only.
  virtual Result<ParquetShape> shape_with(const sdk::Record& record) = 0;

  virtual uint64_t rows() const = 0;  // of the whole file
  /// Memory that the next flush would turn into bytes for the sink.
  virtual size_t bytes_buffered() const = 0;

  /// Encodes what is buffered. `release_memory`: gives the column buffers back, else they are kept for the
  /// next group.
  virtual Status flush_row_group(bool release_memory) = 0;
  /// Flushes and writes the footer. Nothing may follow.
  virtual Status finish() = 0;
};

/// What the module hands out.
struct ParquetModule {
  /// `schema` null: schemaless, beginning with `shape` unless that is null too. `sink` outlives the writer.
  /// Error kind kBadRecord: the schema cannot be a Parquet schema.
  Result<std::unique_ptr<ParquetWriter>> (*make_writer)(const ParquetOptions& options, sdk::SchemaPtr schema,
                                                        const ParquetShape& shape, ByteSink& sink);
};

}  // namespace sluice::formats
