#include "sdk/data/projector.h"

#include <algorithm>
#include <map>
#include <string>

#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

constexpr std::string_view kProjectorException = "org.apache.kafka.connect.errors.SchemaProjectorException";

Error mismatch(std::string message) { return bad_record(std::move(message)).as_java(kProjectorException); }

std::string text_or_null(const std::optional<std::string>& text) { return text ? *text : "null"; }

std::string parameters_text(const SchemaParameters& parameters) {
  if (parameters.empty()) return "null";
  std::string text("{");
  for (const auto& [key, value] : parameters) {
    if (text.size() > 1) text.append(", ");
    text.append(key).append("=").append(value);
  }
  return text.append("}");
}

std::string schema_text(const Schema& schema) {
  std::string text("Schema{");
  if (schema.name()) text.append(*schema.name()).append(":");
  return text.append(type_name(schema.type())).append("}");
}

bool is_number(Type type) { return type <= Type::kFloat64; }

bool is_projectable(const Schema& source, const Schema& target) {
  if (source.type() == target.type()) return true;
  return is_number(source.type()) && is_number(target.type()) && source.type() < target.type();
}

Status check_same_kind(const Schema& source, const Schema& target) {
  if (!is_projectable(source, target)) {
    return mismatch("Schema type mismatch. source type: " + std::string(type_name(source.type())) +
                    " and target type: " + std::string(type_name(target.type())));
  }
  if (source.name() != target.name()) {
    return mismatch("Schema name mismatch. source name: " + text_or_null(source.name()) +
                    " and target name: " + text_or_null(target.name()));
  }
  const auto sorted = [](const SchemaParameters& parameters) {
    return std::map<std::string, std::string>(parameters.begin(), parameters.end());
  };
  if (sorted(source.parameters()) != sorted(target.parameters())) {
    return mismatch(
        "Schema parameters not equal. source parameters: " + parameters_text(source.parameters()) +
        " and target parameters: " + parameters_text(target.parameters()));
  }
  return {};
}

/// A number in a type that is the same or wider.
Value widen(const Value& value, Type target) {
  if (value.kind() == Kind::kFloat32 || value.kind() == Kind::kFloat64) {
    return target == Type::kFloat32 ? Value::float32(value.as_float32()) : Value::float64(value.as_float64());
  }
  const int64_t number = value.as_integer();
  switch (target) {
    case Type::kInt16:
      return Value::int16(static_cast<int16_t>(number));
    case Type::kInt32:
      return Value::int32(static_cast<int32_t>(number));
    case Type::kInt64:
      return Value::int64(number);
    case Type::kFloat32:
      return Value::float32(static_cast<float>(number));
    case Type::kFloat64:
      return Value::float64(static_cast<double>(number));
    default:
      return value;
  }
}

Result<Value> project_struct(Arena& arena, const Schema& source, const StructNode& node,
                             const Schema& target) {
  StructNode* projected = new_struct(arena, target);
  for (size_t i = 0; i < projected->field_count; ++i) {
    const Field& field = target.fields()[i];
    Value& out = projected->mutable_values()[i];
    const int index = source.field_index(field.name);
    if (index >= 0) {
      const auto from = static_cast<size_t>(index);
      auto value = project(arena, *source.fields()[from].schema, field_or_default(node, from), *field.schema);
      if (!value.ok()) {
        return value.error()
            .wrap(ErrorKind::kBadRecord, "Error projecting " + field.name)
            .as_java(kProjectorException);
      }
      out = *value;
    } else if (field.schema->has_default()) {
      out = field.schema->default_value();
    } else if (!field.schema->optional()) {
      return mismatch("Required field `" + field.name +
                      "` is missing from source schema: " + schema_text(source));
    }
  }
  return Value::structure(projected);
}

Result<Value> project_array(Arena& arena, const Schema& source, const Value& value, const Schema& target) {
  const auto items = value.as_array();
  auto* projected = arena.array<Value>(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    SLUICE_ASSIGN_OR_RETURN(projected[i],
                            project(arena, *source.value_schema(), items[i], *target.value_schema()));
  }
  return Value::array({projected, items.size()});
}

Result<Value> project_map(Arena& arena, const Schema& source, const Value& value, const Schema& target) {
  const auto entries = value.as_map();
  auto* projected = arena.array<MapEntry>(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    SLUICE_ASSIGN_OR_RETURN(projected[i].key,
                            project(arena, *source.key_schema(), entries[i].key, *target.key_schema()));
    SLUICE_ASSIGN_OR_RETURN(projected[i].value,
                            project(arena, *source.value_schema(), entries[i].value, *target.value_schema()));
  }
  return Value::map({projected, entries.size()});
}

Result<Value> project_present(Arena& arena, const Schema& source, const Value& value, const Schema& target) {
  SLUICE_RETURN_IF_ERROR(check_same_kind(source, target));
  if (value.is_null()) return value;
  switch (target.type()) {
    case Type::kStruct:
      return project_struct(arena, source, value.as_struct(), target);
    case Type::kArray:
      return project_array(arena, source, value, target);
    case Type::kMap:
      return project_map(arena, source, value, target);
    default:
      return source.type() == target.type() ? value : widen(value, target.type());
  }
}

}  // namespace

Result<Value> project(Arena& arena, const Schema& source, const Value& value, const Schema& target) {
  if (source.optional() && !target.optional()) {
    if (!target.has_default()) {
      return mismatch("Writer schema is optional, however, target schema does not provide a default value.");
    }
    if (value.is_null()) return target.default_value();
  }
  return project_present(arena, source, value, target);
}

}  // namespace sluice::sdk
