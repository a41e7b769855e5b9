// ConnectSchema.validateValue with its texts. What a text calls the place is put together only on failure.

#include "sdk/data/values.h"

#include <string>

namespace sluice::sdk {
namespace {

/// Where a value stands: a chain from the inside out.
struct Place {
  std::string_view word;  // "value", "element of array ", …
  const std::string* field = nullptr;
  const Place* outer = nullptr;

  std::string text() const {
    if (field != nullptr) return "field: \"" + *field + "\"";
    return std::string(word) + (outer != nullptr ? outer->text() : "");
  }
};

Error null_error(const Schema& schema, const Place& place) {
  return bad_record("Invalid value: null used for required " + place.text() +
                    ", schema type: " + std::string(type_name(schema.type())));
}

Error kind_error(const Schema& schema, const Value& value, const Place& place) {
  std::string message("Invalid Java object for schema ");
  if (schema.name()) message.append("\"").append(*schema.name()).append("\" ");
  message.append("with type ").append(type_name(schema.type())).append(": class ");
  return bad_record(message.append(java_class_name(value)).append(" for ").append(place.text()));
}

Status validate(const Schema& schema, const Value& value, const Place& place);

Status validate_struct(const Schema& schema, const StructNode& node) {
  if (!same_schema(node.schema, &schema)) return bad_record("Struct schemas do not match.");
  for (size_t i = 0; i < node.field_count; ++i) {
    const Field& field = schema.fields()[i];
    const Value& value = node.values()[i];
    if (value.is_null() && (field.schema->optional() || field.schema->has_default())) continue;
    SLUICE_RETURN_IF_ERROR(validate(*field.schema, value, {.word = {}, .field = &field.name}));
  }
  return {};
}

Status validate(const Schema& schema, const Value& value, const Place& place) {
  if (value.is_null()) return schema.optional() ? Status() : Status(null_error(schema, place));
  if (value.kind() != schema.value_kind()) return kind_error(schema, value, place);
  switch (schema.type()) {
    case Type::kStruct:
      return validate_struct(schema, value.as_struct());
    case Type::kArray:
      if (!schema.value_schema()) return {};  // a list of mixed values, as header texts yield
      for (const Value& item : value.as_array()) {
        const Place inner{.word = "element of array ", .outer = &place};
        SLUICE_RETURN_IF_ERROR(validate(*schema.value_schema(), item, inner));
      }
      return {};
    case Type::kMap:
      for (const MapEntry& entry : value.as_map()) {
        const Place key{.word = "key of map ", .outer = &place};
        const Place inner{.word = "value of map ", .outer = &place};
        if (schema.key_schema()) SLUICE_RETURN_IF_ERROR(validate(*schema.key_schema(), entry.key, key));
        if (schema.value_schema())
          SLUICE_RETURN_IF_ERROR(validate(*schema.value_schema(), entry.value, inner));
      }
      return {};
    default:
      return {};
  }
}

}  // namespace

std::string_view java_class_name(const Value& value) {
  static constexpr std::string_view kNames[] = {"null",
                                                "java.lang.Boolean",
                                                "java.lang.Byte",
                                                "java.lang.Short",
                                                "java.lang.Integer",
                                                "java.lang.Long",
                                                "java.lang.Float",
                                                "java.lang.Double",
                                                "java.lang.String",
                                                "[B",
                                                "java.util.ArrayList",
                                                "java.util.HashMap",
                                                "org.apache.kafka.connect.data.Struct",
                                                "java.math.BigDecimal",
                                                "java.util.Date",
                                                "java.util.Date",
                                                "java.util.Date"};
  return kNames[static_cast<size_t>(value.kind())];
}

Status validate_field(const Field& field, const Value& value) {
  return validate(*field.schema, value, {.word = {}, .field = &field.name});
}

Status validate_value(const Schema& schema, const Value& value) {
  return validate(schema, value, {.word = "value"});
}

}  // namespace sluice::sdk
