#include "transforms/extract_field.h"

#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "transforms/field_path.h"
#include "transforms/map_draft.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "field extraction";
constexpr std::string_view kNestedPurpose = "nested field access";
constexpr std::string_view kIllegalArgument = "java.lang.IllegalArgumentException";

/// Indexes of the fields on the way, each in the struct that the one before holds.
struct Plan {
  struct Step {
    size_t index;
    sdk::Value instead_of_null;
  };
  const sdk::Schema* schema = nullptr;
  std::vector<Step> steps;
};

/// An empty path, in Java's words.
Error no_steps() { return bad_record("fromIndex(0) > toIndex(-1)").as_java(kIllegalArgument); }

class ExtractField final : public sdk::Transform {
 public:
  explicit ExtractField(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  Result<Plan> make_plan(const sdk::SchemaPtr& source) const;
  Status apply_struct(sdk::Record& record, const sdk::Schema& schema);
  Status apply_map(sdk::Record& record);

  const Operand operand_;
  std::string path_;
  std::vector<std::string> steps_;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
};

sdk::ConfigDef ExtractField::make_config() {
  return sdk::ConfigDef()
      .define({.name = "field",
               .importance = sdk::Importance::kMedium,
               .doc = "The field to extract: a name, or a path with `field.syntax.version=V2`."})
      .define(replace_null_key())
      .define({.name = "field.syntax.version",
               .default_value = "V1",
               .validator = sdk::one_of_ignoring_case({"V1", "V2"}),
               .importance = sdk::Importance::kHigh,
               .doc =
                   "V1: `field` is the name of a field of the record. V2: dots lead into nested structs or "
                   "maps, and backticks hold a name with dots together, as in `` `a.b`.c ``."});
}

Status ExtractField::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  path_ = parsed.get_string("field");
  const std::string& version = parsed.get_string("field.syntax.version");
  if (version == "V2" || version == "v2") {
    SLUICE_ASSIGN_OR_RETURN(steps_, parse_field_path(path_));
  } else {
    steps_ = {path_};
  }
  replace_null_ = parsed.get_boolean(kReplaceNull);
  return {};
}

Result<Plan> ExtractField::make_plan(const sdk::SchemaPtr& source) const {
  Plan plan;
  if (steps_.empty()) return no_steps();
  const sdk::Schema* schema = source.get();
  for (const std::string& step : steps_) {
    if (schema->type() != sdk::Type::kStruct) return bad_record("Cannot look up fields on non-struct type");
    const int index = schema->field_index(step);
    if (index < 0) return bad_record("Unknown field: " + path_).as_java(kIllegalArgument);
    schema = schema->fields()[static_cast<size_t>(index)].schema.get();
    plan.steps.push_back({static_cast<size_t>(index), schema->default_value()});
  }
  if (!replace_null_) plan.steps.back().instead_of_null = {};
  plan.schema = schema;
  return plan;
}

Status ExtractField::apply_struct(sdk::Record& record, const sdk::Schema& schema) {
  sdk::Value value = value_of(record, operand_);
  if (value.kind() != sdk::Kind::kStruct && !value.is_null()) return not_a_struct(value, kPurpose);
  SLUICE_ASSIGN_OR_RETURN(
      const Plan* plan, plans_.get(schema, [&](const sdk::SchemaPtr& source) { return make_plan(source); }));
  for (const Plan::Step& step : plan->steps) {
    if (value.is_null()) break;
    if (value.kind() != sdk::Kind::kStruct) return not_a_struct(value, kNestedPurpose);
    const sdk::Value& inner = value.as_struct().values()[step.index];
    value = inner.is_null() ? step.instead_of_null : inner;
  }
  set_operand(record, operand_, plan->schema, value);
  return {};
}

Status ExtractField::apply_map(sdk::Record& record) {
  sdk::Value value = value_of(record, operand_);
  if (value.kind() != sdk::Kind::kMap && !value.is_null()) return not_a_map(value, kPurpose);
  if (steps_.empty() && !value.is_null()) return no_steps();
  for (const std::string& step : steps_) {
    if (value.is_null()) break;
    if (value.kind() != sdk::Kind::kMap) return not_a_map(value, kNestedPurpose);
    const sdk::Value* inner = find_entry(value, step);
    value = inner != nullptr ? *inner : sdk::Value();
  }
  set_operand(record, operand_, nullptr, value);
  return {};
}

void ExtractField::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
                         sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Schema* schema = schema_of(record, operand_);
    return schema == nullptr ? apply_map(record) : apply_struct(record, *schema);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_extract_field(Operand operand) {
  return std::make_unique<ExtractField>(operand);
}

}  // namespace sluice::transforms
