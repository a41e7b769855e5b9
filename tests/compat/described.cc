#include "described.h"

#include <bit>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/result.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value_convert.h"
#include "sdk/data/values.h"

namespace sluice::compat {

using nlohmann::ordered_json;
using sdk::Arena;
using sdk::Kind;
using sdk::MapEntry;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Type;
using sdk::Value;

namespace {

template <typename Bits>
std::string bits_text(Bits bits) {
  char text[20];
  std::snprintf(text, sizeof text, sizeof bits == 4 ? "%08lx" : "%016lx", static_cast<unsigned long>(bits));
  return text;
}

Value to_struct(const ordered_json& content, Arena& arena) {
  const SchemaPtr schema = to_schema(content.at("schema"), arena);
  sdk::StructNode* node = new_struct(arena, *schema);
  for (const auto& field : content.at("f")) {
    const int index = schema->field_index(field[0].get<std::string>());
    const Value value = to_value(field[1], arena);
    if (value.is_null()) continue;
    auto valid = validate_field(schema->fields()[static_cast<size_t>(index)], value);
    if (!valid.ok()) throw valid.error();
    node->mutable_values()[static_cast<size_t>(index)] = value;
  }
  return Value::structure(node);
}

}  // namespace

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(BytesView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    hex.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return hex;
}

SchemaPtr to_schema(const ordered_json& node, Arena& arena) {
  if (node.is_null()) return nullptr;
  static const std::map<std::string, Type> kTypes = {
      {"INT8", Type::kInt8},     {"INT16", Type::kInt16},     {"INT32", Type::kInt32},
      {"INT64", Type::kInt64},   {"FLOAT32", Type::kFloat32}, {"FLOAT64", Type::kFloat64},
      {"STRING", Type::kString}, {"BYTES", Type::kBytes},     {"BOOLEAN", Type::kBoolean},
      {"ARRAY", Type::kArray},   {"MAP", Type::kMap},         {"STRUCT", Type::kStruct}};
  const Type type = kTypes.at(node.at("t").get<std::string>());
  SchemaBuilder builder = type == Type::kArray ? SchemaBuilder::array(to_schema(node.at("v"), arena))
                          : type == Type::kMap ? SchemaBuilder::map(to_schema(node.at("k"), arena),
                                                                    to_schema(node.at("v"), arena))
                                               : SchemaBuilder(type);
  if (node.value("opt", false)) builder.optional();
  if (node.contains("name")) builder.name(node["name"].get<std::string>());
  if (node.contains("ver")) builder.version(node["ver"].get<int>());
  if (node.contains("doc")) builder.doc(node["doc"].get<std::string>());
  if (node.contains("params")) {
    for (const auto& [key, value] : node["params"].items()) builder.parameter(key, value.get<std::string>());
  }
  if (node.contains("fields")) {
    for (const auto& field : node["fields"])
      builder.field(field[0].get<std::string>(), to_schema(field[1], arena));
  }
  if (node.contains("def")) builder.default_value(to_value(node["def"], arena));
  auto built = builder.build();
  if (!built.ok()) throw built.error();
  arena.keep(*built);
  return *built;
}

Value to_value(const ordered_json& node, Arena& arena) {
  if (node.is_null()) return {};
  const std::string kind = node.begin().key();
  const ordered_json& content = node.begin().value();
  const auto number = [&] { return std::stoll(content.get<std::string>()); };
  const auto bits = [&] { return std::stoull(content.get<std::string>(), nullptr, 16); };
  if (kind == "b") return Value::boolean(content.get<bool>());
  if (kind == "i8") return Value::int8(static_cast<int8_t>(number()));
  if (kind == "i16") return Value::int16(static_cast<int16_t>(number()));
  if (kind == "i32") return Value::int32(static_cast<int32_t>(number()));
  if (kind == "i64") return Value::int64(number());
  if (kind == "f32") return Value::float32(std::bit_cast<float>(static_cast<uint32_t>(bits())));
  if (kind == "f64") return Value::float64(std::bit_cast<double>(static_cast<uint64_t>(bits())));
  if (kind == "s") return Value::string(arena.copy(content.get<std::string>()));
  if (kind == "x") return Value::bytes(arena.copy(from_hex(content.get<std::string>())));
  if (kind == "date") return Value::date(static_cast<int32_t>(number()));
  if (kind == "time") return Value::time(static_cast<int32_t>(number()));
  if (kind == "ts") return Value::timestamp(number());
  if (kind == "st") return to_struct(content, arena);
  if (kind == "d") {
    const Value whole = *sdk::parse_decimal(arena, content[0].get<std::string>());
    return Value::decimal(whole.as_bytes(), content[1].get<int>());
  }
  if (kind == "a") {
    auto* items = arena.array<Value>(content.size());
    for (size_t i = 0; i < content.size(); ++i) items[i] = to_value(content[i], arena);
    return Value::array({items, content.size()});
  }
  auto* entries = arena.array<MapEntry>(content.size());
  for (size_t i = 0; i < content.size(); ++i) {
    entries[i] = {to_value(content[i][0], arena), to_value(content[i][1], arena)};
  }
  return Value::map({entries, content.size()});
}

// Data to descriptions.

ordered_json describe(const Value& value) {
  const auto text = [&] { return std::to_string(value.as_integer()); };
  switch (value.kind()) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBoolean:
      return {{"b", value.as_boolean()}};
    case Kind::kInt8:
      return {{"i8", text()}};
    case Kind::kInt16:
      return {{"i16", text()}};
    case Kind::kInt32:
      return {{"i32", text()}};
    case Kind::kInt64:
      return {{"i64", text()}};
    case Kind::kFloat32:
      return {{"f32", std::isnan(value.as_float32())
                          ? "7fc00000"
                          : bits_text(std::bit_cast<uint32_t>(value.as_float32()))}};
    case Kind::kFloat64:
      return {{"f64", std::isnan(value.as_float64())
                          ? "7ff8000000000000"
                          : bits_text(std::bit_cast<uint64_t>(value.as_float64()))}};
    case Kind::kString:
      return {{"s", value.as_string()}};
    case Kind::kBytes:
      return {{"x", to_hex(value.as_bytes())}};
    case Kind::kDate:
      return {{"date", text()}};
    case Kind::kTime:
      return {{"time", text()}};
    case Kind::kTimestamp:
      return {{"ts", text()}};
    case Kind::kDecimal: {
      std::string digits;
      sdk::append_decimal_text(digits, value.as_bytes(), 0);
      return {{"d", ordered_json::array({digits, value.decimal_scale()})}};
    }
    case Kind::kArray: {
      ordered_json items = ordered_json::array();
      for (const Value& item : value.as_array()) items.push_back(describe(item));
      return {{"a", items}};
    }
    case Kind::kMap: {
      ordered_json entries = ordered_json::array();
      for (const MapEntry& entry : value.as_map()) {
        entries.push_back(ordered_json::array({describe(entry.key), describe(entry.value)}));
      }
      return {{"m", entries}};
    }
    case Kind::kStruct:
      break;
  }
  ordered_json fields = ordered_json::array();
  const sdk::StructNode& node = value.as_struct();
  for (size_t i = 0; i < node.field_count; ++i) {
    fields.push_back(ordered_json::array({node.schema->fields()[i].name, describe(node.values()[i])}));
  }
  return {{"st", fields}};
}

ordered_json describe_schema(const Schema* schema) {
  if (schema == nullptr) return nullptr;
  ordered_json node;
  node["t"] = type_name(schema->type());
  if (schema->optional()) node["opt"] = true;
  if (schema->name()) node["name"] = *schema->name();
  if (schema->version()) node["ver"] = *schema->version();
  if (schema->doc()) node["doc"] = *schema->doc();
  for (const auto& [key, value] : schema->parameters()) node["params"][key] = value;
  if (schema->has_default()) node["def"] = describe(schema->default_value());
  if (schema->type() == Type::kMap) node["k"] = describe_schema(schema->key_schema().get());
  if (schema->type() == Type::kMap || schema->type() == Type::kArray) {
    node["v"] = describe_schema(schema->value_schema().get());
  }
  if (schema->type() == Type::kStruct) {
    node["fields"] = ordered_json::array();
    for (const sdk::Field& field : schema->fields()) {
      node["fields"].push_back(ordered_json::array({field.name, describe_schema(field.schema.get())}));
    }
  }
  return node;
}

}  // namespace sluice::compat
