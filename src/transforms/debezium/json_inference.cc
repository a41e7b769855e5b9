#include "transforms/debezium/json_inference.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::transforms::debezium {
namespace {

using nlohmann::ordered_json;
using Name = std::optional<std::string>;

constexpr size_t kRecentMax = 64;
constexpr int kDepthMax = 200;

Error too_deep() { return bad_record("The JSON is nested too deep"); }

bool is_int32(const ordered_json& number) {
  if (number.is_number_unsigned()) return number.get<uint64_t>() <= std::numeric_limits<int32_t>::max();
  return number.is_number_integer() && number.get<int64_t>() >= std::numeric_limits<int32_t>::min() &&
         number.get<int64_t>() <= std::numeric_limits<int32_t>::max();
}

bool is_int64(const ordered_json& number) {
  if (!number.is_number_unsigned()) return number.is_number_integer();
  return number.get<uint64_t>() <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
}

/// Kinds as Jackson tells them apart.
bool same_kind(const ordered_json& left, const ordered_json& right) {
  return left.is_number() ? right.is_number() : left.type() == right.type();
}

class SchemaInference {
 public:
  explicit SchemaInference(bool keep_nulls) : keep_nulls_(keep_nulls) {}

  /// Null if nothing can be said: for nulls that are left out, and for empty arrays.
  Result<sdk::SchemaPtr> schema_of(const Name& name, const ordered_json& node, int depth) const {
    if (depth > kDepthMax) return too_deep();
    switch (node.type()) {
      case ordered_json::value_t::string:
        return sdk::Schema::optional_string();
      case ordered_json::value_t::boolean:
        return sdk::Schema::optional_boolean();
      case ordered_json::value_t::array:
        return array_schema(name, node, depth);
      case ordered_json::value_t::object:
        return struct_schema(name, node, depth);
      case ordered_json::value_t::null:
        return keep_nulls_ ? sdk::Schema::optional_bytes() : sdk::SchemaPtr();
      default:
        if (is_int32(node)) return sdk::Schema::optional_int32();
        return is_int64(node) ? sdk::Schema::optional_int64() : sdk::Schema::optional_float64();
    }
  }

 private:
  Result<sdk::SchemaPtr> struct_schema(const Name& name, const ordered_json& node, int depth) const {
    sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
    builder.optional();
    if (name) builder.name(*name);
    for (const auto& [key, member] : node.items()) {
      const bool nameless = !name || name->find_first_not_of(" \t\r\n") == std::string::npos;
      SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema,
                              schema_of(nameless ? key : *name + "." + key, member, depth + 1));
      if (schema != nullptr) builder.field(key, std::move(schema));
    }
    return builder.build();
  }

  Result<sdk::SchemaPtr> array_schema(const Name& name, const ordered_json& array, int depth) const {
    if (array.empty()) return sdk::SchemaPtr();
    SLUICE_ASSIGN_OR_RETURN(const ordered_json* sample, sample_of(array, depth));
    sdk::SchemaPtr element;
    if (sample->is_object()) {
      for (const ordered_json& item : array) {
        if (!item.is_object()) continue;
        SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr schema, schema_of(name, item, depth + 1));
        SLUICE_ASSIGN_OR_RETURN(element, merged(element, schema));
      }
    } else {
      SLUICE_ASSIGN_OR_RETURN(element, schema_of(std::nullopt, *sample, depth + 1));
      if (element == nullptr) return bad_record("Array '' has unrecognized member schema.");
    }
    return sdk::SchemaBuilder::array(element).optional().build();
  }

  /// The first element that is not null; all the others have to be like it.
  Result<const ordered_json*> sample_of(const ordered_json& array, int depth) const {
    const ordered_json* sample = nullptr;
    for (const ordered_json& item : array) {
      if (item.is_null()) continue;
      if (sample == nullptr) sample = &item;
      bool alike = same_kind(*sample, item);
      if (alike && item.is_number()) {
        SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr first, schema_of(std::nullopt, *sample, depth + 1));
        SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr other, schema_of(std::nullopt, item, depth + 1));
        alike = first == other;
      }
      if (!alike) {
        return bad_record("Field is not a homogenous array (" + sample->dump() + " x " + item.dump() + ").");
      }
    }
    return sample == nullptr ? &array[0] : sample;
  }

  /// The fields of both; bytes, which stand for a null, give way to anything else.
  static Result<sdk::SchemaPtr> merged(const sdk::SchemaPtr& left, const sdk::SchemaPtr& right) {
    if (left == nullptr || sdk::same_schema(left.get(), right.get())) return right;
    sdk::SchemaBuilder builder = sdk::copy_schema_basics(*left);  // required, as Debezium has it
    for (const sdk::Field& field : left->fields()) {
      const int other = right->field_index(field.name);
      const bool gives_way = field.schema->type() == sdk::Type::kBytes && other >= 0;
      builder.field(field.name,
                    gives_way ? right->fields()[static_cast<size_t>(other)].schema : field.schema);
    }
    for (const sdk::Field& field : right->fields()) {
      if (left->field_index(field.name) < 0) builder.field(field.name, field.schema);
    }
    return builder.build();
  }

  bool keep_nulls_;
};

Result<sdk::Value> value_of(const ordered_json& node, const sdk::Schema& schema, sdk::Arena& arena);

Result<sdk::Value> struct_of(const ordered_json& node, const sdk::Schema& schema, sdk::Arena& arena) {
  sdk::StructNode* to = sdk::new_struct(arena, schema);
  for (size_t i = 0; i < schema.fields().size(); ++i) {
    const sdk::Field& field = schema.fields()[i];
    const auto member = node.find(field.name);
    if (member == node.end()) continue;
    SLUICE_ASSIGN_OR_RETURN(to->mutable_values()[i], value_of(*member, *field.schema, arena));
  }
  return sdk::Value::structure(to);
}

Error does_not_fit(const ordered_json& node, const sdk::Schema& schema) {
  return bad_record(node.dump() + " is no " + std::string(sdk::type_name(schema.type())) +
                    ", which the values beside it are");
}

Result<sdk::Value> number_of(const ordered_json& node, const sdk::Schema& schema) {
  if (schema.type() == sdk::Type::kInt32 && is_int32(node)) return sdk::Value::int32(node.get<int32_t>());
  if (schema.type() == sdk::Type::kInt64 && is_int64(node) && !is_int32(node)) {
    return sdk::Value::int64(node.get<int64_t>());
  }
  if (schema.type() == sdk::Type::kFloat64 && node.is_number_float()) {
    return sdk::Value::float64(node.get<double>());
  }
  return does_not_fit(node, schema);
}

Result<sdk::Value> array_of(const ordered_json& node, const sdk::Schema& schema, sdk::Arena& arena) {
  auto* items = arena.array<sdk::Value>(node.size());
  for (size_t i = 0; i < node.size(); ++i) {
    if (node[i].is_null() && !schema.value_schema()->optional()) return does_not_fit(node[i], schema);
    SLUICE_ASSIGN_OR_RETURN(items[i], value_of(node[i], *schema.value_schema(), arena));
  }
  return sdk::Value::array({items, node.size()});
}

Result<sdk::Value> value_of(const ordered_json& node, const sdk::Schema& schema, sdk::Arena& arena) {
  const sdk::Type type = schema.type();
  switch (node.type()) {
    case ordered_json::value_t::null:
      return sdk::Value();
    case ordered_json::value_t::string:
      if (type != sdk::Type::kString) break;
      return sdk::Value::string(arena.copy(node.get_ref<const std::string&>()));
    case ordered_json::value_t::boolean:
      if (type != sdk::Type::kBoolean) break;
      return sdk::Value::boolean(node.get<bool>());
    case ordered_json::value_t::array:
      if (type != sdk::Type::kArray) break;
      return array_of(node, schema, arena);
    case ordered_json::value_t::object:
      if (type != sdk::Type::kStruct) break;
      return struct_of(node, schema, arena);
    default:
      return number_of(node, schema);
  }
  return does_not_fit(node, schema);
}

}  // namespace

Result<JsonInference::Read> JsonInference::read(std::string_view text, const std::optional<std::string>& name,
                                                sdk::Arena& arena) {
  const ordered_json document = ordered_json::parse(text, nullptr, false);
  if (!document.is_object()) return bad_record("The text is no JSON object");
  SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema, SchemaInference(keep_nulls_).schema_of(name, document, 0));
  const auto equal = [&](const sdk::SchemaPtr& recent) {
    return sdk::same_schema(recent.get(), schema.get());
  };
  const auto found = std::find_if(recent_.begin(), recent_.end(), equal);
  if (found != recent_.end()) {
    schema = *found;
  } else {
    if (recent_.size() >= kRecentMax) recent_.erase(recent_.begin());
    recent_.push_back(schema);
  }
  SLUICE_ASSIGN_OR_RETURN(const sdk::Value value, struct_of(document, *schema, arena));
  arena.keep(schema);
  return Read{schema.get(), value};
}

}  // namespace sluice::transforms::debezium
