#pragma once
// What becomes of a field's values: which cells, in which kind of column. Compiled once per schema.
// Source of the types: Connect's logical types, and Debezium's io.debezium.time.* and io.debezium.data.*.

#include <string_view>

#include "base/result.h"
#include "connectors/sql/table_write.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::connectors::sql {

/// Makes a cell of a value that is not null. Error kind kBadRecord without a place.
using CellMaker = Result<sdk::Value> (*)(sdk::Arena& arena, const sdk::Value& value);

struct FieldCells {
  NewColumn column;           // what such a column would be; name, key and default are the caller's
  CellMaker maker = nullptr;  // null: the value is the cell
};

struct CellOptions {
  bool debezium_types = false;
  bool is_timestamp = false;  // by timestamp.fields.list
  TimeUnit timestamp_unit = TimeUnit::kMicros;
};

/// Error kind kBadRecord, without a place: the type has no column.
Result<FieldCells> cells_of(const sdk::Schema& schema, const CellOptions& options);

}  // namespace sluice::connectors::sql
