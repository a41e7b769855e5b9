#include "transforms/mask_field.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "transforms/map_draft.h"
#include "transforms/masks.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "mask fields";

struct Plan {
  std::vector<FieldCopy> fields;
  std::vector<uint32_t> masked;
};

class MaskField final : public sdk::Transform {
 public:
  explicit MaskField(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  Plan make_plan(const sdk::SchemaPtr& source) const;
  Status apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena);
  Status apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena);

  const Operand operand_;
  struct Names {
    std::vector<std::string> fields;
  };
  std::shared_ptr<const Names> names_;
  std::shared_ptr<const Masks> masks_;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
  MapDraft draft_;
};

sdk::ConfigDef MaskField::make_config() {
  return sdk::ConfigDef()
      .define({.name = "fields",
               .type = sdk::ConfigType::kList,
               .validator = non_empty_list(),
               .importance = sdk::Importance::kHigh,
               .doc = "Names of the fields to mask."})
      .define({.name = "replacement",
               .default_value = nullptr,
               .validator = sdk::non_empty(),
               .importance = sdk::Importance::kLow,
               .doc =
                   "What masked fields hold instead, converted to their type; for numbers and strings only. "
                   "Not given: 0, false, an empty text, list or map, 1970-01-01."})
      .define(replace_null_key());
}

Status MaskField::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  names_ = std::make_shared<Names>(Names{parsed.get_list("fields")});
  std::optional<std::string> replacement;
  if (parsed.has("replacement")) replacement = parsed.get_string("replacement");
  masks_ = std::make_shared<const Masks>(replacement);
  replace_null_ = parsed.get_boolean(kReplaceNull);
  return {};
}

Plan MaskField::make_plan(const sdk::SchemaPtr& source) const {
  Plan plan;
  const auto& names = names_->fields;
  for (size_t i = 0; i < source->fields().size(); ++i) {
    const sdk::Field& field = source->fields()[i];
    plan.fields.push_back(make_field_copy(*source, i, *field.schema, replace_null_));
    if (std::find(names.begin(), names.end(), field.name) != names.end())
      plan.masked.push_back(static_cast<uint32_t>(i));
  }
  return plan;
}

Status MaskField::apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan,
                          plans_.get(*node.schema, [&](const sdk::SchemaPtr& schema) -> Result<Plan> {
                            return make_plan(schema);
                          }));
  sdk::StructNode* to = unset_struct(arena, *node.schema);
  size_t next = 0;
  for (const uint32_t index : plan->masked) {
    SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, next, index + 1, *to));
    SLUICE_RETURN_IF_ERROR(masks_->mask(to->mutable_values()[index]));
    next = index + 1;
  }
  SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, next, plan->fields.size(), *to));
  set_operand(record, operand_, schema_of(record, operand_), sdk::Value::structure(to));
  return {};
}

Status MaskField::apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena) {
  draft_.start(map);
  for (const std::string& name : names_->fields) {
    const sdk::Value* found = draft_.find(name);
    sdk::Value value = found != nullptr ? *found : sdk::Value();
    SLUICE_RETURN_IF_ERROR(masks_->mask(value));
    draft_.put(name, value);
  }
  set_operand(record, operand_, nullptr, draft_.finish(arena));
  return {};
}

void MaskField::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
                      sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  arena.keep(names_);
  arena.keep(masks_);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Value& value = value_of(record, operand_);
    return map_or_struct(
        record, operand_, kPurpose, [&] { return apply_map(record, value, arena); },
        [&] { return apply_struct(record, value.as_struct(), arena); });
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_mask_field(Operand operand) {
  return std::make_unique<MaskField>(operand);
}

}  // namespace sluice::transforms
