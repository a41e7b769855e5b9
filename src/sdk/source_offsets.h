#pragma once
// Source partitions and offsets: small maps of text keys to scalars, written as JSON by the offset store.

#include <optional>

#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::sdk {

/// Interned by SourceTaskContext::partition: compare by pointer.
struct SourcePartition {
  Value map;  // null for Java's null partition
};

struct PartitionAndOffset {
  Value partition;
  Value offset;  // null: no offset
};

/// A one-entry map, for the many connectors whose partition or offset has one key. `key` must outlive the
/// map.
Value single_entry_map(Arena& arena, std::string_view key, const Value& value);
/// The value under `key` in a map value, or null.
Value map_get(const Value& map, std::string_view key);

}  // namespace sluice::sdk
