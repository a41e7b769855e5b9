#include "formats/json_schema/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "formats/json/json_base64.h"
#include "formats/json/json_node_type.h"
#include "formats/json/json_number.h"
#include "formats/json_schema/branch_match.h"
#include "formats/json_schema/json_tree.h"
#include "sdk/data/map_builder.h"
#include "sdk/data/values.h"

namespace sluice::json_schema {
namespace {

using json::json_low_bits;
using sdk::Kind;
using sdk::Logical;
using sdk::MapEntry;
using sdk::Schema;
using sdk::Type;
using sdk::Value;
using Shape = DecodeNode::Shape;

constexpr int64_t kDayMs = 86'400'000;
/// Two characters can stand for a struct of ten thousand fields.
constexpr size_t kStructBytesMax = 256 << 20;

Error found(std::string_view what, const Value& node) {
  return bad_record(fmt::format("{}{}", what, json::json_node_type(node)));
}

/// Numbers, and the texts that JSON has for those it has no number for.
double float64_of(const Value& node) {
  if (!is_string(node)) return json::json_float64(node);
  const std::string_view text = node.as_string();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  return text == "-Infinity" ? -std::numeric_limits<double>::infinity() : 0;
}

class Planner {
 public:
  Planner(DecodePlan& plan, const ConnectOptions& options) : plan_(plan), options_(options) {}

  const DecodeNode* add(const Schema& schema) {
    DecodeNode& node = plan_.nodes.emplace_back();
    node.schema = &schema;
    node.null_stays = !schema.has_default() || (options_.ignore_default_for_nullables && schema.optional());
    switch (schema.type()) {
      case Type::kArray:
        node.shape = Shape::kArray;
        node.children.push_back(add(*schema.value_schema()));
        break;
      case Type::kMap:
        add_map(node, schema);
        break;
      case Type::kStruct:
        add_struct(node, schema);
        break;
      default:
        break;
    }
    return &node;
  }

 private:
  void add_map(DecodeNode& node, const Schema& schema) {
    const bool object = has_object_form(schema);
    node.shape = object ? Shape::kObjectMap : Shape::kEntriesMap;
    node.children.push_back(object ? nullptr : add(*schema.key_schema()));
    node.children.push_back(add(*schema.value_schema()));
  }

  void add_struct(DecodeNode& node, const Schema& schema) {
    node.shape = is_union(schema) ? Shape::kUnion : Shape::kStruct;
    node.first_guess = plan_.guesses;
    plan_.guesses += schema.fields().size();
    for (const sdk::Field& field : schema.fields()) {
      node.children.push_back(add(*field.schema));
      node.names.push_back(field.name);
    }
  }

  DecodePlan& plan_;
  const ConnectOptions& options_;
};

}  // namespace

DecodePlanPtr plan_decoding(sdk::SchemaPtr connect, const ConnectOptions& options) {
  auto plan = std::make_shared<DecodePlan>();
  plan->connect = std::move(connect);
  Planner(*plan, options).add(*plan->connect);
  return plan;
}

Decoder::Decoder(DecodePlanPtr plan) : plan_(std::move(plan)), guesses_(plan_->guesses) {
  for (const DecodeNode& node : plan_->nodes) {
    for (size_t i = 0; i < node.names.size(); ++i) guesses_[node.first_guess + i] = static_cast<uint32_t>(i);
  }
}

Status Decoder::decode(const Value& tree, sdk::Arena& arena, Value& out) {
  arena_ = &arena;
  struct_bytes_ = 0;
  place_.clear();
  Status read_all = read(plan_->root(), tree, out);
  if (read_all.ok() || place_.empty()) return read_all;
  return bad_record(fmt::format("{} at #{}", read_all.error().message(), place_));
}

Status Decoder::at(std::string_view step, Status status) {
  if (!status.ok()) place_ = fmt::format("/{}{}", step, place_);
  return status;
}

Status Decoder::at(size_t index, Status status) {
  return status.ok() ? std::move(status) : at(std::to_string(index), std::move(status));
}

Status Decoder::read(const DecodeNode& node, const Value& tree, Value& out) {
  if (tree.is_null()) {
    out = node.null_stays ? Value::null() : node.schema->default_value();
    if (!out.is_null() || node.schema->optional()) return {};
    return bad_record(
        fmt::format("Invalid null value for required {} field", type_name(node.schema->type())));
  }
  switch (node.shape) {
    case Shape::kScalar:
      return read_scalar(node, tree, out);
    case Shape::kArray:
      return read_array(node, tree, out);
    case Shape::kObjectMap:
      return read_object_map(node, tree, out);
    case Shape::kEntriesMap:
      return read_entries_map(node, tree, out);
    case Shape::kStruct:
      return read_struct(node, tree, out);
    case Shape::kUnion:
      return read_union(node, tree, out);
  }
  return {};
}

Status Decoder::read_scalar(const DecodeNode& node, const Value& tree, Value& out) {
  if (node.schema->logical() != Logical::kNone) return read_logical(*node.schema, tree, out);
  switch (node.schema->type()) {
    case Type::kInt8:
      out = Value::int8(static_cast<int8_t>(json_low_bits(tree)));
      break;
    case Type::kInt16:
      out = Value::int16(static_cast<int16_t>(json_low_bits(tree)));
      break;
    case Type::kInt32:
      out = Value::int32(static_cast<int32_t>(json_low_bits(tree)));
      break;
    case Type::kInt64:
      out = Value::int64(json_low_bits(tree));
      break;
    case Type::kFloat32:
      out = Value::float32(is_string(tree) ? static_cast<float>(float64_of(tree)) : json::json_float32(tree));
      break;
    case Type::kFloat64:
      out = Value::float64(float64_of(tree));
      break;
    case Type::kBoolean:
      out = Value::boolean(is_boolean(tree) && tree.as_boolean());
      break;
    case Type::kBytes:
      return read_bytes(tree, out);
    default:
      return read_string(*node.schema, tree, out);
  }
  return {};
}

Status Decoder::read_string(const Schema& schema, const Value& tree, Value& out) {
  if (is_string(tree)) [[likely]] {
    out = tree;
    return {};
  }
  // The symbols of an enum need not be strings in JSON.
  if (is_array(tree) || is_object(tree) || !is_enum(schema))
    return found("Invalid type for STRING field, underlying representation should be string but was ", tree);
  out = Value::string(arena_->copy(short_text(tree)));
  return {};
}

Status Decoder::read_bytes(const Value& tree, Value& out) {
  const auto bytes = is_string(tree) ? json::decode_json_base64(*arena_, tree.as_string()) : std::nullopt;
  if (!bytes) return bad_record("Invalid bytes field");
  out = Value::bytes(*bytes);
  return {};
}

Status Decoder::read_logical(const Schema& schema, const Value& tree, Value& out) {
  const bool is_int =
      tree.kind() == Kind::kInt64 && tree.as_integer() == static_cast<int32_t>(tree.as_integer());
  switch (schema.logical()) {
    case Logical::kDecimal:
      return read_decimal(schema, tree, out);
    case Logical::kDate:
      if (!is_int)
        return found("Invalid type for Date, underlying representation should be integer but was ", tree);
      out = Value::date(static_cast<int32_t>(tree.as_integer()));
      return {};
    case Logical::kTime:
      if (!is_int)
        return found("Invalid type for Time, underlying representation should be integer but was ", tree);
      if (tree.as_integer() < 0 || tree.as_integer() > kDayMs)
        return bad_record(
            "Time values must use number of milliseconds greater than 0 and less than 86400000");
      out = Value::time(static_cast<int32_t>(tree.as_integer()));
      return {};
    default:
      if (!json::is_json_integer(tree))
        return found("Invalid type for Timestamp, underlying representation should be integral but was ",
                     tree);
      out = Value::timestamp(json_low_bits(tree));
      return {};
  }
}

Status Decoder::read_decimal(const Schema& schema, const Value& tree, Value& out) {
  if (tree.kind() == Kind::kInt64) {
    out = Value::decimal(sdk::unscaled_of(*arena_, tree.as_integer()), 0);
  } else if (tree.kind() == Kind::kBytes) {
    SLUICE_ASSIGN_OR_RETURN(out, sdk::parse_decimal(*arena_, tree.as_bytes()));
  } else if (!is_string(tree)) {
    return found("Invalid type for Decimal, underlying representation should be numeric or bytes but was ",
                 tree);
  } else {
    const auto bytes = json::decode_json_base64(*arena_, tree.as_string());
    if (!bytes || bytes->empty() || schema.parameter(sdk::kScaleParameter) == nullptr)
      return bad_record("Invalid bytes for Decimal field");
    out = Value::decimal(sdk::minimal_unscaled(*bytes), schema.decimal_scale());
  }
  return {};
}

Status Decoder::read_array(const DecodeNode& node, const Value& tree, Value& out) {
  if (!is_array(tree)) return found("Arrays should be encoded as JSON arrays, but found ", tree);
  const auto items = tree.as_array();
  auto* values = arena_->array<Value>(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    Status status = read(*node.children[0], items[i], values[i]);
    if (!status.ok()) [[unlikely]]
      return at(i, std::move(status));
  }
  out = Value::array({values, items.size()});
  return {};
}

Status Decoder::read_object_map(const DecodeNode& node, const Value& tree, Value& out) {
  if (!is_object(tree))
    return found("Maps with string fields should be encoded as JSON objects, but found ", tree);
  const auto members = tree.as_map();
  auto* entries = arena_->array<MapEntry>(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    entries[i].key = members[i].key;
    Status status = read(*node.children[1], members[i].value, entries[i].value);
    if (!status.ok()) [[unlikely]]
      return at(members[i].key.as_string(), std::move(status));
  }
  out = Value::map({entries, members.size()});
  return {};
}

Status Decoder::read_entries_map(const DecodeNode& node, const Value& tree, Value& out) {
  if (!is_array(tree))
    return found("Maps with non-string fields should be encoded as JSON array of objects, but found ", tree);
  sdk::MapBuilder entries;
  for (size_t i = 0; i < tree.as_array().size(); ++i) {
    const Value& pair = tree.as_array()[i];
    if (!is_object(pair)) return at(i, found("Found invalid map entry instead of object: ", pair));
    if (pair.as_map().size() != 2)
      return at(i, bad_record(fmt::format("Found invalid map entry, expected length 2 but found :{}",
                                          pair.as_map().size())));
    const Value* key = member(pair, kKeyField);
    const Value* value = member(pair, kValueField);
    if (key == nullptr || value == nullptr)
      return at(i, bad_record("Found invalid map entry, expected the members key and value"));
    MapEntry entry;
    SLUICE_RETURN_IF_ERROR(at(i, read(*node.children[0], *key, entry.key)));
    SLUICE_RETURN_IF_ERROR(at(i, read(*node.children[1], *value, entry.value)));
    entries.put(entry);
  }
  out = entries.build(*arena_);
  return {};
}

const Value* Decoder::find_member(const DecodeNode& node, size_t field, const Value& tree) {
  const auto members = tree.as_map();
  const std::string_view name = node.names[field];
  uint32_t& guess = guesses_[node.first_guess + field];
  if (guess < members.size() && members[guess].key.as_string() == name) [[likely]]
    return &members[guess].value;
  for (size_t i = 0; i < members.size(); ++i) {
    if (members[i].key.as_string() != name) continue;
    guess = static_cast<uint32_t>(i);
    return &members[i].value;
  }
  return nullptr;
}

Status Decoder::read_struct(const DecodeNode& node, const Value& tree, Value& out) {
  if (!is_object(tree)) return found("Structs should be encoded as JSON objects, but found ", tree);
  struct_bytes_ += sizeof(sdk::StructNode) + node.names.size() * sizeof(Value);
  if (struct_bytes_ > kStructBytesMax) return bad_record("The record's structs take more than 256 MB");
  sdk::StructNode* result = sdk::new_struct(*arena_, *node.schema);
  const auto values = result->mutable_values();
  for (size_t i = 0; i < values.size(); ++i) {
    const Value* value = find_member(node, i, tree);
    if (value == nullptr) {  // no error even where the field is required, as in Java
      if (!node.children[i]->null_stays) values[i] = node.children[i]->schema->default_value();
      continue;
    }
    Status status = read(*node.children[i], *value, values[i]);
    if (!status.ok()) [[unlikely]]
      return at(node.names[i], std::move(status));
  }
  out = Value::structure(result);
  return {};
}

Status Decoder::read_union(const DecodeNode& node, const Value& tree, Value& out) {
  const int branch = matching_branch(*node.schema, tree);
  if (branch < 0)
    return bad_record(fmt::format("Did not find matching oneof field for data: {}", short_text(tree)));
  sdk::StructNode* result = sdk::new_struct(*arena_, *node.schema);
  const auto index = static_cast<size_t>(branch);
  SLUICE_RETURN_IF_ERROR(read(*node.children[index], tree, result->mutable_values()[index]));
  out = Value::structure(result);
  return {};
}

}  // namespace sluice::json_schema
