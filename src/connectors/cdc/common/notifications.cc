#include "connectors/cdc/common/notifications.h"

#include "base/log.h"
#include "connectors/cdc/common/java_hash.h"
#include "connectors/cdc/common/run_id.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

const sdk::SchemaPtr& key_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("io.debezium.connector.common.NotificationKey")
                                           .version(1)
                                           .field("id", Schema::string())
                                           .build_or_die();
  return schema;
}

const sdk::SchemaPtr& value_schema() {
  static const sdk::SchemaPtr schema = [] {
    auto data = SchemaBuilder::map(Schema::string(), Schema::string()).optional().build_or_die();
    auto builder = SchemaBuilder::structure();
    builder.name("io.debezium.connector.common.Notification").version(1);
    builder.field("id", Schema::string()).field("type", Schema::string());
    builder.field("aggregate_type", Schema::string()).field("additional_data", std::move(data));
    builder.field("timestamp", Schema::int64());
    return builder.build_or_die();
  }();
  return schema;
}

}  // namespace

void Notifications::send(std::string_view aggregate, std::string_view type, std::string_view id, Data data,
                         const Value& offset) {
  if (!enabled()) return;
  data.emplace_back("connector_name", options_.names.prefix());
  order_as_java(data, java_table(data.size()),
                [](const auto& entry) -> std::string_view { return entry.first; });
  if (options_.notifies_log) {
    std::string text;
    for (const auto& [name, value] : data)
      text.append(text.empty() ? "" : ", ").append(name).append("=").append(value);
    log::info("[Notification Service] {} {} {}: {}", aggregate, type, id, text);
  }
  if (!options_.notifies_topic) return;
  sdk::Arena& arena = writer_.arena();
  const Value own_id = Value::string(arena.copy(id.empty() ? make_run_id(clock_) : std::string(id)));
  auto* entries = arena.array<sdk::MapEntry>(data.size());
  for (size_t i = 0; i < data.size(); ++i) {
    entries[i] = {Value::string(arena.copy(data[i].first)), Value::string(arena.copy(data[i].second))};
  }
  sdk::StructNode* key = sdk::new_struct(arena, *key_schema());
  key->mutable_values()[0] = own_id;
  sdk::StructNode* value = sdk::new_struct(arena, *value_schema());
  const auto fields = value->mutable_values();
  fields[0] = own_id;
  fields[1] = Value::string(arena.copy(type));
  fields[2] = Value::string(arena.copy(aggregate));
  fields[3] = Value::map({entries, data.size()});
  fields[4] = Value::int64(clock_.wall_ms());
  writer_.plain(arena.copy(options_.notification_topic), key_schema().get(), Value::structure(key),
                value_schema().get(), Value::structure(value), offset);
}

}  // namespace sluice::connectors::cdc
