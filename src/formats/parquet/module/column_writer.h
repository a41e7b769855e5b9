#pragma once
// ParquetWriter over the tree of columns: appends, grows the inferred schema, flushes row groups.

#include <memory>

#include "formats/parquet/parquet_writer.h"

namespace sluice::formats {

/// As ParquetModule::make_writer.
Result<std::unique_ptr<ParquetWriter>> make_column_writer(const ParquetOptions& options,
                                                          sdk::SchemaPtr schema, const ParquetShape& shape,
                                                          ByteSink& sink);

}  // namespace sluice::formats
