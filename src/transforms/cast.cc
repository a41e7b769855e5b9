#include "transforms/cast.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/cast_value.h"
#include "transforms/map_draft.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "cast types";

using Casts = std::map<std::string, sdk::Type, std::less<>>;

struct Spec {
  std::optional<sdk::Type> whole;
  Casts fields;
};

std::string trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return std::string(text);
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

Result<sdk::Type> parse_type(const std::string& text) {
  const std::string name = upper_case(trimmed(text));
  for (int i = 0; i <= static_cast<int>(sdk::Type::kStruct); ++i) {
    const auto type = static_cast<sdk::Type>(i);
    if (type_name(type) != name) continue;
    if (is_cast_output(type)) return type;
    return bad_config("Cast transformation does not support casting to " + name + "; supported types are " +
                      std::string(cast_outputs()));
  }
  // Java hands these two to its exception in the wrong places; the words are the same.
  return bad_config(
      "Invalid value java.lang.IllegalArgumentException: No enum constant "
      "org.apache.kafka.connect.data.Schema.Type." +
      name + " for configuration Invalid type found in casting spec: " + trimmed(text));
}

std::string list_text(const std::vector<std::string>& items) {
  std::string text("[");
  for (const std::string& item : items) text.append(&item == items.data() ? "" : ", ").append(item);
  return text.append("]");
}

Result<Spec> parse_spec(const std::vector<std::string>& items) {
  if (items.empty()) return bad_config("Must specify at least one field to cast.");
  Spec spec;
  for (const std::string& item : items) {
    const auto parts = split_at_colons(item);
    if (parts.size() > 2 || parts.empty()) {
      return bad_config("Invalid value " + list_text(items) +
                        " for configuration renames: Invalid rename mapping: " + item);
    }
    SLUICE_ASSIGN_OR_RETURN(const sdk::Type type, parse_type(parts.back()));
    if (parts.size() == 1) {
      spec.whole = type;
    } else {
      spec.fields[trimmed(parts[0])] = type;
    }
  }
  if (spec.whole && items.size() > 1) {
    return bad_config(
        "Cast transformations that specify a type to cast the entire value to may only specify a single cast "
        "in their spec");
  }
  return spec;
}

sdk::Validator valid_spec() {
  sdk::Validator validator = colon_pairs([](const std::vector<std::string>& items) {
    const auto spec = parse_spec(items);
    return spec.ok() ? std::nullopt : std::optional<std::string>(spec.error().message());
  });
  validator.null_reason = "Must specify at least one field to cast.";
  return validator;
}

/// A default that is cast no longer fits a schema that still has the name of a logical type.
bool is_logical_name(const sdk::Schema& schema) {
  if (!schema.name()) return false;
  const std::string& name = *schema.name();
  return name == sdk::kDecimalName || name == sdk::kDateName || name == sdk::kTimeName ||
         name == sdk::kTimestampName;
}

Error invalid_default(const sdk::Schema& source, sdk::Type target, const sdk::Value& value) {
  return bad_record("Invalid Java object for schema \"" + *source.name() + "\" with type " +
                    std::string(type_name(target)) + ": " + class_text(value) + " for value")
      .wrap(ErrorKind::kBadRecord, "Invalid default value")
      .as_java("org.apache.kafka.connect.errors.SchemaBuilderException");
}

/// The whole value's schema, of another type; name, version, doc and parameters stay.
Result<sdk::SchemaPtr> cast_whole_schema(sdk::Arena& arena, const sdk::Schema& source, sdk::Type target) {
  sdk::SchemaBuilder builder(target);
  if (source.name()) builder.name(*source.name());
  if (source.version()) builder.version(*source.version());
  if (source.doc()) builder.doc(*source.doc());
  for (const auto& [key, value] : source.parameters()) builder.parameter(key, value);
  if (source.optional()) builder.optional();
  if (source.has_default()) {
    sdk::Value value;
    SLUICE_RETURN_IF_ERROR(cast_value(arena, &source, source.default_value(), target, value));
    if (is_logical_name(source)) return invalid_default(source, target, value);
    builder.default_value(value);
  }
  return builder.build();
}

Result<sdk::SchemaPtr> cast_field_schema(sdk::Arena& arena, const sdk::Schema& source, sdk::Type target) {
  sdk::SchemaBuilder builder(target);
  if (source.optional()) builder.optional();
  if (source.has_default()) {
    sdk::Value value;
    SLUICE_RETURN_IF_ERROR(cast_value(arena, &source, source.default_value(), target, value));
    builder.default_value(value);
  }
  return builder.build();
}

struct Plan {
  struct CastField {
    uint32_t index;
    sdk::Type target;
    const sdk::Schema* source;
    bool may_be_null;
  };
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> fields;
  std::vector<CastField> casts;
};

class Cast final : public sdk::Transform {
 public:
  explicit Cast(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef()
            .define({.name = "spec",
                     .type = sdk::ConfigType::kList,
                     .validator = valid_spec(),
                     .importance = sdk::Importance::kHigh,
                     .doc =
                         "What to cast: `field:type` pairs, or one type for the whole key or value. Types: "
                         "int8, int16, int32, int64, float32, float64, boolean, string. Bytes can only "
                         "become a string (Base64)."})
            .define(replace_null_key());
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  Result<Plan> make_plan(const sdk::SchemaPtr& source) const;
  Status apply_whole(sdk::Record& record, const sdk::Schema* schema, sdk::Arena& arena);
  Status apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena);
  Status apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena);

  const Operand operand_;
  std::shared_ptr<const Spec> spec_;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
  SchemaPlanCache<sdk::SchemaPtr> whole_schemas_;
  MapDraft draft_;
};

Status Cast::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  SLUICE_ASSIGN_OR_RETURN(Spec spec, parse_spec(parsed.get_list("spec")));
  spec_ = std::make_shared<const Spec>(std::move(spec));
  replace_null_ = parsed.get_boolean(kReplaceNull);
  return {};
}

Result<Plan> Cast::make_plan(const sdk::SchemaPtr& source) const {
  Plan plan;
  sdk::Arena scratch;  // of cast defaults; schemas copy theirs
  sdk::SchemaBuilder builder = copy_schema_basics(*source);
  for (size_t i = 0; i < source->fields().size(); ++i) {
    const sdk::Field& field = source->fields()[i];
    plan.fields.push_back(make_field_copy(*source, i, *field.schema, replace_null_));
    const auto cast = spec_->fields.find(field.name);
    if (cast == spec_->fields.end()) {
      builder.field(field.name, field.schema);
    } else {
      SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema, cast_field_schema(scratch, *field.schema, cast->second));
      plan.casts.push_back(
          {static_cast<uint32_t>(i), cast->second, field.schema.get(), field.schema->optional()});
      builder.field(field.name, std::move(schema));
    }
  }
  if (source->optional()) builder.optional();
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  return plan;
}

Status Cast::apply_whole(sdk::Record& record, const sdk::Schema* schema, sdk::Arena& arena) {
  const sdk::Schema* new_schema = nullptr;
  if (schema != nullptr) {
    const auto make = [&](const sdk::SchemaPtr& source) {
      return cast_whole_schema(arena, *source, *spec_->whole);
    };
    SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr* made, whole_schemas_.get(*schema, make));
    new_schema = made->get();
  }
  sdk::Value value;
  SLUICE_RETURN_IF_ERROR(cast_value(arena, schema, value_of(record, operand_), *spec_->whole, value));
  set_operand(record, operand_, new_schema, value);
  return {};
}

Status Cast::apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*node.schema, [&](const sdk::SchemaPtr& schema) {
    return make_plan(schema);
  }));
  sdk::StructNode* to = unset_struct(arena, *plan->schema);
  size_t next = 0;
  for (const Plan::CastField& cast : plan->casts) {
    SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, next, cast.index, *to));
    sdk::Value& value = to->mutable_values()[cast.index];
    const sdk::Value& given = source_value(node, plan->fields[cast.index]);
    SLUICE_RETURN_IF_ERROR(cast_value(arena, cast.source, given, cast.target, value));
    if (value.is_null() && !cast.may_be_null)
      return validate_field(plan->schema->fields()[cast.index], value);
    next = cast.index + 1;
  }
  SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, next, plan->fields.size(), *to));
  set_operand(record, operand_, plan->schema.get(), sdk::Value::structure(to));
  return {};
}

Status Cast::apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena) {
  draft_.start(map);
  for (const auto& [name, target] : spec_->fields) {
    const sdk::Value* value = draft_.find(name);
    sdk::Value cast;
    if (value != nullptr) SLUICE_RETURN_IF_ERROR(cast_value(arena, nullptr, *value, target, cast));
    draft_.put(name, cast);
  }
  set_operand(record, operand_, nullptr, draft_.finish(arena));
  return {};
}

void Cast::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
                 sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  whole_schemas_.start_batch(arena);
  arena.keep(spec_);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Value& value = value_of(record, operand_);
    if (value.is_null()) return {};
    const sdk::Schema* schema = schema_of(record, operand_);
    if (spec_->whole) return apply_whole(record, schema, arena);
    if (schema == nullptr) {
      SLUICE_RETURN_IF_ERROR(require_map(value, kPurpose));
      return apply_map(record, value, arena);
    }
    if (value.kind() != sdk::Kind::kStruct)
      return schema->type() == sdk::Type::kStruct ? not_a_struct(value, kPurpose) : no_fields();
    return apply_struct(record, value.as_struct(), arena);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_cast(Operand operand) { return std::make_unique<Cast>(operand); }

}  // namespace sluice::transforms
