#include "transforms/debezium/event_router.h"

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/log.h"
#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "transforms/debezium/envelope.h"
#include "transforms/debezium/event_router_config.h"
#include "transforms/debezium/json_inference.h"
#include "transforms/debezium/struct_fields.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"

namespace sluice::transforms::debezium {
namespace {

constexpr const char* kPayload = "payload";
constexpr size_t kSchemasMax = 1024;

Error connect_exception(std::string message) {
  return bad_record(std::move(message)).as_java("org.apache.kafka.connect.errors.ConnectException");
}

/// Where the parts of an event are in the schema of a row of the outbox.
struct Plan {
  struct Part {
    const EventRouterConfig::Additional* additional = nullptr;
    size_t index = 0;
    const sdk::Schema* schema = nullptr;
  };
  size_t after = 0;
  size_t processed_at = 0;  // of the event, in milliseconds
  size_t id = 0;
  size_t key = 0;
  size_t payload = 0;
  size_t route = 0;
  std::optional<size_t> version;
  std::optional<size_t> timestamp;
  int64_t timestamp_divisor = 1;
  std::optional<Error> timestamp_problem;  // of a type that is no point in time
  std::vector<Part> additional;
  std::string name_before;  // of the value's schema, around the topic
  std::string name_after;
};

/// Schemas of values that have more than the payload; kept by every batch.
struct ValueSchemas {
  using Key = std::tuple<const sdk::Schema*, std::string, int32_t>;  // payload, route, version
  struct Entry {
    sdk::SchemaPtr payload;
    sdk::SchemaPtr schema;
  };
  std::map<Key, Entry> entries;
};

class EventRouter final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override { return EventRouterConfig::definition(); }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  struct Payload {
    const sdk::Schema* schema;
    sdk::Value value;
  };

  Result<Plan> make_plan(const sdk::Schema& event) const;
  Status find_timestamp(const sdk::Schema& row, Plan& plan) const;
  Status find_additional(const sdk::Schema& row, Plan& plan) const;
  Payload payload_of(const Plan& plan, const sdk::StructNode& row, sdk::Arena& arena);
  Result<const sdk::Schema*> value_schema(const Plan& plan, const Payload& payload, const sdk::Value& route,
                                          const sdk::Value& version);
  Result<sdk::Value> value_of(const Plan& plan, const sdk::Schema& schema, const Payload& payload,
                              const sdk::StructNode& row, sdk::Arena& arena) const;
  Status place_additional(const Plan& plan, const sdk::StructNode& row, sdk::Record& record,
                          sdk::Arena& arena) const;
  Status route_to(const sdk::Value& route, sdk::Record& record, sdk::Arena& arena) const;
  Status unexpected_update();
  Status rewrite(const Plan& plan, const sdk::StructNode& event, sdk::Record& record, sdk::Arena& arena);
  Status step(sdk::Record& record, sdk::Arena& arena, uint8_t& dropped);

  std::shared_ptr<const EventRouterConfig> config_;
  bool has_envelope_ = false;
  JsonInference json_;
  SchemaPlanCache<Plan> plans_;
  std::shared_ptr<ValueSchemas> schemas_ = std::make_shared<ValueSchemas>();
  // One line of the log a batch.
  bool told_of_json_ = false;
  bool told_of_update_ = false;
};

Status EventRouter::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(EventRouterConfig parsed, EventRouterConfig::parse(properties));
  json_.keep_nulls(parsed.keep_json_nulls);
  for (const EventRouterConfig::Additional& additional : parsed.additional) {
    has_envelope_ = has_envelope_ || additional.placement == Placement::kEnvelope;
  }
  config_ = std::make_shared<const EventRouterConfig>(std::move(parsed));
  return {};
}

Status EventRouter::find_timestamp(const sdk::Schema& row, Plan& plan) const {
  if (!config_->timestamp_field) return {};
  const std::string& name = *config_->timestamp_field;
  if (row.field_index(name) < 0) {
    return connect_exception("Unable to find timestamp field " + name + " in event");
  }
  SLUICE_ASSIGN_OR_RETURN(plan.timestamp, require_field(row, name, sdk::Type::kInt64));
  const sdk::Schema& schema = *row.fields()[*plan.timestamp].schema;
  if (!schema.name()) {
    plan.timestamp_problem =
        connect_exception("Unsupported field type INT64 (without logical schema name) for event timestamp");
  } else if (*schema.name() == "io.debezium.time.MicroTimestamp") {
    plan.timestamp_divisor = 1000;
  } else if (*schema.name() == "io.debezium.time.NanoTimestamp") {
    plan.timestamp_divisor = 1000000;
  } else if (*schema.name() != "io.debezium.time.Timestamp") {
    plan.timestamp_problem =
        connect_exception("Unsupported field type " + *schema.name() + " for event timestamp");
  }
  return {};
}

Status EventRouter::find_additional(const sdk::Schema& row, Plan& plan) const {
  for (const EventRouterConfig::Additional& additional : config_->additional) {
    if (!config_->error_on_missing && row.field_index(additional.field) < 0) continue;
    SLUICE_ASSIGN_OR_RETURN(const size_t index, additional.placement == Placement::kPartition
                                                    ? require_field(row, additional.field, sdk::Type::kInt32)
                                                    : require_field(row, additional.field));
    plan.additional.push_back({&additional, index, row.fields()[index].schema.get()});
  }
  return {};
}

Result<Plan> EventRouter::make_plan(const sdk::Schema& event) const {
  Plan plan;
  SLUICE_ASSIGN_OR_RETURN(plan.after, require_field(event, kAfter));
  SLUICE_ASSIGN_OR_RETURN(plan.processed_at, require_field(event, "ts_ms", sdk::Type::kInt64));
  const sdk::Schema& row = *event.fields()[plan.after].schema;
  if (row.type() != sdk::Type::kStruct) return no_fields();
  if (row.field_index(config_->payload_field) < 0) {
    return connect_exception("Unable to find payload field " + config_->payload_field + " in event");
  }
  SLUICE_ASSIGN_OR_RETURN(plan.payload, require_field(row, config_->payload_field));
  SLUICE_RETURN_IF_ERROR(find_timestamp(row, plan));
  SLUICE_ASSIGN_OR_RETURN(plan.id, require_field(row, config_->id_field));
  if (config_->version_field && has_envelope_) {
    SLUICE_ASSIGN_OR_RETURN(plan.version, require_field(row, *config_->version_field, sdk::Type::kInt32));
  }
  SLUICE_RETURN_IF_ERROR(find_additional(row, plan));
  SLUICE_ASSIGN_OR_RETURN(plan.key, require_field(row, config_->key_field));
  SLUICE_ASSIGN_OR_RETURN(plan.route, require_field(row, config_->route_field, sdk::Type::kString));
  if (row.name()) {
    const size_t last = row.name()->rfind('.');
    if (last != std::string::npos) plan.name_before = row.name()->substr(0, last + 1);
    plan.name_after = "." + row.name()->substr(last == std::string::npos ? 0 : last + 1);
  }
  return plan;
}

EventRouter::Payload EventRouter::payload_of(const Plan& plan, const sdk::StructNode& row,
                                             sdk::Arena& arena) {
  Payload payload{row.schema->fields()[plan.payload].schema.get(), field_or_default(row, plan.payload)};
  if (!config_->expand_json) return payload;
  std::string problem = "it is no text";
  if (payload.value.kind() == sdk::Kind::kString) {
    const auto read = json_.read(payload.value.as_string(), config_->payload_field, arena);
    if (read.ok()) return {read->schema, read->value};
    problem = read.error().message();
  }
  if (!told_of_json_)
    log::warn("The outbox's payload stays as it is, for it is no JSON to expand: {}", problem);
  told_of_json_ = true;
  return payload;
}

Result<const sdk::Schema*> EventRouter::value_schema(const Plan& plan, const Payload& payload,
                                                     const sdk::Value& route, const sdk::Value& version) {
  const auto number = static_cast<int32_t>(version.as_integer());
  const ValueSchemas::Key key(payload.schema, route.as_string(), number);
  const auto found = schemas_->entries.find(key);
  if (found != schemas_->entries.end()) return found->second.schema.get();
  sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
  builder.name(plan.name_before + std::string(route.as_string()) + plan.name_after);
  const sdk::SchemaPtr payload_schema = payload.schema->share();
  builder.field(kPayload, payload_schema);
  for (const Plan::Part& part : plan.additional) {
    if (part.additional->placement == Placement::kEnvelope) {
      builder.field(part.additional->alias, part.schema->share());
    }
  }
  if (!version.is_null()) builder.version(number);
  SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema, builder.build());
  return schemas_->entries.emplace(key, ValueSchemas::Entry{payload_schema, std::move(schema)})
      .first->second.schema.get();
}

Result<sdk::Value> EventRouter::value_of(const Plan& plan, const sdk::Schema& schema, const Payload& payload,
                                         const sdk::StructNode& row, sdk::Arena& arena) const {
  sdk::StructNode* to = sdk::new_struct(arena, schema);
  SLUICE_RETURN_IF_ERROR(validate_field(schema.fields()[0], payload.value));
  size_t next = 0;
  to->mutable_values()[next++] = payload.value;
  for (const Plan::Part& part : plan.additional) {
    if (part.additional->placement != Placement::kEnvelope) continue;
    const sdk::Value& value = field_or_default(row, part.index);
    SLUICE_RETURN_IF_ERROR(validate_field(schema.fields()[next], value));
    to->mutable_values()[next++] = value;
  }
  return sdk::Value::structure(to);
}

Status EventRouter::place_additional(const Plan& plan, const sdk::StructNode& row, sdk::Record& record,
                                     sdk::Arena& arena) const {
  record.partition = sdk::kNoPartition;
  for (const Plan::Part& part : plan.additional) {
    const sdk::Value& value = field_or_default(row, part.index);
    if (part.additional->placement == Placement::kHeader) {
      sdk::add_header(arena, record, {part.additional->alias, part.schema, value});
    } else if (part.additional->placement == Placement::kPartition && !row.values()[part.index].is_null()) {
      record.partition = static_cast<int32_t>(row.values()[part.index].as_integer());
    }
  }
  return {};
}

Status EventRouter::route_to(const sdk::Value& route, sdk::Record& record, sdk::Arena& arena) const {
  if (route.is_null()) {
    return bad_record("The event says no topic: " + config_->route_field + " is null")
        .as_java("java.lang.NullPointerException");
  }
  SLUICE_ASSIGN_OR_RETURN(const bool matches, config_->topic_regex->matches(route.as_string()));
  record.topic = route.as_string();
  if (!matches) return {};
  SLUICE_ASSIGN_OR_RETURN(const std::string topic,
                          config_->topic_regex->replace_first(route.as_string(), config_->topic_replacement));
  record.topic = arena.copy(topic);
  return {};
}

Status EventRouter::unexpected_update() {
  constexpr const char* kText =
      "A row of the outbox was updated, which is ignored: rows are inserted and deleted";
  if (config_->on_update == UnexpectedUpdate::kFatal) {
    return bad_record("Unexpected update message received, fail.").as_java("java.lang.IllegalStateException");
  }
  if (!told_of_update_ && config_->on_update == UnexpectedUpdate::kWarn) log::warn("{}", kText);
  if (!told_of_update_ && config_->on_update == UnexpectedUpdate::kError) log::error("{}", kText);
  told_of_update_ = true;
  return {};
}

Status EventRouter::rewrite(const Plan& plan, const sdk::StructNode& event, sdk::Record& record,
                            sdk::Arena& arena) {
  SLUICE_RETURN_IF_ERROR(require_struct(event.values()[plan.after], "Read Outbox Event"));
  const sdk::StructNode& row = event.values()[plan.after].as_struct();
  const auto schema_at = [&](size_t index) { return row.schema->fields()[index].schema.get(); };
  record.timestamp = event.values()[plan.processed_at].as_integer();
  if (plan.timestamp) {
    const sdk::Value& timestamp = row.values()[*plan.timestamp];
    if (!timestamp.is_null() && plan.timestamp_problem) return *plan.timestamp_problem;
    if (!timestamp.is_null()) record.timestamp = timestamp.as_integer() / plan.timestamp_divisor;
  }
  const sdk::Value& id = field_or_default(row, plan.id);
  sdk::add_header(arena, record, {"id", schema_at(plan.id), id});
  const sdk::Value& route = row.values()[plan.route];
  SLUICE_RETURN_IF_ERROR(route_to(route, record, arena));
  const Payload payload = payload_of(plan, row, arena);
  record.value_schema = payload.schema;
  record.value = payload.value;
  if (has_envelope_) {
    const sdk::Value version = plan.version ? row.values()[*plan.version] : sdk::Value();
    SLUICE_ASSIGN_OR_RETURN(record.value_schema, value_schema(plan, payload, route, version));
    SLUICE_ASSIGN_OR_RETURN(record.value, value_of(plan, *record.value_schema, payload, row, arena));
  }
  const bool empty = payload.value.is_null() ||
                     (payload.value.kind() == sdk::Kind::kString &&
                      payload.value.as_string().find_first_not_of(" \t\r\n\f\v") == std::string_view::npos);
  if (empty && config_->tombstone_on_empty) {
    record.value_schema = nullptr;
    record.value = {};
  }
  SLUICE_RETURN_IF_ERROR(place_additional(plan, row, record, arena));
  record.key_schema = schema_at(plan.key);
  record.key = field_or_default(row, plan.key);
  return {};
}

Status EventRouter::step(sdk::Record& given, sdk::Arena& arena, uint8_t& dropped) {
  if (given.value.is_null()) {
    dropped = 1;
    return {};
  }
  if (!is_envelope(given.value_schema)) return {};
  SLUICE_RETURN_IF_ERROR(require_struct(given.value, "Detect Debezium Operation"));
  const sdk::StructNode& event = given.value.as_struct();
  const std::string_view operation = operation_of(event);
  if (operation == "d" || operation == "u") {
    if (operation == "u") {
      SLUICE_RETURN_IF_ERROR(unexpected_update());
    }
    dropped = 1;
    return {};
  }
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*event.schema, [&](const sdk::SchemaPtr& schema) {
    return make_plan(*schema);
  }));
  sdk::Record record = given;
  SLUICE_RETURN_IF_ERROR(rewrite(*plan, event, record, arena));
  given = record;
  return {};
}

void EventRouter::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
                        sdk::RecordErrors& errors) {
  if (schemas_->entries.size() > kSchemasMax) schemas_ = std::make_shared<ValueSchemas>();
  plans_.start_batch(arena);
  arena.keep(config_);
  arena.keep(schemas_);
  told_of_json_ = false;
  told_of_update_ = false;
  for_each_record(records, errors, [&](sdk::Record& record) {
    return step(record, arena, dropped[static_cast<size_t>(&record - records.data())]);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_event_router() { return std::make_unique<EventRouter>(); }

}  // namespace sluice::transforms::debezium
