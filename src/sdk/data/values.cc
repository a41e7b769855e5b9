#include "sdk/data/values.h"

#include <algorithm>
#include <new>

namespace sluice::sdk {

StructNode* new_struct(Arena& arena, const Schema& schema) {
  const size_t count = schema.fields().size();
  void* memory = arena.allocate(sizeof(StructNode) + count * sizeof(Value), alignof(StructNode));
  auto* node = new (memory) StructNode{&schema, static_cast<uint32_t>(count)};
  for (Value& value : node->mutable_values()) new (&value) Value();
  return node;
}

Value deep_copy(Arena& arena, const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return Value::string(arena.copy(value.as_string()));
    case Kind::kBytes:
      return Value::bytes(arena.copy(value.as_bytes()));
    case Kind::kDecimal:
      return Value::decimal(arena.copy(value.as_bytes()), value.decimal_scale());
    case Kind::kArray: {
      const auto items = value.as_array();
      auto* copies = arena.array<Value>(items.size());
      std::transform(items.begin(), items.end(), copies,
                     [&](const Value& item) { return deep_copy(arena, item); });
      return Value::array({copies, items.size()});
    }
    case Kind::kMap: {
      const auto entries = value.as_map();
      auto* copies = arena.array<MapEntry>(entries.size());
      std::transform(entries.begin(), entries.end(), copies, [&](const MapEntry& entry) {
        return MapEntry{deep_copy(arena, entry.key), deep_copy(arena, entry.value)};
      });
      return Value::map({copies, entries.size()});
    }
    case Kind::kStruct: {
      const StructNode& node = value.as_struct();
      StructNode* copy = new_struct(arena, *node.schema);
      std::transform(node.values().begin(), node.values().end(), copy->mutable_values().begin(),
                     [&](const Value& field) { return deep_copy(arena, field); });
      return Value::structure(copy);
    }
    default:
      return value;
  }
}

}  // namespace sluice::sdk
