#include "connectors/cdc/postgres/logical_message.h"

#include "connectors/cdc/common/data_types.h"
#include "connectors/cdc/common/event_plan.h"
#include "connectors/cdc/postgres/position.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Schema;
using sdk::Value;

const sdk::SchemaPtr& content_schema() {
  static const sdk::SchemaPtr schema = named(sdk::Type::kStruct, "io.debezium.connector.postgresql.Message")
                                           .field("prefix", Schema::optional_string())
                                           .field("content", Schema::optional_bytes())
                                           .build_or_die();
  return schema;
}

}  // namespace

const sdk::SchemaPtr& message_key_schema() {
  static const sdk::SchemaPtr schema =
      named(sdk::Type::kStruct, "io.debezium.connector.postgresql.MessageKey")
          .field("prefix", Schema::optional_string())
          .build_or_die();
  return schema;
}

const sdk::SchemaPtr& message_value_schema() {
  static const sdk::SchemaPtr schema =
      named(sdk::Type::kStruct, "io.debezium.connector.postgresql.MessageValue")
          .field("op", Schema::string())
          .field("ts_ms", Schema::optional_int64())
          .field("source", source_schema())
          .field("transaction", transaction_block_schema())
          .field("message", content_schema())
          .build_or_die();
  return schema;
}

Value message_key(std::string_view prefix, sdk::Arena& arena) {
  sdk::StructNode* key = sdk::new_struct(arena, *message_key_schema());
  key->mutable_values()[0] = Value::string(prefix);
  return Value::structure(key);
}

Value message_value(std::string_view prefix, BytesView content, const Value& source, const Value& transaction,
                    int64_t ts_ms, sdk::Arena& arena) {
  sdk::StructNode* body = sdk::new_struct(arena, *content_schema());
  body->mutable_values()[0] = Value::string(prefix);
  body->mutable_values()[1] = Value::bytes(content);
  sdk::StructNode* value = sdk::new_struct(arena, *message_value_schema());
  auto fields = value->mutable_values();
  fields[0] = Value::string("m");
  fields[1] = Value::int64(ts_ms);
  fields[2] = source;
  fields[3] = transaction;
  fields[4] = Value::structure(body);
  return Value::structure(value);
}

}  // namespace sluice::connectors::cdc::postgres
