#pragma once
// Keys of source offsets, ["<connector>",{partition}], in one form for all orders of the partition's members.
// Inside this room only.

#include <optional>
#include <string>
#include <string_view>

namespace sluice::store {

/// The key with the members of its objects in the order of their names; the key itself if it is no JSON
/// array.
std::string canonical_offset_key(const std::string& key);

/// How every canonical key of the connector with an object as its partition begins: `["<connector>",{`.
std::string offset_key_prefix(std::string_view connector);

/// The partition of a canonical key that begins with that prefix, as JSON.
std::string_view partition_of(std::string_view canonical_key, std::string_view prefix);

}  // namespace sluice::store
