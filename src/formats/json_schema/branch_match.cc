#include "formats/json_schema/branch_match.h"

#include "formats/json/json_number.h"
#include "formats/json_schema/connect_names.h"
#include "formats/json_schema/json_tree.h"

namespace sluice::json_schema {
namespace {

using sdk::Schema;
using sdk::Type;
using sdk::Value;

bool is_simple_match(const Schema& schema, const Value& tree) {
  switch (schema.type()) {
    case Type::kInt8:
    case Type::kInt16:
    case Type::kInt32:
    case Type::kInt64:
      return json::is_json_integer(tree);
    case Type::kFloat32:
    case Type::kFloat64:
      return json::is_json_number(tree);
    case Type::kBoolean:
      return is_boolean(tree);
    case Type::kString:
      return is_string(tree);
    case Type::kBytes:
      return schema.logical() == sdk::Logical::kDecimal && json::is_json_number(tree);
    case Type::kArray:
      return is_array(tree);
    case Type::kMap:
      return has_object_form(schema) ? is_object(tree) : is_array(tree);
    case Type::kStruct:
      return is_union(schema) && matching_branch(schema, tree) >= 0;
  }
  return false;
}

/// How many of the value's members the struct knows; -1: it is none.
int known_members(const Schema& schema, const Value& tree) {
  if (schema.type() != Type::kStruct || is_union(schema) || !is_object(tree)) return -1;
  int known = 0;
  for (const sdk::MapEntry& entry : tree.as_map()) known += schema.field_index(entry.key.as_string()) >= 0;
  return known;
}

}  // namespace

bool is_union(const Schema& schema) {
  return schema.type() == Type::kStruct &&
         (schema.name() == kOneOf || schema.parameter(kGeneralUnion) != nullptr);
}

bool is_enum(const Schema& schema) {
  return schema.type() == Type::kString &&
         (schema.parameter(kEnum) != nullptr || schema.parameter(kGeneralEnum) != nullptr);
}

bool has_object_form(const Schema& map) {
  return map.key_schema()->type() == Type::kString && !map.key_schema()->optional();
}

int matching_branch(const Schema& union_schema, const Value& tree) {
  int best = -1;
  int best_known = -1;
  int text_of_bytes = -1;
  const auto& fields = union_schema.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    const Schema& branch = *fields[i].schema;
    if (is_simple_match(branch, tree)) return static_cast<int>(i);
    // Bytes are texts in JSON: they take what no branch of strings has taken.
    if (branch.type() == Type::kBytes && is_string(tree) && text_of_bytes < 0)
      text_of_bytes = static_cast<int>(i);
    if (const int known = known_members(branch, tree); known > best_known) {
      best = static_cast<int>(i);
      best_known = known;
    }
  }
  return best >= 0 ? best : text_of_bytes;
}

}  // namespace sluice::json_schema
