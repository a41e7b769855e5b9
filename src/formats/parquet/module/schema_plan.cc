#include "formats/parquet/module/schema_plan.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace sluice::formats {
namespace {

using sdk::Logical;
using sdk::Schema;
using sdk::Type;

constexpr int32_t kPrecisionDefault = 38;
constexpr int32_t kPrecisionMax = 76;
constexpr int kDepthMax = 100;

NodeType node_type(const Schema& schema) {
  switch (schema.logical()) {
    case Logical::kDecimal:
      return NodeType::kDecimal;
    case Logical::kDate:
      return NodeType::kDate;
    case Logical::kTime:
      return NodeType::kTime;
    case Logical::kTimestamp:
      return NodeType::kTimestamp;
    case Logical::kNone:
      break;
  }
  static constexpr NodeType kTypes[] = {NodeType::kInt32,   NodeType::kInt32,   NodeType::kInt32,
                                        NodeType::kInt64,   NodeType::kFloat32, NodeType::kFloat64,
                                        NodeType::kBoolean, NodeType::kString,  NodeType::kBytes,
                                        NodeType::kArray,   NodeType::kMap,     NodeType::kStruct};
  return kTypes[static_cast<size_t>(schema.type())];
}

Status set_decimal(Node& node, const Schema& schema, const std::string& path) {
  node.scale = schema.decimal_scale();
  node.precision = kPrecisionDefault;
  if (const std::string* text = schema.parameter(kPrecisionParameter); text != nullptr) {
    int32_t given = 0;
    std::from_chars(text->data(), text->data() + text->size(), given);
    if (given > 0 && given <= kPrecisionMax) node.precision = given;
  }
  if (node.scale < 0 || node.scale > kPrecisionMax) {
    return bad_record("Field '" + path + "' is a decimal of scale " + std::to_string(node.scale) +
                      ", which Parquet cannot hold (0 to 76)");
  }
  node.precision = std::max(node.precision, node.scale);
  return {};
}

Result<std::unique_ptr<Node>> build(const Schema& schema, bool optional, int16_t parent_def, int16_t rep,
                                    const std::string& path, int depth);

Status build_children(Node& node, const Schema& schema, const std::string& path, int depth) {
  const auto inner_def = static_cast<int16_t>(node.def + 1);
  const auto inner_rep = static_cast<int16_t>(node.rep + 1);
  if (node.type == NodeType::kMap) {
    SLUICE_ASSIGN_OR_RETURN(node.key,
                            build(*schema.key_schema(), false, inner_def, inner_rep, path + ".key", depth));
  }
  if (node.type != NodeType::kStruct) {
    const Schema& element = *schema.value_schema();
    SLUICE_ASSIGN_OR_RETURN(node.element,
                            build(element, element.optional(), inner_def, inner_rep, path + "[]", depth));
    return {};
  }
  if (schema.fields().empty())
    return bad_record("Parquet cannot hold the struct '" + path + "', as it has no fields");
  for (const sdk::Field& field : schema.fields()) {
    const std::string field_path = path.empty() ? field.name : path + "." + field.name;
    SLUICE_ASSIGN_OR_RETURN(
        auto child, build(*field.schema, field.schema->optional(), node.def, node.rep, field_path, depth));
    node.fields.push_back({field.name, std::move(child)});
  }
  return {};
}

Result<std::unique_ptr<Node>> build(const Schema& schema, bool optional, int16_t parent_def, int16_t rep,
                                    const std::string& path, int depth) {
  if (depth > kDepthMax) return bad_record("Field '" + path + "' is nested too deep");
  auto node = make_node(node_type(schema), optional, parent_def, rep);
  node->schema = &schema;
  if (node->type == NodeType::kDecimal) SLUICE_RETURN_IF_ERROR(set_decimal(*node, schema, path));
  if (node->is_leaf()) {
    attach_leaf(*node);
  } else {
    SLUICE_RETURN_IF_ERROR(build_children(*node, schema, path, depth + 1));
  }
  return node;
}

}  // namespace

Result<std::unique_ptr<Node>> plan_of(const Schema& schema) {
  if (schema.type() != Type::kStruct) {
    return bad_record("A Parquet row is made of a struct, but the value's schema is " +
                      std::string(sdk::type_name(schema.type())));
  }
  SLUICE_ASSIGN_OR_RETURN(auto root, build(schema, false, 0, 0, "", 0));
  collect_leaves(*root);
  return root;
}

}  // namespace sluice::formats
