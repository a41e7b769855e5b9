#include "transforms/debezium/by_logical_table_router.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/java_regex.h"
#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/name_adjustment.h"
#include "transforms/debezium/envelope.h"
#include "transforms/debezium/modes.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms::debezium {
namespace {

constexpr std::string_view kPurpose = "Updating schema";
constexpr const char* kAdjustmentNames[] = {"none", "avro", "avro_unicode"};

/// A struct under another schema.
struct StructPlan {
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> fields;
};

struct EnvelopePlan {
  StructPlan event;
  StructPlan row;
  size_t before = 0;
  size_t after = 0;
};

/// What becomes of the records of one topic.
struct Route {
  bool stays = true;
  std::string topic;
  std::string table;  // what the key's new field says
  SchemaPlanCache<StructPlan> keys;
  SchemaPlanCache<EnvelopePlan> envelopes;
  uint64_t batch = 0;  // that has used it last
};

/// Everything but the name, and no fields.
sdk::SchemaBuilder renamed(const sdk::Schema& source, std::string_view name) {
  sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
  if (source.version()) builder.version(*source.version());
  if (source.doc()) builder.doc(*source.doc());
  for (const auto& [key, value] : source.parameters()) builder.parameter(key, value);
  builder.optional(source.optional()).name(name);
  return builder;
}

/// The whole struct with its fields as they are.
void take_fields(const sdk::Schema& source, sdk::SchemaBuilder& builder, std::vector<FieldCopy>& copies) {
  for (size_t i = 0; i < source.fields().size(); ++i) {
    const sdk::Field& field = source.fields()[i];
    builder.field(field.name, field.schema);
    copies.push_back(make_field_copy(source, i, *field.schema, true));
  }
}

class ByLogicalTableRouter final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  Result<Route*> route_of(std::string_view topic, sdk::Arena& arena);
  Result<std::shared_ptr<Route>> make_route(std::string_view topic) const;
  Result<StructPlan> make_key_plan(const Route& route, const sdk::Schema& source) const;
  Result<EnvelopePlan> make_envelope_plan(const Route& route, const sdk::Schema& source) const;
  Status rewrite_key(Route& route, const sdk::Record& given, sdk::Record& record, sdk::Arena& arena);
  Status rewrite_value(Route& route, const sdk::Record& given, sdk::Record& record, sdk::Arena& arena);
  Status step(sdk::Record& record, sdk::Arena& arena);
  std::string schema_name(const Route& route, const char* suffix) const {
    return sdk::adjust_schema_name(adjustment_, route.topic + suffix);
  }

  std::optional<JavaRegex> topic_regex_;
  std::string topic_replacement_;
  bool unique_keys_ = true;
  std::optional<JavaRegex> table_regex_;
  std::string table_replacement_;
  std::string table_field_;
  sdk::NameMode adjustment_ = sdk::NameMode::kNone;
  std::map<std::string, std::shared_ptr<Route>, std::less<>> routes_;
  uint64_t batch_ = 0;
};

sdk::ConfigDef ByLogicalTableRouter::make_config() {
  return sdk::ConfigDef()
      .define({.name = "topic.regex",
               .validator = valid_regex(),
               .importance = sdk::Importance::kLow,
               .doc = "Regular expression (Java's syntax). Topics that it matches as a whole are renamed."})
      .define({.name = "topic.replacement",
               .importance = sdk::Importance::kLow,
               .doc = "The new topic; `$1` and `${name}` stand for groups of `topic.regex`."})
      .define({.name = "key.enforce.uniqueness",
               .type = sdk::ConfigType::kBoolean,
               .default_value = "true",
               .importance = sdk::Importance::kLow,
               .doc = "Whether the key gets a field that says which table the row is of. Turn it off only if "
                      "keys are unique over all the tables."})
      .define({.name = "key.field.regex",
               .default_value = nullptr,
               .validator = optional_regex(),
               .importance = sdk::Importance::kLow,
               .doc = "Regular expression over the old topic that finds the name of the table for the key."})
      .define({.name = "key.field.replacement",
               .default_value = nullptr,
               .importance = sdk::Importance::kLow,
               .doc = "The table's name in the key, from groups of `key.field.regex`; needed with it. "
                      "Without both the key has the old topic."})
      .define({.name = "key.field.name",
               .default_value = "__dbz__physicalTableIdentifier",
               .importance = sdk::Importance::kLow,
               .doc = "Name of the key's field for the table."})
      .define({.name = "schema.name.adjustment.mode",
               .default_value = "none",
               .validator = one_of_modes(kAdjustmentNames),
               .importance = sdk::Importance::kLow,
               .doc = "Whether names of schemas are made fit for Avro: `none`, `avro` (underscores) or "
                      "`avro_unicode` (escapes)."})
      .define({.name = "logical.table.cache.size",
               .type = sdk::ConfigType::kInt,
               .default_value = "16",
               .importance = sdk::Importance::kLow,
               .doc = "Of no effect here: what was found out for a topic is kept."});
}

Status ByLogicalTableRouter::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  SLUICE_ASSIGN_OR_RETURN(topic_regex_, JavaRegex::compile(parsed.get_string("topic.regex")));
  topic_replacement_ = parsed.get_string("topic.replacement");
  unique_keys_ = parsed.get_boolean("key.enforce.uniqueness");
  const std::string& table_regex = parsed.get_string("key.field.regex");
  table_replacement_ = parsed.get_string("key.field.replacement");
  if (!table_regex.empty()) {
    if (table_replacement_.empty()) {
      return bad_config("key.field.replacement must be non-empty if key.field.regex is set.");
    }
    SLUICE_ASSIGN_OR_RETURN(table_regex_, JavaRegex::compile(table_regex));
  }
  table_field_ = parsed.get_string("key.field.name");
  adjustment_ = sdk::name_mode_of(
      kAdjustmentNames[mode_of(kAdjustmentNames, parsed.get_string("schema.name.adjustment.mode"))]);
  return {};
}

Result<std::shared_ptr<Route>> ByLogicalTableRouter::make_route(std::string_view topic) const {
  auto route = std::make_shared<Route>();
  SLUICE_ASSIGN_OR_RETURN(const bool matches, topic_regex_->matches(topic));
  if (!matches) return route;
  SLUICE_ASSIGN_OR_RETURN(route->topic, topic_regex_->replace_first(topic, topic_replacement_));
  route->stays = route->topic.empty();
  route->table = topic;
  if (!table_regex_) return route;
  SLUICE_ASSIGN_OR_RETURN(const bool names_table, table_regex_->matches(topic));
  if (!names_table) return route;
  SLUICE_ASSIGN_OR_RETURN(route->table, table_regex_->replace_first(topic, table_replacement_));
  return route;
}

Result<Route*> ByLogicalTableRouter::route_of(std::string_view topic, sdk::Arena& arena) {
  auto found = routes_.find(topic);
  if (found == routes_.end()) {
    SLUICE_ASSIGN_OR_RETURN(std::shared_ptr<Route> made, make_route(topic));
    found = routes_.emplace(topic, std::move(made)).first;
  }
  Route& route = *found->second;
  if (route.batch != batch_) {
    route.batch = batch_;
    arena.keep(found->second);
    route.keys.start_batch(arena);
    route.envelopes.start_batch(arena);
  }
  return &route;
}

Result<StructPlan> ByLogicalTableRouter::make_key_plan(const Route& route, const sdk::Schema& source) const {
  StructPlan plan;
  sdk::SchemaBuilder builder = renamed(source, schema_name(route, ".Key"));
  take_fields(source, builder, plan.fields);
  if (unique_keys_) builder.field(table_field_, sdk::Schema::string());
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  return plan;
}

Result<EnvelopePlan> ByLogicalTableRouter::make_envelope_plan(const Route& route,
                                                              const sdk::Schema& source) const {
  EnvelopePlan plan;
  const int before = source.field_index(kBefore);
  const int after = source.field_index(kAfter);
  if (before < 0 || after < 0) return bad_record("The event has no fields before and after");
  plan.before = static_cast<size_t>(before);
  plan.after = static_cast<size_t>(after);
  const sdk::Schema& row = *source.fields()[plan.before].schema;
  if (row.type() != sdk::Type::kStruct) return no_fields();
  sdk::SchemaBuilder row_builder = renamed(row, schema_name(route, ".Value"));
  take_fields(row, row_builder, plan.row.fields);
  SLUICE_ASSIGN_OR_RETURN(plan.row.schema, row_builder.build());

  sdk::SchemaBuilder builder = renamed(source, schema_name(route, ".Envelope"));
  for (size_t i = 0; i < source.fields().size(); ++i) {
    const sdk::Field& field = source.fields()[i];
    const bool is_row = i == plan.before || i == plan.after;
    builder.field(field.name, is_row ? plan.row.schema : field.schema);
    plan.event.fields.push_back(make_field_copy(source, i, *field.schema, true));
  }
  SLUICE_ASSIGN_OR_RETURN(plan.event.schema, builder.build());
  return plan;
}

Status ByLogicalTableRouter::rewrite_key(Route& route, const sdk::Record& given, sdk::Record& record,
                                         sdk::Arena& arena) {
  record.key_schema = nullptr;
  if (given.key.is_null()) return {};
  SLUICE_RETURN_IF_ERROR(require_struct(given.key, kPurpose));
  const sdk::StructNode& key = given.key.as_struct();
  SLUICE_ASSIGN_OR_RETURN(const StructPlan* plan,
                          route.keys.get(*key.schema, [&](const sdk::SchemaPtr& schema) {
                            return make_key_plan(route, *schema);
                          }));
  sdk::StructNode* to = unset_struct(arena, *plan->schema);
  SLUICE_RETURN_IF_ERROR(copy_fields(key, plan->fields, *to));
  if (unique_keys_) to->mutable_values()[plan->fields.size()] = sdk::Value::string(route.table);
  record.key_schema = plan->schema.get();
  record.key = sdk::Value::structure(to);
  return {};
}

Status ByLogicalTableRouter::rewrite_value(Route& route, const sdk::Record& given, sdk::Record& record,
                                           sdk::Arena& arena) {
  SLUICE_RETURN_IF_ERROR(require_struct(given.value, kPurpose));
  const sdk::StructNode& event = given.value.as_struct();
  SLUICE_ASSIGN_OR_RETURN(const EnvelopePlan* plan,
                          route.envelopes.get(*event.schema, [&](const sdk::SchemaPtr& schema) {
                            return make_envelope_plan(route, *schema);
                          }));
  sdk::StructNode* to = unset_struct(arena, *plan->event.schema);
  SLUICE_RETURN_IF_ERROR(copy_fields(event, plan->event.fields, *to));
  for (const size_t index : {plan->before, plan->after}) {
    sdk::Value& row = to->mutable_values()[index];
    if (row.is_null()) continue;
    SLUICE_RETURN_IF_ERROR(require_struct(row, kPurpose));
    sdk::StructNode* moved = unset_struct(arena, *plan->row.schema);
    SLUICE_RETURN_IF_ERROR(copy_fields(row.as_struct(), plan->row.fields, *moved));
    row = sdk::Value::structure(moved);
  }
  record.value_schema = plan->event.schema.get();
  record.value = sdk::Value::structure(to);
  return {};
}

Status ByLogicalTableRouter::step(sdk::Record& given, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(Route* const route, route_of(given.topic, arena));
  if (route->stays) return {};
  sdk::Record record = given;
  record.topic = route->topic;
  SLUICE_RETURN_IF_ERROR(rewrite_key(*route, given, record, arena));
  if (!given.value.is_null() && is_envelope(given.value_schema)) {
    SLUICE_RETURN_IF_ERROR(rewrite_value(*route, given, record, arena));
  }
  given = record;
  return {};
}

void ByLogicalTableRouter::apply(std::span<sdk::Record> records, sdk::Arena& arena,
                                 std::span<uint8_t> /*dropped*/, sdk::RecordErrors& errors) {
  ++batch_;
  for_each_record(records, errors, [&](sdk::Record& record) { return step(record, arena); });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_by_logical_table_router() {
  return std::make_unique<ByLogicalTableRouter>();
}

}  // namespace sluice::transforms::debezium
