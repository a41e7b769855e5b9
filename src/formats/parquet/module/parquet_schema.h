#pragma once
// A tree of columns as a schema of the Parquet library.

#include <parquet/schema.h>

#include "formats/parquet/module/node.h"

namespace sluice::formats {

/// Throws parquet::ParquetException.
std::shared_ptr<::parquet::schema::GroupNode> parquet_schema(const Node& root);

}  // namespace sluice::formats
