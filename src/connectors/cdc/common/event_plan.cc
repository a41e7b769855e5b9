#include "connectors/cdc/common/event_plan.h"

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

constexpr int kEnvelopeVersion = 2;

}  // namespace

const sdk::SchemaPtr& transaction_block_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("event.block")
                                           .version(1)
                                           .optional()
                                           .field("id", Schema::string())
                                           .field("total_order", Schema::int64())
                                           .field("data_collection_order", Schema::int64())
                                           .build_or_die();
  return schema;
}

Result<EventPlanPtr> EventPlan::make(EventPlanParts parts) {
  std::shared_ptr<EventPlan> plan(new EventPlan(std::move(parts)));
  SLUICE_RETURN_IF_ERROR(plan->build());
  return EventPlanPtr(std::move(plan));
}

Status EventPlan::build() {
  auto row = SchemaBuilder::structure();
  row.name(parts_.schema_prefix + ".Value");
  for (size_t i = 0; i < parts_.columns.size(); ++i) {
    const EventColumn& column = parts_.columns[i];
    if (column.schema == nullptr || !column.in_value) continue;
    row.field(column.field, column.row_schema ? column.row_schema : column.schema);
    row_columns_.push_back(static_cast<int>(i));
  }
  SLUICE_ASSIGN_OR_RETURN(row_schema_, row.optional().build());
  if (!parts_.key_columns.empty()) {
    auto key = SchemaBuilder::structure();
    key.name(parts_.schema_prefix + ".Key");
    for (const int i : parts_.key_columns) {
      const EventColumn& column = parts_.columns[static_cast<size_t>(i)];
      key.field(column.field, column.schema);
    }
    SLUICE_ASSIGN_OR_RETURN(key_schema_, key.build());
  }
  auto envelope = SchemaBuilder::structure();
  envelope.name(parts_.envelope_name).version(kEnvelopeVersion);
  envelope.field("before", row_schema_).field("after", row_schema_);
  envelope.field("source", parts_.source_schema).field("transaction", transaction_block_schema());
  envelope.field("op", Schema::string());
  for (const char* name : {"ts_ms", "ts_us", "ts_ns"}) envelope.field(name, Schema::optional_int64());
  SLUICE_ASSIGN_OR_RETURN(envelope_schema_, envelope.build());
  return {};
}

Value EventPlan::field_value(const EventColumn& column, const Value& cell) const {
  return cell.is_null() && !column.schema->optional() ? column.filler : cell;
}

Value EventPlan::key(sdk::Arena& arena, std::span<const Value> cells) const {
  if (key_schema_ == nullptr) return Value::null();
  sdk::StructNode* node = sdk::new_struct(arena, *key_schema_);
  Value* to = node->mutable_values().data();
  for (const int i : parts_.key_columns) {
    const auto at = static_cast<size_t>(i);
    *to++ = field_value(parts_.columns[at], cells[at]);
  }
  return Value::structure(node);
}

Value EventPlan::row(sdk::Arena& arena, std::span<const Value> cells) const {
  sdk::StructNode* node = sdk::new_struct(arena, *row_schema_);
  Value* to = node->mutable_values().data();
  for (const int i : row_columns_) {
    const auto at = static_cast<size_t>(i);
    const EventColumn& column = parts_.columns[at];
    const Value value = field_value(column, cells[at]);
    *to++ = column.mask ? column.mask->apply(value, arena) : value;
  }
  return Value::structure(node);
}

}  // namespace sluice::connectors::cdc
