#include "formats/avro/connect_default.h"

#include <string>
#include <vector>

#include "formats/avro/defaults.h"
#include "sdk/data/map_builder.h"
#include "sdk/data/values.h"

namespace sluice::avro {
namespace {

using sdk::Value;

constexpr int64_t kDayMs = 86'400'000;

std::optional<Value> from_integer(const sdk::Schema& connect, int64_t number) {
  switch (connect.value_kind()) {
    case sdk::Kind::kInt8:
      return Value::int8(static_cast<int8_t>(number));
    case sdk::Kind::kInt16:
      return Value::int16(static_cast<int16_t>(number));
    case sdk::Kind::kInt32:
      return Value::int32(static_cast<int32_t>(number));
    case sdk::Kind::kInt64:
      return Value::int64(number);
    case sdk::Kind::kDate:
      return Value::date(static_cast<int32_t>(number));
    case sdk::Kind::kTime:
      if (number < 0 || number > kDayMs) return std::nullopt;
      return Value::time(static_cast<int32_t>(number));
    case sdk::Kind::kTimestamp:
      return Value::timestamp(number);
    default:
      return std::nullopt;
  }
}

std::optional<Value> from_text(const sdk::Schema& connect, const std::string& text, sdk::Arena& arena) {
  if (connect.type() == sdk::Type::kString) return Value::string(arena.copy(text));
  if (connect.type() != sdk::Type::kBytes) return std::nullopt;
  const BytesView bytes = arena.copy(bytes_of_json_text(text));
  if (connect.logical() != sdk::Logical::kDecimal) return Value::bytes(bytes);
  if (bytes.empty()) return std::nullopt;
  return Value::decimal(bytes, connect.decimal_scale());
}

/// With null for a null, which elements of arrays and maps may be.
std::optional<Value> element_of(const sdk::Schema& connect, const Schema& schema, const Json& json,
                                sdk::Arena& arena) {
  if (json.is_null()) return connect.optional() ? std::optional(Value::null()) : std::nullopt;
  return connect_default(connect, schema, json, arena);
}

std::optional<Value> from_array(const sdk::Schema& connect, const Schema& schema, const Json& json,
                                sdk::Arena& arena) {
  if (connect.type() != sdk::Type::kArray) return std::nullopt;
  auto* items = arena.array<Value>(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    const auto item = element_of(*connect.value_schema(), schema.element(), json[i], arena);
    if (!item) return std::nullopt;
    items[i] = *item;
  }
  return Value::array({items, json.size()});
}

std::optional<Value> struct_of(const sdk::Schema& connect, const Schema& schema, const Json& json,
                               sdk::Arena& arena) {
  if (schema.type != Type::kRecord) return std::nullopt;
  const auto count = static_cast<uint32_t>(connect.fields().size());
  sdk::StructNode* node = sdk::new_struct(arena, connect);
  for (uint32_t i = 0; i < count; ++i) {
    const sdk::Field& field = connect.fields()[i];
    const Field* avro = schema.field(field.name);
    const auto found = json.find(field.name);
    if (avro == nullptr || (found == json.end() && !avro->default_value)) return std::nullopt;
    const auto value =
        element_of(*field.schema, *avro->schema, found == json.end() ? *avro->default_value : *found, arena);
    if (!value) return std::nullopt;
    node->mutable_values()[i] = *value;
  }
  return Value::structure(node);
}

std::optional<Value> from_object(const sdk::Schema& connect, const Schema& schema, const Json& json,
                                 sdk::Arena& arena) {
  if (connect.type() == sdk::Type::kStruct) return struct_of(connect, schema, json, arena);
  if (connect.type() != sdk::Type::kMap) return std::nullopt;
  sdk::MapBuilder map;
  for (const auto& [key, item] : json.items()) {
    const auto value = element_of(*connect.value_schema(), schema.element(), item, arena);
    if (!value) return std::nullopt;
    map.put({Value::string(arena.copy(key)), *value});
  }
  return map.build(arena);
}

const Schema& branch_for(const Schema& schema, const Json& json) {
  if (schema.type != Type::kUnion) return schema;
  for (const Schema* branch : schema.branches) {
    if (branch->type != Type::kNull || json.is_null()) return *branch;
  }
  return schema;
}

Json default_of_map(const sdk::Schema& schema, const Value& value, const ConnectOptions& options) {
  const sdk::Schema& keys = *schema.key_schema();
  const bool is_object =
      keys.type() == sdk::Type::kString && (!keys.optional() || options.allow_optional_map_keys);
  Json result = is_object ? Json::object() : Json::array();
  for (const sdk::MapEntry& entry : value.as_map()) {
    Json item = avro_default(*schema.value_schema(), entry.value, options);
    if (is_object) {
      result[std::string(entry.key.as_string())] = std::move(item);
    } else {
      result.push_back(Json::array({avro_default(keys, entry.key, options), std::move(item)}));
    }
  }
  return result;
}

Json default_of_struct(const sdk::Schema& schema, const Value& value, const ConnectOptions& options) {
  const bool is_union = schema.name() == kUnion || schema.parameter(kGeneralUnion) != nullptr;
  Json result = Json::object();
  for (size_t i = 0; i < schema.fields().size(); ++i) {
    const sdk::Field& field = schema.fields()[i];
    Value item = value.as_struct().values()[i];
    if (item.is_null()) item = field.schema->default_value();
    Json json = avro_default(*field.schema, item, options);
    if (is_union && !json.is_null()) return json;
    result[options.scrub_invalid_names ? scrubbed(field.name) : field.name] = std::move(json);
  }
  return result;
}

}  // namespace

std::optional<Value> connect_default(const sdk::Schema& connect, const Schema& schema, const Json& json,
                                     sdk::Arena& arena) {
  const Schema& avro = branch_for(schema, json);
  if (json.is_number_integer() && connect.type() <= sdk::Type::kInt64)
    return from_integer(connect, json.get<int64_t>());
  if (connect.type() == sdk::Type::kFloat32 || connect.type() == sdk::Type::kFloat64) {
    const auto number = floating_default(json);
    if (!number) return std::nullopt;
    const bool is_float = connect.type() == sdk::Type::kFloat32;
    return is_float ? Value::float32(static_cast<float>(*number)) : Value::float64(*number);
  }
  if (json.is_boolean() && connect.type() == sdk::Type::kBoolean) return Value::boolean(json.get<bool>());
  if (json.is_string()) return from_text(connect, json.get_ref<const std::string&>(), arena);
  if (json.is_array()) return from_array(connect, avro, json, arena);
  if (json.is_object()) return from_object(connect, avro, json, arena);
  return std::nullopt;
}

Json avro_default(const sdk::Schema& schema, const Value& value, const ConnectOptions& options) {
  if (value.is_null()) return nullptr;
  switch (schema.type()) {
    case sdk::Type::kInt8:
    case sdk::Type::kInt16:
    case sdk::Type::kInt32:
    case sdk::Type::kInt64:
      return value.as_integer();
    case sdk::Type::kFloat32:
      return floating_default(value.as_float32());
    case sdk::Type::kFloat64:
      return floating_default(value.as_float64());
    case sdk::Type::kBoolean:
      return value.as_boolean();
    case sdk::Type::kString:
      return std::string(value.as_string());
    case sdk::Type::kBytes:
      return json_text_of_bytes(value.as_bytes());
    case sdk::Type::kArray: {
      Json result = Json::array();
      for (const Value& item : value.as_array())
        result.push_back(avro_default(*schema.value_schema(), item, options));
      return result;
    }
    case sdk::Type::kMap:
      return default_of_map(schema, value, options);
    case sdk::Type::kStruct:
      return default_of_struct(schema, value, options);
  }
  return nullptr;
}

}  // namespace sluice::avro
