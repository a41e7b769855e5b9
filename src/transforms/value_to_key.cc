#include "transforms/value_to_key.h"

#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/map_draft.h"
#include "transforms/operand.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "copying fields from value to key";

struct Plan {
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> fields;
};

class ValueToKey final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef()
            .define({.name = "fields",
                     .type = sdk::ConfigType::kList,
                     .validator = non_empty_list(),
                     .importance = sdk::Importance::kHigh,
                     .doc = "Names of the value's fields that become the key, in this order."})
            .define(replace_null_key());
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    names_ = std::make_shared<const Names>(Names{parsed.get_list("fields")});
    replace_null_ = parsed.get_boolean(kReplaceNull);
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    plans_.start_batch(arena);
    arena.keep(names_);
    for_each_record(records, errors, [&](sdk::Record& record) -> Status {
      if (record.value_schema == nullptr) {
        SLUICE_RETURN_IF_ERROR(require_map(record.value, kPurpose));
        return apply_map(record, arena);
      }
      SLUICE_RETURN_IF_ERROR(require_struct(record.value, kPurpose));
      return apply_struct(record, arena);
    });
  }

 private:
  /// Keys of maps point into it; kept by every batch that has them.
  struct Names {
    std::vector<std::string> fields;
  };

  Result<Plan> make_plan(const sdk::Schema& source) const {
    sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
    for (const std::string& name : names_->fields) {
      const int index = source.field_index(name);
      if (index < 0) return first_problem(builder, bad_record("Field does not exist: " + name));
      builder.field(name, source.fields()[static_cast<size_t>(index)].schema);
    }
    Plan plan;
    SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
    for (const sdk::Field& field : plan.schema->fields()) {
      const auto index = static_cast<size_t>(source.field_index(field.name));
      plan.fields.push_back(make_field_copy(source, index, *field.schema, replace_null_));
    }
    return plan;
  }

  Status apply_struct(sdk::Record& record, sdk::Arena& arena) {
    const sdk::StructNode& node = record.value.as_struct();
    SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*node.schema, [&](const sdk::SchemaPtr& schema) {
      return make_plan(*schema);
    }));
    sdk::StructNode* key = unset_struct(arena, *plan->schema);
    SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, *key));
    set_operand(record, Operand::kKey, plan->schema.get(), sdk::Value::structure(key));
    return {};
  }

  Status apply_map(sdk::Record& record, sdk::Arena& arena) {
    draft_.start();
    for (const std::string& name : names_->fields) {
      const sdk::Value* value = find_entry(record.value, name);
      draft_.put(name, value != nullptr ? *value : sdk::Value());
    }
    set_operand(record, Operand::kKey, nullptr, draft_.finish(arena));
    return {};
  }

  std::shared_ptr<const Names> names_;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
  MapDraft draft_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_value_to_key() { return std::make_unique<ValueToKey>(); }

}  // namespace sluice::transforms
