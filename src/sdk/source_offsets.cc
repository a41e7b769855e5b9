#include "sdk/source_offsets.h"

namespace sluice::sdk {

Value single_entry_map(Arena& arena, std::string_view key, const Value& value) {
  auto* entry = arena.array<MapEntry>(1);
  *entry = {Value::string(key), value};
  return Value::map({entry, 1});
}

Value map_get(const Value& map, std::string_view key) {
  if (map.kind() != Kind::kMap) return {};
  for (const MapEntry& entry : map.as_map()) {
    if (entry.key.kind() == Kind::kString && entry.key.as_string() == key) return entry.value;
  }
  return {};
}

}  // namespace sluice::sdk
