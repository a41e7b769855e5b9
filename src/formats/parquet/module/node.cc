#include "formats/parquet/module/node.h"

#include <cmath>

namespace sluice::formats {
namespace {

constexpr size_t kLinearSearchMax = 8;

void add_leaves(Node& node, const std::unique_ptr<Node>& child) {
  if (!child) return;
  collect_leaves(*child);
  if (child->leaf) node.leaves.push_back(child->leaf.get());
  node.leaves.insert(node.leaves.end(), child->leaves.begin(), child->leaves.end());
}

}  // namespace

std::string_view node_type_name(NodeType type) {
  static constexpr std::string_view kNames[] = {"null",   "boolean",   "integer", "integer", "float",
                                                "double", "string",    "bytes",   "decimal", "date",
                                                "time",   "timestamp", "object",  "list",    "map"};
  return kNames[static_cast<size_t>(type)];
}

Storage storage_of(NodeType type) {
  switch (type) {
    case NodeType::kBoolean:
      return Storage::kBoolean;
    case NodeType::kInt32:
    case NodeType::kDate:
    case NodeType::kTime:
      return Storage::kInt32;
    case NodeType::kInt64:
    case NodeType::kTimestamp:
      return Storage::kInt64;
    case NodeType::kFloat32:
      return Storage::kFloat32;
    case NodeType::kFloat64:
      return Storage::kFloat64;
    case NodeType::kString:
    case NodeType::kBytes:
      return Storage::kBinary;
    case NodeType::kDecimal:
      return Storage::kFixed;
    default:
      return Storage::kVoid;
  }
}

std::unique_ptr<Node> make_node(NodeType type, bool optional, int16_t parent_def, int16_t rep) {
  auto node = std::make_unique<Node>();
  node->type = type;
  node->optional = optional;
  node->def_absent = parent_def;
  node->def = static_cast<int16_t>(parent_def + (optional ? 1 : 0));
  node->rep = rep;
  return node;
}

void attach_leaf(Node& node) {
  const uint32_t width = node.type == NodeType::kDecimal ? decimal_width(node.precision) : 0;
  node.leaf = std::make_unique<Leaf>(storage_of(node.type), node.def, node.rep, width);
}

void collect_leaves(Node& node) {
  node.leaves.clear();
  node.by_name.clear();
  for (NodeField& field : node.fields) add_leaves(node, field.node);
  add_leaves(node, node.key);
  add_leaves(node, node.element);
  if (node.fields.size() <= kLinearSearchMax) return;
  for (size_t i = 0; i < node.fields.size(); ++i) node.by_name.emplace(node.fields[i].name, i);
}

int find_field(const Node& node, std::string_view name) {
  if (!node.by_name.empty()) {
    const auto found = node.by_name.find(name);
    return found == node.by_name.end() ? -1 : static_cast<int>(found->second);
  }
  for (size_t i = 0; i < node.fields.size(); ++i) {
    if (node.fields[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

std::unique_ptr<Node> clone_empty(const Node& node) {
  auto copy = make_node(node.type, node.optional, node.def_absent, node.rep);
  copy->precision = node.precision;
  copy->scale = node.scale;
  copy->schema = node.schema;
  if (node.leaf) attach_leaf(*copy);
  for (const NodeField& field : node.fields) copy->fields.push_back({field.name, clone_empty(*field.node)});
  if (node.key) copy->key = clone_empty(*node.key);
  if (node.element) copy->element = clone_empty(*node.element);
  collect_leaves(*copy);
  return copy;
}

uint32_t decimal_width(int32_t precision) {
  // One bit more than the digits need, for the sign.
  return static_cast<uint32_t>(std::ceil((precision * std::log2(10.0) + 1.0) / 8.0));
}

}  // namespace sluice::formats
