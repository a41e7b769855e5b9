#include "connectors/cdc/common/transactions.h"

#include <algorithm>

#include "connectors/cdc/common/event_plan.h"
#include "connectors/cdc/common/java_hash.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

constexpr std::string_view kIdKey = "transaction_id";
constexpr std::string_view kOrderKey = "transaction_data_collection_order_";

const sdk::SchemaPtr& collection_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("event.collection")
                                           .version(1)
                                           .optional()
                                           .field("data_collection", Schema::string())
                                           .field("event_count", Schema::int64())
                                           .build_or_die();
  return schema;
}

}  // namespace

const sdk::SchemaPtr& Transactions::key_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("io.debezium.connector.common.TransactionMetadataKey")
                                           .version(1)
                                           .field("id", Schema::string())
                                           .build_or_die();
  return schema;
}

const sdk::SchemaPtr& Transactions::value_schema() {
  static const sdk::SchemaPtr schema =
      SchemaBuilder::structure()
          .name("io.debezium.connector.common.TransactionMetadataValue")
          .version(1)
          .field("status", Schema::string())
          .field("id", Schema::string())
          .field("event_count", Schema::optional_int64())
          .field("data_collections", SchemaBuilder::array(collection_schema()).optional().build_or_die())
          .field("ts_ms", Schema::int64())
          .build_or_die();
  return schema;
}

void Transactions::begin(std::string_view id) {
  id_ = id;
  events_ = 0;
  tables_.clear();
}

Transactions::Table& Transactions::table(std::string_view name) {
  const auto found =
      std::find_if(tables_.begin(), tables_.end(), [&](const auto& one) { return one.name == name; });
  if (found != tables_.end()) return *found;
  java_table_ = java_table(tables_.size() + 1, java_table_);
  return tables_.emplace_back(Table{std::string(name), 0});
}

Value Transactions::count(const std::string& name, std::string_view shown_id, sdk::Arena& arena) {
  sdk::StructNode* node = sdk::new_struct(arena, *transaction_block_schema());
  auto fields = node->mutable_values();
  fields[0] = Value::string(arena.copy(shown_id));
  fields[1] = Value::int64(++events_);
  fields[2] = Value::int64(++table(name).events);
  return Value::structure(node);
}

Value Transactions::key(std::string_view shown_id, sdk::Arena& arena) const {
  sdk::StructNode* node = sdk::new_struct(arena, *key_schema());
  node->mutable_values()[0] = Value::string(arena.copy(shown_id));
  return Value::structure(node);
}

Value Transactions::begin_value(std::string_view shown_id, int64_t ts_ms, sdk::Arena& arena) const {
  sdk::StructNode* node = sdk::new_struct(arena, *value_schema());
  auto fields = node->mutable_values();
  fields[0] = Value::string("BEGIN");
  fields[1] = Value::string(arena.copy(shown_id));
  fields[4] = Value::int64(ts_ms);
  return Value::structure(node);
}

Value Transactions::end_value(std::string_view shown_id, int64_t ts_ms, sdk::Arena& arena) const {
  sdk::StructNode* node = sdk::new_struct(arena, *value_schema());
  auto fields = node->mutable_values();
  fields[0] = Value::string("END");
  fields[1] = Value::string(arena.copy(shown_id));
  fields[2] = Value::int64(events_);
  std::vector<Table> tables = tables_;
  order_as_java(tables, java_table_, [](const Table& table) -> std::string_view { return table.name; });
  auto* collections = arena.array<Value>(tables.size());
  for (size_t i = 0; i < tables.size(); ++i) {
    sdk::StructNode* collection = sdk::new_struct(arena, *collection_schema());
    collection->mutable_values()[0] = Value::string(arena.copy(tables[i].name));
    collection->mutable_values()[1] = Value::int64(tables[i].events);
    collections[i] = Value::structure(collection);
  }
  fields[3] = Value::array({collections, tables_.size()});
  fields[4] = Value::int64(ts_ms);
  return Value::structure(node);
}

sdk::MapEntry* Transactions::store(sdk::MapEntry* to, sdk::Arena& arena) const {
  if (id_.empty()) return to;
  *to++ = {Value::string(kIdKey), Value::string(arena.copy(id_))};
  for (const Table& table : tables_)
    *to++ = {Value::string(arena.copy(std::string(kOrderKey) + table.name)), Value::int64(table.events)};
  return to;
}

void Transactions::load(const Value& offset) {
  begin({});
  if (offset.kind() != sdk::Kind::kMap) return;
  for (const sdk::MapEntry& entry : offset.as_map()) {
    const std::string_view key = entry.key.as_string();
    if (key == kIdKey && entry.value.kind() == sdk::Kind::kString) id_ = entry.value.as_string();
    if (!key.starts_with(kOrderKey)) continue;
    const int64_t events = entry.value.as_integer();
    table(key.substr(kOrderKey.size())).events = events;
    events_ += events;
  }
}

}  // namespace sluice::connectors::cdc
