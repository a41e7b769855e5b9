#include "sdk/data/schema.h"

#include <algorithm>
#include <charconv>

#include "sdk/data/schema_builder.h"

namespace sluice::sdk {
namespace {

Logical logical_of(Type type, std::string_view name) {
  if (type == Type::kBytes && name == kDecimalName) return Logical::kDecimal;
  if (type == Type::kInt32 && name == kDateName) return Logical::kDate;
  if (type == Type::kInt32 && name == kTimeName) return Logical::kTime;
  if (type == Type::kInt64 && name == kTimestampName) return Logical::kTimestamp;
  return Logical::kNone;
}

SchemaPtr primitive(Type type, bool optional) {
  return SchemaBuilder(type).optional(optional).build_or_die();
}

}  // namespace

std::string_view type_name(Type type) {
  static constexpr std::string_view kNames[] = {"INT8",    "INT16",  "INT32", "INT64", "FLOAT32", "FLOAT64",
                                                "BOOLEAN", "STRING", "BYTES", "ARRAY", "MAP",     "STRUCT"};
  return kNames[static_cast<size_t>(type)];
}

const std::string* Schema::parameter(std::string_view key) const {
  for (const auto& [name, value] : parameters_) {
    if (name == key) return &value;
  }
  return nullptr;
}

int Schema::field_index(std::string_view name) const {
  const auto found =
      std::lower_bound(fields_by_name_.begin(), fields_by_name_.end(), name,
                       [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found != fields_by_name_.end() && found->first == name ? found->second : -1;
}

Kind Schema::value_kind() const {
  switch (logical_) {
    case Logical::kDecimal:
      return Kind::kDecimal;
    case Logical::kDate:
      return Kind::kDate;
    case Logical::kTime:
      return Kind::kTime;
    case Logical::kTimestamp:
      return Kind::kTimestamp;
    case Logical::kNone:
      break;
  }
  static constexpr Kind kKinds[] = {Kind::kInt8,    Kind::kInt16,   Kind::kInt32,   Kind::kInt64,
                                    Kind::kFloat32, Kind::kFloat64, Kind::kBoolean, Kind::kString,
                                    Kind::kBytes,   Kind::kArray,   Kind::kMap,     Kind::kStruct};
  return kKinds[static_cast<size_t>(type_)];
}

void Schema::finish() {
  logical_ = name_ ? logical_of(type_, *name_) : Logical::kNone;
  if (const std::string* scale = parameter(kScaleParameter);
      logical_ == Logical::kDecimal && scale != nullptr) {
    std::from_chars(scale->data(), scale->data() + scale->size(), decimal_scale_);
  }
  fields_by_name_.clear();
  for (size_t i = 0; i < fields_.size(); ++i)
    fields_by_name_.emplace_back(fields_[i].name, static_cast<int>(i));
  std::sort(fields_by_name_.begin(), fields_by_name_.end());
}

#define SLUICE_PRIMITIVE(function, type)                    \
  const SchemaPtr& Schema::function() {                     \
    static const SchemaPtr schema = primitive(type, false); \
    return schema;                                          \
  }                                                         \
  const SchemaPtr& Schema::optional_##function() {          \
    static const SchemaPtr schema = primitive(type, true);  \
    return schema;                                          \
  }
SLUICE_PRIMITIVE(int8, Type::kInt8)
SLUICE_PRIMITIVE(int16, Type::kInt16)
SLUICE_PRIMITIVE(int32, Type::kInt32)
SLUICE_PRIMITIVE(int64, Type::kInt64)
SLUICE_PRIMITIVE(float32, Type::kFloat32)
SLUICE_PRIMITIVE(float64, Type::kFloat64)
SLUICE_PRIMITIVE(boolean, Type::kBoolean)
SLUICE_PRIMITIVE(string, Type::kString)
SLUICE_PRIMITIVE(bytes, Type::kBytes)
#undef SLUICE_PRIMITIVE

bool same_schema(const Schema* left, const Schema* right) {
  if (left == right) return true;
  if (left == nullptr || right == nullptr) return false;
  const auto same_parameters = [](SchemaParameters a, SchemaParameters b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
  };
  return left->type() == right->type() && left->optional() == right->optional() &&
         left->name() == right->name() && left->version() == right->version() &&
         left->doc() == right->doc() && left->default_value() == right->default_value() &&
         same_parameters(left->parameters(), right->parameters()) &&
         same_schema(left->key_schema().get(), right->key_schema().get()) &&
         same_schema(left->value_schema().get(), right->value_schema().get()) &&
         std::equal(left->fields().begin(), left->fields().end(), right->fields().begin(),
                    right->fields().end(), [](const Field& a, const Field& b) {
                      return a.name == b.name && same_schema(a.schema.get(), b.schema.get());
                    });
}

}  // namespace sluice::sdk
