#include "transforms/debezium/decode_logical_decoding_message_content.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "transforms/debezium/envelope.h"
#include "transforms/debezium/json_inference.h"
#include "transforms/debezium/struct_fields.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"

namespace sluice::transforms::debezium {
namespace {

constexpr std::string_view kMessageSchema = "io.debezium.connector.postgresql.MessageValue";
constexpr std::string_view kMessage = "message";
constexpr const char* kNullsOption = "fields.null.include";
constexpr size_t kEventSchemasMax = 64;

/// The schema of events whose row has a schema that was found in a message.
struct EventSchema {
  sdk::SchemaPtr message_event;
  sdk::SchemaPtr row;
  sdk::SchemaPtr event;
};

class DecodeLogicalDecodingMessageContent final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = sdk::ConfigDef().define(
        {.name = kNullsOption,
         .type = sdk::ConfigType::kBoolean,
         .default_value = "false",
         .doc = "Whether fields of the JSON that are null are in the row, as optional bytes."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    json_.keep_nulls(parsed.get_boolean(kNullsOption));
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    for_each_record(records, errors, [&](sdk::Record& record) { return step(record, arena); });
  }

 private:
  Status step(sdk::Record& record, sdk::Arena& arena);
  Result<sdk::SchemaPtr> event_schema(const sdk::Schema& message_event, const sdk::Schema& row);

  JsonInference json_;
  std::vector<EventSchema> schemas_;
};

Result<sdk::SchemaPtr> DecodeLogicalDecodingMessageContent::event_schema(const sdk::Schema& message_event,
                                                                         const sdk::Schema& row) {
  const auto found = std::find_if(schemas_.begin(), schemas_.end(), [&](const EventSchema& known) {
    return known.message_event.get() == &message_event && known.row.get() == &row;
  });
  if (found != schemas_.end()) return found->event;
  sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
  builder.name(*message_event.name() + ".Envelope");
  for (const sdk::Field& field : message_event.fields()) {
    if (field.name != kMessage) builder.field(field.name, field.schema);
  }
  builder.field(kAfter, row.share());
  SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema, builder.build());
  if (schemas_.size() >= kEventSchemasMax) schemas_.erase(schemas_.begin());
  schemas_.push_back({message_event.share(), row.share(), schema});
  return schema;
}

Status DecodeLogicalDecodingMessageContent::step(sdk::Record& record, sdk::Arena& arena) {
  const sdk::Schema* schema = record.value_schema;
  if (schema == nullptr || !schema->name() || *schema->name() != kMessageSchema) return {};
  SLUICE_RETURN_IF_ERROR(require_struct(record.value, "Retrieve a record value"));
  const sdk::StructNode& event = record.value.as_struct();
  const sdk::Value message = field_value(event, kMessage);
  SLUICE_RETURN_IF_ERROR(require_struct(message, "Retrieve content of a logical decoding message"));
  const sdk::Value content = field_value(message.as_struct(), "content");
  if (content.kind() != sdk::Kind::kBytes) {
    return bad_record("The content of a logical decoding message is non-binary").as_java(kException);
  }
  const auto read = json_.read(content.as_bytes(), std::nullopt, arena);
  if (!read.ok()) {
    return bad_record("Unable to parse logical decoding message content JSON string '" +
                      std::string(content.as_bytes()) + "': " + read.error().message())
        .as_java(kException);
  }
  SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr next_schema, event_schema(*schema, *read->schema));
  sdk::StructNode* to = sdk::new_struct(arena, *next_schema);
  sdk::Value* next = to->mutable_values().data();
  for (size_t i = 0; i < event.field_count; ++i) {
    const std::string& name = schema->fields()[i].name;
    if (name == kMessage) continue;
    *next++ = name == kOperation ? sdk::Value::string("c") : field_or_default(event, i);
  }
  *next = read->value;
  arena.keep(next_schema);
  record.key_schema = nullptr;
  record.key = {};
  record.value_schema = next_schema.get();
  record.value = sdk::Value::structure(to);
  return {};
}

}  // namespace

std::unique_ptr<sdk::Transform> make_decode_logical_decoding_message_content() {
  return std::make_unique<DecodeLogicalDecodingMessageContent>();
}

}  // namespace sluice::transforms::debezium
