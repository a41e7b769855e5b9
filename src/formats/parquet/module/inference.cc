#include "formats/parquet/module/inference.h"

#include <algorithm>
#include <optional>
#include <string>

#include "sdk/data/arena.h"
#include "sdk/data/values.h"

namespace sluice::formats {
namespace {

using sdk::Kind;
using sdk::Value;

constexpr int kDepthMax = 100;
constexpr int32_t kInferredPrecision = 38;  // the most that every reader takes

NodeType type_of(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return NodeType::kVoid;
    case Kind::kBoolean:
      return NodeType::kBoolean;
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
      return NodeType::kInt32;
    case Kind::kInt64:
      return NodeType::kInt64;
    case Kind::kFloat32:
      return NodeType::kFloat32;
    case Kind::kFloat64:
      return NodeType::kFloat64;
    case Kind::kString:
      return NodeType::kString;
    case Kind::kBytes:
      return NodeType::kBytes;
    case Kind::kArray:
      return NodeType::kArray;
    case Kind::kMap:
      return value.as_map().empty() ? NodeType::kVoid : NodeType::kStruct;
    case Kind::kStruct:
      return value.as_struct().field_count == 0 ? NodeType::kVoid : NodeType::kStruct;
    case Kind::kDecimal:
      return NodeType::kDecimal;
    case Kind::kDate:
      return NodeType::kDate;
    case Kind::kTime:
      return NodeType::kTime;
    case Kind::kTimestamp:
      return NodeType::kTimestamp;
  }
  return NodeType::kVoid;
}

bool is_number(NodeType type) { return type >= NodeType::kInt32 && type <= NodeType::kFloat64; }

/// The number type that holds both.
NodeType common_number(NodeType left, NodeType right) {
  if (left == right) return left;
  const bool floats = std::max(left, right) >= NodeType::kFloat32;
  return floats ? NodeType::kFloat64 : NodeType::kInt64;
}

class Widener {
 public:
  explicit Widener(size_t rows) : rows_(rows) {}

  bool changed() const { return changed_; }

  Status widen(Node& node, const Value& value, int depth) {
    const NodeType wanted = type_of(value);
    if (wanted == NodeType::kVoid) return {};
    if (depth > kDepthMax)
      return problem("is nested more than " + std::to_string(kDepthMax) + " levels deep");
    if (node.type == NodeType::kVoid) SLUICE_RETURN_IF_ERROR(become(node, wanted, value));
    if (node.type == NodeType::kStruct && wanted == NodeType::kStruct)
      return widen_struct(node, value, depth);
    if (node.type == NodeType::kArray && wanted == NodeType::kArray) return widen_array(node, value, depth);
    if (is_number(node.type) && is_number(wanted)) {
      set_scalar(node, common_number(node.type, wanted));
      return {};
    }
    if (node.type != wanted) {
      return problem("is of type " + std::string(node_type_name(wanted)) +
                     ", but earlier records of this file have " + std::string(node_type_name(node.type)));
    }
    return node.type == NodeType::kDecimal ? check_decimal(node, value) : Status();
  }

 private:
  Error problem(const std::string& text) const {
    return bad_record("Field '" + (path_.empty() ? std::string("value") : path_) + "' " + text +
                      ": no Parquet column can hold both");
  }

  void set_scalar(Node& node, NodeType type) {
    if (node.type == type) return;
    node.type = type;
    node.leaf->widen(storage_of(type), type == NodeType::kDecimal ? decimal_width(node.precision) : 0);
    changed_ = true;
  }

  Status become(Node& node, NodeType type, const Value& value) {
    if (type == NodeType::kStruct) {
      node.type = type;  // the first field takes over the leaf
    } else if (type == NodeType::kArray) {
      node.type = type;
      node.element = make_node(NodeType::kVoid, true, static_cast<int16_t>(node.def + 1),
                               static_cast<int16_t>(node.rep + 1));
      hand_down(node, *node.element);
    } else {
      if (type == NodeType::kDecimal) {
        node.precision = kInferredPrecision;
        node.scale = value.decimal_scale();
        if (node.scale < 0 || node.scale > kInferredPrecision) {
          return problem("is a decimal of scale " + std::to_string(node.scale) + "; 0 to 38 are possible");
        }
      }
      set_scalar(node, type);
    }
    changed_ = true;
    return {};
  }

  static void hand_down(Node& from, Node& to) {
    to.leaf = std::move(from.leaf);
    to.leaf->raise_levels(to.def, to.rep);
  }

  Node& add_field(Node& node, std::string_view name) {
    auto child = make_node(NodeType::kVoid, true, node.def, node.rep);
    if (node.leaf) {
      hand_down(node, *child);
    } else {
      attach_leaf(*child);
      const Leaf* sibling = any_leaf(node);
      if (sibling != nullptr) {
        child->leaf->backfill(*sibling, node.rep, node.def);
      } else {
        child->leaf->backfill_rows(rows_);
      }
    }
    node.fields.push_back({std::string(name), std::move(child)});
    changed_ = true;
    return *node.fields.back().node;
  }

  static const Leaf* any_leaf(const Node& node) {
    if (node.leaf) return node.leaf.get();
    if (node.element) return any_leaf(*node.element);
    for (const NodeField& field : node.fields) {
      if (field.node->leaf) return field.node->leaf.get();
    }
    return node.fields.empty() ? nullptr : any_leaf(*node.fields.front().node);
  }

  Status widen_field(Node& node, std::string_view name, const Value& value, int depth) {
    const size_t path_size = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += name;
    const int found = linear_find(node, name);
    Node& child = found >= 0 ? *node.fields[static_cast<size_t>(found)].node : add_field(node, name);
    SLUICE_RETURN_IF_ERROR(widen(child, value, depth + 1));
    path_.resize(path_size);
    return {};
  }

  /// Without the look-up by name, which is out of date while fields are added.
  static int linear_find(const Node& node, std::string_view name) {
    for (size_t i = 0; i < node.fields.size(); ++i) {
      if (node.fields[i].name == name) return static_cast<int>(i);
    }
    return -1;
  }

  Status widen_struct(Node& node, const Value& value, int depth) {
    if (value.kind() == Kind::kStruct) {
      const auto& fields = value.as_struct().schema->fields();
      for (size_t i = 0; i < fields.size(); ++i) {
        SLUICE_RETURN_IF_ERROR(
            widen_field(node, fields[i].name, sdk::field_or_default(value.as_struct(), i), depth));
      }
      return {};
    }
    for (const sdk::MapEntry& entry : value.as_map()) {
      if (entry.key.kind() != Kind::kString) {
        return problem("is a map whose keys are not strings; give it a schema, or string keys");
      }
      SLUICE_RETURN_IF_ERROR(widen_field(node, entry.key.as_string(), entry.value, depth));
    }
    return {};
  }

  Status widen_array(Node& node, const Value& value, int depth) {
    const size_t path_size = path_.size();
    path_ += "[]";
    for (const Value& item : value.as_array()) SLUICE_RETURN_IF_ERROR(widen(*node.element, item, depth + 1));
    path_.resize(path_size);
    return {};
  }

  Status check_decimal(const Node& node, const Value& value) const {
    sdk::Arena arena;
    const auto rescaled = sdk::rescale_decimal(arena, value, node.scale);
    if (rescaled.ok() && rescaled->as_bytes().size() <= decimal_width(node.precision)) return {};
    return problem("is a decimal that does not fit DECIMAL(" + std::to_string(node.precision) + ", " +
                   std::to_string(node.scale) + ")");
  }

  size_t rows_;
  bool changed_ = false;
  std::string path_;
};

}  // namespace

std::unique_ptr<Node> make_inferred_root() { return make_node(NodeType::kStruct, false, 0, 0); }

Result<bool> widen_to(Node& root, const Value& value, size_t rows) {
  if (value.kind() != Kind::kMap && value.kind() != Kind::kStruct) {
    return bad_record("A Parquet row is made of an object or struct, but the value is of type " +
                      std::string(node_type_name(type_of(value))));
  }
  Widener widener(rows);
  SLUICE_RETURN_IF_ERROR(widener.widen(root, value, 0));
  if (widener.changed()) collect_leaves(root);
  return widener.changed();
}

}  // namespace sluice::formats
