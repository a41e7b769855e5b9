#include "formats/parquet/module/parquet_schema.h"

#include <parquet/types.h>

namespace sluice::formats {
namespace {

using ::parquet::LogicalType;
using ::parquet::Repetition;
using ::parquet::Type;
using ::parquet::schema::GroupNode;
using ::parquet::schema::NodePtr;
using ::parquet::schema::PrimitiveNode;

/// A column for records without any field: Parquet keeps rows only in columns.
constexpr const char* kNoFields = "_";

NodePtr primitive(const Node& node, const std::string& name, Repetition::type repetition) {
  const auto make = [&](const std::shared_ptr<const LogicalType>& logical, Type::type type, int length = -1) {
    return PrimitiveNode::Make(name, repetition, logical, type, length);
  };
  switch (node.type) {
    case NodeType::kBoolean:
      return make(LogicalType::None(), Type::BOOLEAN);
    case NodeType::kInt32:
      return make(LogicalType::None(), Type::INT32);
    case NodeType::kInt64:
      return make(LogicalType::None(), Type::INT64);
    case NodeType::kFloat32:
      return make(LogicalType::None(), Type::FLOAT);
    case NodeType::kFloat64:
      return make(LogicalType::None(), Type::DOUBLE);
    case NodeType::kString:
      return make(LogicalType::String(), Type::BYTE_ARRAY);
    case NodeType::kBytes:
      return make(LogicalType::None(), Type::BYTE_ARRAY);
    case NodeType::kDecimal:
      return make(LogicalType::Decimal(node.precision, node.scale), Type::FIXED_LEN_BYTE_ARRAY,
                  static_cast<int>(decimal_width(node.precision)));
    case NodeType::kDate:
      return make(LogicalType::Date(), Type::INT32);
    case NodeType::kTime:
      return make(LogicalType::Time(true, LogicalType::TimeUnit::MILLIS), Type::INT32);
    case NodeType::kTimestamp:
      return make(LogicalType::Timestamp(true, LogicalType::TimeUnit::MILLIS), Type::INT64);
    default:
      return make(LogicalType::Null(), Type::INT32);
  }
}

NodePtr convert(const Node& node, const std::string& name) {
  const auto repetition = node.optional ? Repetition::OPTIONAL : Repetition::REQUIRED;
  if (node.is_leaf()) return primitive(node, name, repetition);
  if (node.type == NodeType::kStruct) {
    ::parquet::schema::NodeVector fields;
    for (const NodeField& field : node.fields) fields.push_back(convert(*field.node, field.name));
    return GroupNode::Make(name, repetition, fields);
  }
  if (node.type == NodeType::kArray) {
    const auto list = GroupNode::Make("list", Repetition::REPEATED, {convert(*node.element, "element")});
    return GroupNode::Make(name, repetition, {list}, LogicalType::List());
  }
  const auto entries = GroupNode::Make("key_value", Repetition::REPEATED,
                                       {convert(*node.key, "key"), convert(*node.element, "value")});
  return GroupNode::Make(name, repetition, {entries}, LogicalType::Map());
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses count of the shared pointers
}

}  // namespace

std::shared_ptr<GroupNode> parquet_schema(const Node& root) {
  ::parquet::schema::NodeVector fields;
  for (const NodeField& field : root.fields) fields.push_back(convert(*field.node, field.name));
  if (fields.empty()) {
    fields.push_back(PrimitiveNode::Make(kNoFields, Repetition::OPTIONAL, LogicalType::Null(), Type::INT32));
  }
  const std::string name = root.schema != nullptr && root.schema->name() ? *root.schema->name() : "schema";
  return std::static_pointer_cast<GroupNode>(GroupNode::Make(name, Repetition::REQUIRED, fields));
}

}  // namespace sluice::formats
