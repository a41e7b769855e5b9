#pragma once
// Collects the entries of a map whose keys may come twice: the last value counts, at the first one's place,
// as in Java's maps. Not for the record path of known unique keys.

#include <string>
#include <unordered_map>
#include <vector>

#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::sdk {

class MapBuilder {
 public:
  void put(const MapEntry& entry);
  const std::vector<MapEntry>& entries() const { return entries_; }
  /// The map, its entries in the arena.
  Value build(Arena& arena) const;

 private:
  std::vector<MapEntry> entries_;
  std::unordered_multimap<std::string, size_t> places_;  // by the key's Java text, which equal keys share
};

}  // namespace sluice::sdk
