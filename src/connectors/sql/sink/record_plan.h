#pragma once
// How records of one pair of schemas become rows of one table: which columns there are and where each cell
// comes from. Compiled once, run per record. Source of the rules: the Java connector's FieldsMetadata.

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/sql/sink/cells.h"
#include "connectors/sql/sink/change.h"
#include "connectors/sql/sink/options.h"
#include "sdk/data/record.h"

namespace sluice::connectors::sql {

/// Where a cell comes from.
enum class Origin : uint8_t { kTopic, kPartition, kOffset, kKey, kKeyField, kValue, kValueField, kHeader };

struct RecordColumn {
  NewColumn column;
  Origin origin = Origin::kValueField;
  int field = -1;      // of the struct
  std::string header;  // of Origin::kHeader
  CellMaker maker = nullptr;
  sdk::Value default_cell;  // instead of null
};

struct RecordPlan {
  std::string subject;  // "field 'x' of …" stands before it in messages: "table orders"
  std::vector<RecordColumn> keys;
  std::vector<RecordColumn> others;  // none for deletes
  sdk::SchemaPtr key_schema;         // keep what fields and defaults refer to
  sdk::SchemaPtr row_schema;
  sdk::Arena defaults;

  /// All columns, keys first, as tables are made of them.
  std::vector<NewColumn> columns() const;
};

/// For writes: `row_schema` is a struct's, or a string's where options name a column for those. Error kind
/// kBadRecord: the schemas do not have what the options name, or a field that has no column.
Result<std::unique_ptr<RecordPlan>> plan_write(const SinkOptions& options, const sdk::Record& record,
                                               const sdk::Schema& row_schema, const TableId& table);
/// For deletes: the key alone.
Result<std::unique_ptr<RecordPlan>> plan_delete(const SinkOptions& options, const sdk::Record& record,
                                                const TableId& table);

/// Appends the cells of one record for these columns; they live in the arena or borrow from the record. Error
/// kind kBadRecord names field and place.
Status append_cells(const RecordPlan& plan, const std::vector<RecordColumn>& columns,
                    const sdk::Record& record, const sdk::Value& row, sdk::Arena& arena,
                    std::vector<sdk::Value>& cells);

}  // namespace sluice::connectors::sql
