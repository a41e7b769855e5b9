#pragma once
// Records of one file in one of the formats. The formats share the contract of
// formats/parquet/parquet_writer.h: append() stops where something has to be done first. One thread at a
// time.

#include <memory>
#include <span>

#include "connectors/object_store/options.h"
#include "formats/parquet/parquet_writer.h"
#include "sdk/data/record.h"

namespace sluice::connectors::object_store {

using formats::AppendResult;
using formats::AppendStop;

class RecordFile {
 public:
  virtual ~RecordFile() = default;
  virtual AppendResult append(std::span<const sdk::Record> records) = 0;
  /// Of schemaless Parquet only; null elsewhere.
  virtual Result<formats::ParquetShape> shape_with(const sdk::Record&) { return formats::ParquetShape(); }
  /// What append() holds back in memory.
  virtual size_t bytes_buffered() const = 0;
  /// Hands what is held back on to the sink.
  virtual Status flush(bool release_memory) = 0;
  /// Called once, at the end.
  virtual Status finish() = 0;
};

/// `schema`: that of the records' values, null if they have none. `sink` outlives the file.
Result<std::unique_ptr<RecordFile>> make_record_file(const FormatOptions& options, sdk::SchemaPtr schema,
                                                     const formats::ParquetShape& shape,
                                                     formats::ByteSink& sink);

}  // namespace sluice::connectors::object_store
