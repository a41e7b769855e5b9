#pragma once
// The events of one table, compiled: its topic, the schemas of key, row and envelope, and how a row's cells
// become structs. Immutable and shared by the batches whose records refer to it; made anew when the table
// changes. Shapes as Debezium 3.5 has them (io.debezium.data.Envelope, version 2).

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/column_mask.h"
#include "connectors/cdc/common/table_id.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc {

/// A column as its cells are decoded, in the order of the cells.
struct EventColumn {
  std::string field;          // its field's name
  sdk::SchemaPtr schema;      // of its cells; null: the column is in no event
  sdk::Value filler;          // stands for null where the schema allows none
  bool in_value = true;       // not excluded
  ColumnMaskPtr mask;         // null: as it is
  sdk::SchemaPtr row_schema;  // of the field in rows, where it tells of masks or types; null: as `schema`
};

struct EventPlanParts {
  TableId table;
  std::string topic;
  std::string schema_prefix;  // of the names of the schemas, adjusted
  std::string envelope_name;
  std::vector<EventColumn> columns;
  std::vector<int> key_columns;  // in the key's order; empty: no key
  sdk::SchemaPtr source_schema;
  std::shared_ptr<const sdk::Arena> fillers;  // what the columns' fillers refer to
};

/// Fields of the envelope.
enum class EnvelopeField : uint8_t { kBefore, kAfter, kSource, kTransaction, kOp, kTsMs, kTsUs, kTsNs };

class EventPlan {
 public:
  /// Error kind kBadRecord when two columns have one field name.
  static Result<std::shared_ptr<const EventPlan>> make(EventPlanParts parts);

  const TableId& table() const { return parts_.table; }
  const std::string& table_text() const { return table_text_; }
  const std::string& topic() const { return parts_.topic; }
  const sdk::SchemaPtr& key_schema() const { return key_schema_; }  // null: no key
  const sdk::SchemaPtr& row_schema() const { return row_schema_; }
  const sdk::SchemaPtr& envelope_schema() const { return envelope_schema_; }
  size_t column_count() const { return parts_.columns.size(); }

  /// `cells` has one value per column; null where the column's is not known or null.
  sdk::Value key(sdk::Arena& arena, std::span<const sdk::Value> cells) const;
  sdk::Value row(sdk::Arena& arena, std::span<const sdk::Value> cells) const;

 private:
  explicit EventPlan(EventPlanParts parts) : parts_(std::move(parts)), table_text_(parts_.table.text()) {}
  Status build();
  sdk::Value field_value(const EventColumn& column, const sdk::Value& cell) const;

  EventPlanParts parts_;
  const std::string table_text_;
  std::vector<int> row_columns_;
  sdk::SchemaPtr key_schema_;
  sdk::SchemaPtr row_schema_;
  sdk::SchemaPtr envelope_schema_;
};
using EventPlanPtr = std::shared_ptr<const EventPlan>;

/// `event.block`: where an event stands in its transaction.
const sdk::SchemaPtr& transaction_block_schema();

}  // namespace sluice::connectors::cdc
