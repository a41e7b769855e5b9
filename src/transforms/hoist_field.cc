#include "transforms/hoist_field.h"

#include <string>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "transforms/record_loop.h"
#include "transforms/schema_plan_cache.h"

namespace sluice::transforms {
namespace {

class HoistField final : public sdk::Transform {
 public:
  explicit HoistField(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = sdk::ConfigDef().define(
        {.name = "field",
         .importance = sdk::Importance::kMedium,
         .doc = "Name of the only field of the struct, or of the map where there is no schema."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    field_ = parsed.get_string("field");
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    schemas_.start_batch(arena);
    const std::string_view name = arena.copy(field_);
    for_each_record(records, errors, [&](sdk::Record& record) -> Status {
      const sdk::Value& value = value_of(record, operand_);
      const sdk::Schema* schema = schema_of(record, operand_);
      if (schema != nullptr) return hoist(record, *schema, arena);
      auto* entry = arena.array<sdk::MapEntry>(1);
      *entry = {sdk::Value::string(name), value};
      set_operand(record, operand_, nullptr, sdk::Value::map({entry, 1}));
      return {};
    });
  }

 private:
  Status hoist(sdk::Record& record, const sdk::Schema& schema, sdk::Arena& arena) {
    const auto make = [&](const sdk::SchemaPtr& inner) {
      return sdk::SchemaBuilder::structure().field(field_, inner).build();
    };
    SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr* outer, schemas_.get(schema, make));
    const sdk::Value& value = value_of(record, operand_);
    if (value.is_null()) SLUICE_RETURN_IF_ERROR(validate_field((*outer)->fields()[0], value));
    sdk::StructNode* node = new_struct(arena, **outer);
    node->mutable_values()[0] = value;
    set_operand(record, operand_, outer->get(), sdk::Value::structure(node));
    return {};
  }

  const Operand operand_;
  std::string field_;
  SchemaPlanCache<sdk::SchemaPtr> schemas_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_hoist_field(Operand operand) {
  return std::make_unique<HoistField>(operand);
}

}  // namespace sluice::transforms
