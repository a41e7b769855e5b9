#include "converters/json_reader.h"

#include <string>
#include <vector>

#include "converters/decimal_scale.h"
#include "formats/json/json_base64.h"
#include "formats/json/json_node_type.h"
#include "formats/json/json_number.h"
#include "sdk/data/map_builder.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

using json::decode_json_base64;
using json::is_json_integer;
using json::json_float32;
using json::json_float64;
using json::json_low_bits;
using json::json_node_type;
using sdk::Kind;
using sdk::Logical;
using sdk::MapEntry;
using sdk::Schema;
using sdk::StructNode;
using sdk::Type;
using sdk::Value;

constexpr int64_t kDayMs = 86'400'000;

std::string found(std::string_view before, const Value& node) {
  return std::string(before).append(json_node_type(node));
}

}  // namespace

const Value* json_member(const Value& object, std::string_view name, size_t hint) {
  const auto entries = object.as_map();
  if (hint < entries.size() && entries[hint].key.as_string() == name) return &entries[hint].value;
  for (const MapEntry& entry : entries) {
    if (entry.key.as_string() == name) return &entry.value;
  }
  return nullptr;
}

Result<Value> JsonReader::read(const Schema* schema, const Value* node) {
  if (schema == nullptr) return node == nullptr ? Value::null() : read_schemaless(*node);
  if (node == nullptr || node->is_null()) return read_null(*schema);
  if (schema->logical() != Logical::kNone) return read_logical(*schema, *node);
  switch (schema->type()) {
    case Type::kInt8:
      return Value::int8(static_cast<int8_t>(json_low_bits(*node)));
    case Type::kInt16:
      return Value::int16(static_cast<int16_t>(json_low_bits(*node)));
    case Type::kInt32:
      return Value::int32(static_cast<int32_t>(json_low_bits(*node)));
    case Type::kInt64:
      return Value::int64(json_low_bits(*node));
    case Type::kFloat32:
      return Value::float32(json_float32(*node));
    case Type::kFloat64:
      return Value::float64(json_float64(*node));
    case Type::kBoolean:
      return Value::boolean(node->kind() == Kind::kBoolean && node->as_boolean());
    case Type::kString:
      if (node->kind() == Kind::kString) return *node;
      made_null_ = true;
      return Value::null();
    case Type::kBytes:
      return read_bytes(*node);
    case Type::kArray:
      return read_array(schema->value_schema().get(), *node);
    case Type::kMap:
      return read_map(*schema, *node);
    case Type::kStruct:
      break;
  }
  return read_struct(*schema, *node);
}

Result<Value> JsonReader::read_null(const Schema& schema) const {
  if (schema.has_default() && replace_null_with_default_) return schema.default_value();
  if (schema.optional()) return Value::null();
  return bad_record("Invalid null value for required " + std::string(type_name(schema.type())) + " field");
}

Result<Value> JsonReader::read_bytes(const Value& node) {
  if (node.kind() != Kind::kString) {
    made_null_ = true;
    return Value::null();
  }
  const auto bytes = decode_json_base64(arena_, node.as_string());
  if (!bytes) return bad_record("Invalid bytes field");
  return Value::bytes(*bytes);
}

Result<Value> JsonReader::read_array(const Schema* items, const Value& node) {
  // Jackson walks the members of an object too, and finds nothing in anything else.
  std::vector<const Value*> nodes;
  if (node.kind() == Kind::kArray) {
    for (const Value& item : node.as_array()) nodes.push_back(&item);
  } else if (node.kind() == Kind::kMap) {
    for (const MapEntry& entry : node.as_map()) nodes.push_back(&entry.value);
  }
  auto* values = arena_.array<Value>(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    SLUICE_ASSIGN_OR_RETURN(values[i], read(items, nodes[i]));
  }
  return Value::array({values, nodes.size()});
}

Result<Value> JsonReader::read_map(const Schema& schema, const Value& node) {
  if (schema.key_schema()->type() == Type::kString) return read_object_map(schema.value_schema().get(), node);
  return read_pairs_map(schema, node);
}

Result<Value> JsonReader::read_object_map(const Schema* values, const Value& node) {
  if (node.kind() != Kind::kMap) {
    return bad_record(found("Maps with string fields should be encoded as JSON objects, but found ", node));
  }
  const auto members = node.as_map();
  auto* entries = arena_.array<MapEntry>(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    entries[i].key = members[i].key;
    SLUICE_ASSIGN_OR_RETURN(entries[i].value, read(values, &members[i].value));
  }
  return Value::map({entries, members.size()});
}

Result<Value> JsonReader::read_pairs_map(const Schema& schema, const Value& node) {
  if (node.kind() != Kind::kArray) {
    return bad_record(
        found("Maps with non-string fields should be encoded as JSON array of tuples, but found ", node));
  }
  const auto pairs = node.as_array();
  sdk::MapBuilder entries;
  for (const Value& pair : pairs) {
    if (pair.kind() != Kind::kArray) {
      return bad_record(found("Found invalid map entry instead of array tuple: ", pair));
    }
    if (pair.as_array().size() != 2) {
      return bad_record("Found invalid map entry, expected length 2 but found :" +
                        std::to_string(pair.as_array().size()));
    }
    MapEntry entry;
    SLUICE_ASSIGN_OR_RETURN(entry.key, read(schema.key_schema().get(), &pair.as_array()[0]));
    SLUICE_ASSIGN_OR_RETURN(entry.value, read(schema.value_schema().get(), &pair.as_array()[1]));
    entries.put(entry);
  }
  return entries.build(arena_);
}

Result<Value> JsonReader::read_struct(const Schema& schema, const Value& node) {
  if (node.kind() != Kind::kMap) {
    return bad_record(found("Structs should be encoded as JSON objects, but found ", node));
  }
  StructNode* result = new_struct(arena_, schema);
  for (size_t i = 0; i < result->field_count; ++i) {
    const sdk::Field& field = schema.fields()[i];
    Value& value = result->mutable_values()[i];
    SLUICE_ASSIGN_OR_RETURN(value, read(field.schema.get(), json_member(node, field.name, i)));
    if (!made_null_) continue;
    made_null_ = false;
    if (auto valid = validate_field(field, value); !valid.ok()) return valid.error();
  }
  return Value::structure(result);
}

Result<Value> JsonReader::read_logical(const Schema& schema, const Value& node) {
  const auto wrong = [&](std::string_view type, std::string_view wanted) {
    std::string message("Invalid type for ");
    message.append(type).append(", underlying representation should be ").append(wanted).append(" but was ");
    return bad_record(message.append(json_node_type(node)));
  };
  const bool is_int =
      node.kind() == Kind::kInt64 && node.as_integer() == static_cast<int32_t>(node.as_integer());
  switch (schema.logical()) {
    case Logical::kDecimal:
      return read_decimal(schema, node);
    case Logical::kDate:
      if (!is_int) return wrong("Date", "integer");
      return Value::date(static_cast<int32_t>(node.as_integer()));
    case Logical::kTime:
      if (!is_int) return wrong("Time", "integer");
      if (node.as_integer() < 0 || node.as_integer() > kDayMs) {
        return bad_record(
            "Time values must use number of milliseconds greater than 0 and less than 86400000");
      }
      return Value::time(static_cast<int32_t>(node.as_integer()));
    default:
      if (!is_json_integer(node)) return wrong("Timestamp", "integral");
      return Value::timestamp(json_low_bits(node));
  }
}

Result<Value> JsonReader::read_decimal(const Schema& schema, const Value& node) {
  if (node.kind() == Kind::kInt64) return Value::decimal(sdk::unscaled_of(arena_, node.as_integer()), 0);
  if (node.kind() == Kind::kBytes) return sdk::parse_decimal(arena_, node.as_bytes());
  if (node.kind() != Kind::kString) {
    return bad_record(found(
        "Invalid type for Decimal, underlying representation should be numeric or bytes but was ", node));
  }
  const auto bytes = decode_json_base64(arena_, node.as_string());
  if (!bytes || bytes->empty() || !check_decimal_scale(schema).ok()) {
    return bad_record("Invalid bytes for Decimal field");
  }
  return Value::decimal(sdk::minimal_unscaled(*bytes), schema.decimal_scale());
}

Result<Value> JsonReader::read_schemaless(const Value& node) {
  switch (node.kind()) {
    case Kind::kBytes:
      return is_json_integer(node) ? Value::int64(json_low_bits(node)) : Value::float64(json_float64(node));
    case Kind::kArray:
      return read_array(nullptr, node);
    case Kind::kMap:
      return read_object_map(nullptr, node);
    default:
      return node;
  }
}

}  // namespace sluice::converters
