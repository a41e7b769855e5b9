#include "transforms/set_schema_metadata.h"

#include <optional>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

struct Plan {
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> fields;
};

class SetSchemaMetadata final : public sdk::Transform {
 public:
  explicit SetSchemaMetadata(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef()
            .define({.name = "schema.name",
                     .default_value = nullptr,
                     .importance = sdk::Importance::kHigh,
                     .doc = "The schema's new name. Not given: it keeps its own."})
            .define({.name = "schema.version",
                     .type = sdk::ConfigType::kInt,
                     .default_value = nullptr,
                     .importance = sdk::Importance::kHigh,
                     .doc = "The schema's new version. Not given: it keeps its own."})
            .define(replace_null_key());
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    if (parsed.has("schema.name")) name_ = parsed.get_string("schema.name");
    if (parsed.has("schema.version")) version_ = static_cast<int32_t>(parsed.get_int("schema.version"));
    if (!name_ && !version_) return bad_config("Neither schema name nor version configured");
    replace_null_ = parsed.get_boolean(kReplaceNull);
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    plans_.start_batch(arena);
    for_each_record(records, errors, [&](sdk::Record& record) { return update(record, arena); });
  }

 private:
  Status update(sdk::Record& record, sdk::Arena& arena);
  Result<Plan> make_plan(const sdk::Schema& source) const;

  const Operand operand_;
  std::optional<std::string> name_;
  std::optional<int32_t> version_;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
};

Result<Plan> SetSchemaMetadata::make_plan(const sdk::Schema& source) const {
  sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
  if (const auto& name = name_ ? name_ : source.name()) builder.name(*name);
  if (const auto& version = version_ ? version_ : source.version()) builder.version(*version);
  if (source.doc()) builder.doc(*source.doc());
  for (const auto& [key, value] : source.parameters()) builder.parameter(key, value);
  if (source.optional()) builder.optional();
  for (const sdk::Field& field : source.fields()) builder.field(field.name, field.schema);
  Plan plan;
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  for (size_t i = 0; i < source.fields().size(); ++i)
    plan.fields.push_back(make_field_copy(source, i, *source.fields()[i].schema, replace_null_));
  return plan;
}

Status SetSchemaMetadata::update(sdk::Record& record, sdk::Arena& arena) {
  const sdk::Value& value = value_of(record, operand_);
  const sdk::Schema* schema = schema_of(record, operand_);
  if (schema == nullptr) return value.is_null() ? Status() : Status(no_schema("updating schema metadata"));
  if (schema->type() != sdk::Type::kStruct) return no_fields();  // so in Java, for want of a check there
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*schema, [&](const sdk::SchemaPtr& source) {
    return make_plan(*source);
  }));
  sdk::Value updated = value;
  if (value.kind() == sdk::Kind::kStruct) {
    sdk::StructNode* to = unset_struct(arena, *plan->schema);
    SLUICE_RETURN_IF_ERROR(copy_fields(value.as_struct(), plan->fields, *to));
    updated = sdk::Value::structure(to);
  }
  set_operand(record, operand_, plan->schema.get(), updated);
  return {};
}

}  // namespace

std::unique_ptr<sdk::Transform> make_set_schema_metadata(Operand operand) {
  return std::make_unique<SetSchemaMetadata>(operand);
}

}  // namespace sluice::transforms
