#include "formats/parquet/module/row_writer.h"

#include <algorithm>
#include <cstring>

#include "sdk/data/arena.h"
#include "sdk/data/values.h"

namespace sluice::formats {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

constexpr uint32_t kDecimalWidthMax = 64;

bool is_integer(Kind kind) { return kind >= Kind::kInt8 && kind <= Kind::kInt64; }

void push_absent(Node& node, int16_t rep, int16_t def) {
  if (node.leaf) {
    node.leaf->push_null(rep, def);
    return;
  }
  for (Leaf* leaf : node.leaves) leaf->push_null(rep, def);
}

bool same_name(NodeField& field, std::string_view key) {
  if (key.size() != field.name.size()) return false;
  if (key.data() == field.name_seen) return true;
  if (std::memcmp(key.data(), field.name.data(), key.size()) != 0) return false;
  field.name_seen = key.data();
  return true;
}

/// The field of that name; records mostly hold their fields in one order, some left out.
int find_from(Node& node, size_t at, std::string_view key) {
  constexpr size_t kLookAhead = 4;
  const size_t end = std::min(node.fields.size(), at + kLookAhead);
  for (size_t i = at; i < end; ++i) {
    if (same_name(node.fields[i], key)) return static_cast<int>(i);
  }
  return find_field(node, key);
}

void forget_names(Node& node) {
  for (NodeField& field : node.fields) {
    field.name_seen = nullptr;
    if (!field.node->is_leaf()) forget_names(*field.node);
  }
  if (node.element && !node.element->is_leaf()) forget_names(*node.element);
  if (node.key && !node.key->is_leaf()) forget_names(*node.key);
}

}  // namespace

void RowWriter::begin_batch() { forget_names(root_); }

WriteOutcome RowWriter::write_row(const Value& value) {
  out_of_room_ = false;
  return write_struct(root_, value, 0) ? WriteOutcome::kOk : WriteOutcome::kMiss;
}

bool RowWriter::write(Node& node, const Value& value, int16_t rep) {
  if (value.is_null()) [[unlikely]]
    return write_null(node, rep);
  switch (node.type) {
    case NodeType::kStruct:
      return write_struct(node, value, rep);
    case NodeType::kArray:
      return value.kind() == Kind::kArray && write_array(node, value.as_array(), rep);
    case NodeType::kMap:
      return value.kind() == Kind::kMap && write_map(node, value.as_map(), rep);
    default:
      return write_scalar(node, value, rep);
  }
}

bool RowWriter::write_null(Node& node, int16_t rep) {
  // As Java's Struct.get: the default stands in for null, in optional fields too.
  if (node.schema != nullptr && node.schema->has_default())
    return write(node, node.schema->default_value(), rep);
  if (!node.optional) return false;
  push_absent(node, rep, node.def_absent);
  return true;
}

bool RowWriter::write_scalar(Node& node, const Value& value, int16_t rep) {
  Leaf& leaf = *node.leaf;
  const Kind kind = value.kind();
  switch (node.type) {
    case NodeType::kString:
    case NodeType::kBytes: {
      if (kind != (node.type == NodeType::kString ? Kind::kString : Kind::kBytes)) return false;
      if (!leaf.has_room(value.as_bytes().size())) {
        out_of_room_ = true;
        return false;
      }
      leaf.push_binary(rep, value.as_bytes());
      return true;
    }
    case NodeType::kInt64:
      if (!is_integer(kind)) return false;
      leaf.push<int64_t>(rep, value.as_integer());
      return true;
    case NodeType::kFloat64:
      if (kind == Kind::kFloat64 || kind == Kind::kFloat32) {
        leaf.push<double>(rep, value.as_float64());
        return true;
      }
      if (!is_integer(kind)) return false;
      leaf.push<double>(rep, static_cast<double>(value.as_integer()));
      return true;
    case NodeType::kBoolean:
      if (kind != Kind::kBoolean) return false;
      leaf.push<uint8_t>(rep, value.as_boolean() ? 1 : 0);
      return true;
    case NodeType::kInt32:
      if (!is_integer(kind) || kind == Kind::kInt64) return false;
      leaf.push<int32_t>(rep, static_cast<int32_t>(value.as_integer()));
      return true;
    case NodeType::kFloat32:
      if (kind != Kind::kFloat32) return false;
      leaf.push<float>(rep, value.as_float32());
      return true;
    case NodeType::kDate:
    case NodeType::kTime:
      if (kind != (node.type == NodeType::kDate ? Kind::kDate : Kind::kTime)) return false;
      leaf.push<int32_t>(rep, static_cast<int32_t>(value.as_integer()));
      return true;
    case NodeType::kTimestamp:
      if (kind != Kind::kTimestamp) return false;
      leaf.push<int64_t>(rep, value.as_integer());
      return true;
    case NodeType::kDecimal:
      return kind == Kind::kDecimal && write_decimal(node, value, rep);
    default:  // kVoid: only an empty object is as good as nothing
      if (kind != Kind::kMap || !value.as_map().empty()) return false;
      leaf.push_null(rep, node.def_absent);
      return true;
  }
}

bool RowWriter::write_struct(Node& node, const Value& value, int16_t rep) {
  if (value.kind() == Kind::kMap && node.schema == nullptr) return write_entries(node, value.as_map(), rep);
  if (value.kind() != Kind::kStruct) return false;
  if (node.schema != nullptr) return write_positional(node, value.as_struct().values(), rep);
  return write_named(node, value.as_struct(), rep);
}

bool RowWriter::write_positional(Node& node, std::span<const Value> values, int16_t rep) {
  if (values.size() != node.fields.size()) return false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!write(*node.fields[i].node, values[i], rep)) return false;
  }
  return true;
}

bool RowWriter::write_entries(Node& node, std::span<const MapEntry> entries, int16_t rep) {
  const uint64_t stamp = ++stamp_;
  size_t at = 0;
  size_t written = 0;
  for (const MapEntry& entry : entries) {
    if (entry.key.kind() != Kind::kString) return false;
    const int found = find_from(node, at, entry.key.as_string());
    if (found < 0) {
      if (frozen_ && entry.value.is_null()) continue;
      return false;
    }
    NodeField& field = node.fields[static_cast<size_t>(found)];
    if (field.stamp == stamp) return false;  // the same key twice
    field.stamp = stamp;
    if (!write(*field.node, entry.value, rep)) return false;
    ++written;
    at = static_cast<size_t>(found) + 1;
  }
  if (written != node.fields.size()) write_absent_fields(node, stamp, rep);
  return true;
}

bool RowWriter::write_named(Node& node, const sdk::StructNode& value, int16_t rep) {
  const uint64_t stamp = ++stamp_;
  const auto& schema_fields = value.schema->fields();
  for (size_t i = 0; i < schema_fields.size(); ++i) {
    const int found = find_field(node, schema_fields[i].name);
    if (found < 0) return false;
    NodeField& field = node.fields[static_cast<size_t>(found)];
    field.stamp = stamp;
    if (!write(*field.node, sdk::field_or_default(value, i), rep)) return false;
  }
  if (schema_fields.size() != node.fields.size()) write_absent_fields(node, stamp, rep);
  return true;
}

void RowWriter::write_absent_fields(Node& node, uint64_t stamp, int16_t rep) {
  for (NodeField& field : node.fields) {
    if (field.stamp != stamp) push_absent(*field.node, rep, field.node->def_absent);
  }
}

bool RowWriter::write_array(Node& node, std::span<const Value> items, int16_t rep) {
  if (items.empty()) {
    push_absent(*node.element, rep, node.def);
    return true;
  }
  Node& element = *node.element;
  if (!write(element, items[0], rep)) return false;
  for (size_t i = 1; i < items.size(); ++i) {
    if (!write(element, items[i], element.rep)) return false;
  }
  return true;
}

bool RowWriter::write_map(Node& node, std::span<const MapEntry> entries, int16_t rep) {
  if (entries.empty()) {
    push_absent(*node.key, rep, node.def);
    push_absent(*node.element, rep, node.def);
    return true;
  }
  for (const MapEntry& entry : entries) {
    if (!write(*node.key, entry.key, rep) || !write(*node.element, entry.value, rep)) return false;
    rep = node.element->rep;
  }
  return true;
}

bool RowWriter::write_decimal(Node& node, const Value& value, int16_t rep) {
  BytesView unscaled = value.as_bytes();
  sdk::Arena arena;  // allocates only if the scale has to change
  if (value.decimal_scale() != node.scale) {
    const auto rescaled = sdk::rescale_decimal(arena, value, node.scale);
    if (!rescaled.ok()) return false;
    unscaled = rescaled->as_bytes();
  }
  const uint32_t width = node.leaf->fixed_width();
  if (unscaled.size() > width) return false;
  char padded[kDecimalWidthMax];
  const bool negative = !unscaled.empty() && (static_cast<unsigned char>(unscaled[0]) & 0x80) != 0;
  std::memset(padded, negative ? 0xff : 0, width - unscaled.size());
  std::memcpy(padded + (width - unscaled.size()), unscaled.data(), unscaled.size());
  node.leaf->push_fixed(rep, padded);
  return true;
}

}  // namespace sluice::formats
