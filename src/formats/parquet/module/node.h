#pragma once
// The tree of columns that records are written into: structs, lists and maps above, leaves below. Built from
// a Connect schema (schema_plan.h) or grown by what schemaless records hold (inference.h). One thread at a
// time.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/parquet/module/leaf.h"
#include "sdk/data/schema.h"

namespace sluice::formats {

enum class NodeType : uint8_t {
  kVoid,  // nothing but nulls (or empty objects) so far
  kBoolean,
  kInt32,
  kInt64,
  kFloat32,
  kFloat64,
  kString,
  kBytes,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kStruct,
  kArray,
  kMap,
};

/// As messages name it: "string", "object", "list", …
std::string_view node_type_name(NodeType type);
Storage storage_of(NodeType type);

struct Node;

struct NodeField {
  std::string name;
  std::unique_ptr<Node> node;
  /// Where the name lay in the last record of this batch: equal keys are mostly the same bytes. Never kept
  /// longer, as the memory is reused.
  const char* name_seen = nullptr;
  /// Number of the struct value that last wrote this field.
  uint64_t stamp = 0;
};

struct Node {
  NodeType type = NodeType::kVoid;
  bool optional = true;
  int16_t def_absent = 0;  // level of what is above: that of a null here
  int16_t def = 0;         // level of a value that is there
  int16_t rep = 0;         // repetition level of this node's own entries
  int32_t precision = 0;   // of decimals
  int32_t scale = 0;
  const sdk::Schema* schema = nullptr;  // null if inferred

  std::unique_ptr<Leaf> leaf;                              // of everything but structs, arrays and maps
  std::vector<NodeField> fields;                           // of structs
  std::unique_ptr<Node> key;                               // of maps
  std::unique_ptr<Node> element;                           // of arrays, and values of maps
  std::vector<Leaf*> leaves;                               // all below, in the order of the file
  std::unordered_map<std::string_view, uint32_t> by_name;  // of structs with many fields

  bool is_leaf() const { return type < NodeType::kStruct; }
};

/// A node below `parent_def`, without a leaf.
std::unique_ptr<Node> make_node(NodeType type, bool optional, int16_t parent_def, int16_t rep);
/// Gives a scalar or void node its leaf.
void attach_leaf(Node& node);
/// Recollects `leaves` (and the look-up by name) from the bottom up, after a change.
void collect_leaves(Node& node);
/// The field's index, or -1.
int find_field(const Node& node, std::string_view name);
/// The same tree without data.
std::unique_ptr<Node> clone_empty(const Node& node);
/// Bytes of a decimal column: the fewest that hold `precision` digits.
uint32_t decimal_width(int32_t precision);

}  // namespace sluice::formats
