#include "sdk/data/map_builder.h"

#include <algorithm>
#include <utility>

#include "sdk/data/values.h"

namespace sluice::sdk {

void MapBuilder::put(const MapEntry& entry) {
  std::string text;
  append_java_text(text, entry.key);
  auto [at, last] = places_.equal_range(text);
  while (at != last && !(entries_[at->second].key == entry.key)) ++at;
  if (at != last) {
    entries_[at->second].value = entry.value;
    return;
  }
  places_.emplace(std::move(text), entries_.size());
  entries_.push_back(entry);
}

Value MapBuilder::build(Arena& arena) const {
  auto* copies = arena.array<MapEntry>(entries_.size());
  std::copy(entries_.begin(), entries_.end(), copies);
  return Value::map({copies, entries_.size()});
}

}  // namespace sluice::sdk
