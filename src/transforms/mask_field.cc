#include "transforms/mask_field.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/value_convert.h"
#include "sdk/data/values.h"
#include "transforms/map_draft.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "mask fields";

/// A mask for each kind of value, made once; what masks point into is kept by every batch that has them.
class Masks {
 public:
  /// Null: empty values.
  explicit Masks(const std::string* replacement) : has_replacement_(replacement != nullptr) {
    if (has_replacement_) replacement_ = *replacement;
    for (size_t i = 0; i < kKinds; ++i) {
      const auto kind = static_cast<sdk::Kind>(i);
      if (has_replacement_) {
        make_replacement(kind);
      } else {
        make_empty(kind);
      }
    }
  }

  /// In place; null stays null. Error kind kBadRecord for values that have no mask.
  Status mask(sdk::Value& value) const {
    if (value.is_null()) return {};
    const auto& mask = masks_[static_cast<size_t>(value.kind())];
    if (!mask) return refuse(value);
    value = *mask;
    return {};
  }

 private:
  static constexpr size_t kKinds = static_cast<size_t>(sdk::Kind::kTimestamp) + 1;

  std::optional<sdk::Value>& at(sdk::Kind kind) { return masks_[static_cast<size_t>(kind)]; }

  void make_empty(sdk::Kind kind) {
    using sdk::Kind;
    using sdk::Value;
    switch (kind) {
      case Kind::kBoolean:
        at(kind) = Value::boolean(false);
        break;
      case Kind::kInt8:
        at(kind) = Value::int8(0);
        break;
      case Kind::kInt16:
        at(kind) = Value::int16(0);
        break;
      case Kind::kInt32:
        at(kind) = Value::int32(0);
        break;
      case Kind::kInt64:
        at(kind) = Value::int64(0);
        break;
      case Kind::kFloat32:
        at(kind) = Value::float32(0);
        break;
      case Kind::kFloat64:
        at(kind) = Value::float64(0);
        break;
      case Kind::kDecimal:
        at(kind) = Value::decimal(sdk::unscaled_of(arena_, 0), 0);
        break;
      case Kind::kDate:
        at(kind) = Value::date(0);
        break;
      case Kind::kTime:
        at(kind) = Value::time(0);
        break;
      case Kind::kTimestamp:
        at(kind) = Value::timestamp(0);
        break;
      case Kind::kString:
        at(kind) = Value::string("");
        break;
      case Kind::kArray:
        at(kind) = Value::array({});
        break;
      case Kind::kMap:
        at(kind) = Value::map({});
        break;
      default:
        break;  // bytes and structs have no mask
    }
  }

  void make_replacement(sdk::Kind kind) {
    using sdk::ConversionTarget;
    using sdk::Kind;
    switch (kind) {
      case Kind::kInt8:
        return keep(kind, convert(ConversionTarget::kInt8));
      case Kind::kInt16:
        return keep(kind, convert(ConversionTarget::kInt16));
      case Kind::kInt32:
        return keep(kind, convert(ConversionTarget::kInt32));
      case Kind::kInt64:
        return keep(kind, convert(ConversionTarget::kInt64));
      case Kind::kFloat32:
        return keep(kind, convert(ConversionTarget::kFloat32));
      case Kind::kFloat64:
        return keep(kind, convert(ConversionTarget::kFloat64));
      case Kind::kDecimal:
        return keep(kind, sdk::parse_decimal(arena_, replacement_));
      case Kind::kString:
        return keep(kind, sdk::Value::string(replacement_));
      default:
        break;  // the others take no replacement
    }
  }

  Result<sdk::Value> convert(sdk::ConversionTarget target) {
    return convert_value(arena_, nullptr, sdk::Value::string(replacement_), target);
  }

  void keep(sdk::Kind kind, const Result<sdk::Value>& made) {
    if (made.ok()) {
      at(kind) = *made;
    } else {
      broken_[static_cast<size_t>(kind)] = made.error();
    }
  }

  Error refuse(const sdk::Value& value) const {
    if (!has_replacement_) return bad_record("Cannot mask value of type: " + class_text(value));
    const auto& broken = broken_[static_cast<size_t>(value.kind())];
    if (!broken)
      return bad_record("Cannot mask value of type " + class_text(value) + " with custom replacement.");
    return bad_record(broken->message())
        .as_java("java.lang.NumberFormatException")
        .wrap(ErrorKind::kBadRecord,
              value.kind() == sdk::Kind::kDecimal
                  ? "Unable to convert " + replacement_ + " (class java.lang.String) to number"
                  : broken->message());
  }

  const bool has_replacement_;
  std::string replacement_;
  sdk::Arena arena_;
  std::optional<sdk::Value> masks_[kKinds];
  std::optional<Error> broken_[kKinds];
};

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
  const std::string* replacement = parsed.has("replacement") ? &parsed.get_string("replacement") : nullptr;
  masks_ = std::make_shared<Masks>(replacement);
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
    if (schema_of(record, operand_) == nullptr) {
      SLUICE_RETURN_IF_ERROR(require_map(value, kPurpose));
      return apply_map(record, value, arena);
    }
    SLUICE_RETURN_IF_ERROR(require_struct(value, kPurpose));
    return apply_struct(record, value.as_struct(), arena);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_mask_field(Operand operand) {
  return std::make_unique<MaskField>(operand);
}

}  // namespace sluice::transforms
