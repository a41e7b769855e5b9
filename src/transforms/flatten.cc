#include "transforms/flatten.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/map_draft.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "flattening";

/// A walk through the nested structs: down into a field, up again, or a leaf taken over.
struct Step {
  enum class Kind : uint8_t { kLeaf, kEnter, kLeave };
  Kind kind;
  uint32_t index;  // of the field in the struct at hand
  FieldCopy copy;  // kLeaf
};

struct Plan {
  sdk::SchemaPtr schema;
  std::vector<Step> steps;
};

class Flatten final : public sdk::Transform {
 public:
  explicit Flatten(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = sdk::ConfigDef().define(
        {.name = "delimiter",
         .default_value = ".",
         .doc = "What stands between the names of the levels in a new field's name."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    delimiter_ = parsed.get_string("delimiter");
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  std::string join(const std::string& prefix, std::string_view name) const {
    return prefix.empty() ? std::string(name) : prefix + delimiter_ + std::string(name);
  }
  Status plan_fields(const sdk::Schema& source, const std::string& prefix, bool optional,
                     sdk::SchemaBuilder& builder, Plan& plan) const;
  Result<Plan> make_plan(const sdk::Schema& source) const;
  Status apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena);
  Status flatten_map(const sdk::Value& map, std::string_view prefix, sdk::Arena& arena);
  std::string_view joined(std::string_view prefix, std::string_view name, sdk::Arena& arena) const;

  const Operand operand_;
  std::string delimiter_;
  SchemaPlanCache<Plan> plans_;
  MapDraft draft_;
  std::vector<const sdk::StructNode*> path_;
};

/// A leaf inside an optional struct is optional.
Status Flatten::plan_fields(const sdk::Schema& source, const std::string& prefix, bool optional,
                            sdk::SchemaBuilder& builder, Plan& plan) const {
  for (size_t i = 0; i < source.fields().size(); ++i) {
    const sdk::Field& field = source.fields()[i];
    const sdk::Schema& schema = *field.schema;
    const std::string name = join(prefix, field.name);
    const bool leaf_optional = optional || schema.optional();
    const auto index = static_cast<uint32_t>(i);
    if (schema.type() == sdk::Type::kMap) {
      return first_problem(builder, bad_record("Flatten transformation does not support " +
                                               std::string(type_name(schema.type())) +
                                               " for record with schemas (for field " + name + ")."));
    }
    if (schema.type() == sdk::Type::kStruct) {
      plan.steps.push_back({Step::Kind::kEnter, index, {}});
      SLUICE_RETURN_IF_ERROR(plan_fields(schema, name, leaf_optional, builder, plan));
      plan.steps.push_back({Step::Kind::kLeave, 0, {}});
      continue;
    }
    sdk::SchemaBuilder leaf = copy_schema_basics(schema);
    if (leaf_optional) leaf.optional();
    if (schema.has_default()) leaf.default_value(schema.default_value());
    SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr leaf_schema, leaf.build());
    FieldCopy copy = make_field_copy(source, i, *leaf_schema, true);
    copy.may_not_fit = false;
    plan.steps.push_back({Step::Kind::kLeaf, index, copy});
    builder.field(name, leaf_schema);
  }
  return {};
}

Result<Plan> Flatten::make_plan(const sdk::Schema& source) const {
  Plan plan;
  sdk::SchemaBuilder builder = copy_schema_basics(source);
  SLUICE_RETURN_IF_ERROR(plan_fields(source, "", source.optional(), builder, plan));
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  return plan;
}

Status Flatten::apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*node.schema, [&](const sdk::SchemaPtr& schema) {
    return make_plan(*schema);
  }));
  sdk::StructNode* to = unset_struct(arena, *plan->schema);
  sdk::Value* next = to->mutable_values().data();
  const sdk::Field* target = plan->schema->fields().data();
  path_.clear();
  const sdk::StructNode* at = &node;  // null inside a struct that is null
  for (const Step& step : plan->steps) {
    if (step.kind == Step::Kind::kLeave) {
      at = path_.back();
      path_.pop_back();
      continue;
    }
    if (step.kind == Step::Kind::kEnter) {
      path_.push_back(at);
      const sdk::Value inner = at != nullptr ? at->values()[step.index] : sdk::Value();
      at = inner.is_null() ? nullptr : &inner.as_struct();
      continue;
    }
    if (at == nullptr) {
      new (next) sdk::Value();
    } else {
      SLUICE_RETURN_IF_ERROR(put_copy(step.copy, source_value(*at, step.copy), *target, *next));
    }
    ++next;
    ++target;
  }
  set_operand(record, operand_, plan->schema.get(), sdk::Value::structure(to));
  return {};
}

std::string_view Flatten::joined(std::string_view prefix, std::string_view name, sdk::Arena& arena) const {
  if (prefix.empty()) return name;
  const size_t size = prefix.size() + delimiter_.size() + name.size();
  auto* text = static_cast<char*>(arena.allocate(size, 1));
  char* end = std::copy(prefix.begin(), prefix.end(), text);
  end = std::copy(delimiter_.begin(), delimiter_.end(), end);
  std::copy(name.begin(), name.end(), end);
  return {text, size};
}

Status Flatten::flatten_map(const sdk::Value& map, std::string_view prefix, sdk::Arena& arena) {
  for (const sdk::MapEntry& entry : map.as_map()) {
    if (entry.key.kind() != sdk::Kind::kString && !entry.key.is_null()) return key_not_a_string(entry.key);
    const std::string_view key = entry.key.is_null() ? "null" : entry.key.as_string();
    const std::string_view name = joined(prefix, key, arena);
    const sdk::Value& value = entry.value;
    switch (value.kind()) {
      case sdk::Kind::kMap:
        SLUICE_RETURN_IF_ERROR(flatten_map(value, name, arena));
        break;
      case sdk::Kind::kStruct:
        return bad_record("Flatten transformation does not support " + class_text(value) +
                          " for record without schemas (for field " + std::string(name) + ").");
      case sdk::Kind::kDecimal:
      case sdk::Kind::kDate:
      case sdk::Kind::kTime:
      case sdk::Kind::kTimestamp:
        return bad_record("Flatten transformation was passed a value of type " + class_text(value) +
                          " which is not supported by Connect's data API");
      default:
        if (entry.key.is_null() && prefix.empty()) {
          draft_.append(entry.key, value);
        } else {
          draft_.put(name, value);
        }
    }
  }
  return {};
}

void Flatten::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
                    sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Value& value = value_of(record, operand_);
    if (value.is_null()) return {};
    if (schema_of(record, operand_) == nullptr) {
      SLUICE_RETURN_IF_ERROR(require_map(value, kPurpose));
      draft_.start();
      SLUICE_RETURN_IF_ERROR(flatten_map(value, "", arena));
      set_operand(record, operand_, nullptr, draft_.finish(arena));
      return {};
    }
    SLUICE_RETURN_IF_ERROR(require_struct(value, kPurpose));
    return apply_struct(record, value.as_struct(), arena);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_flatten(Operand operand) { return std::make_unique<Flatten>(operand); }

}  // namespace sluice::transforms
