#include "transforms/map_draft.h"

#include <algorithm>

namespace sluice::transforms {
namespace {

bool is_key(const sdk::Value& candidate, std::string_view key) {
  return candidate.kind() == sdk::Kind::kString && candidate.as_string() == key;
}

}  // namespace

void MapDraft::start(const sdk::Value& map) {
  start();
  const auto entries = map.as_map();
  entries_.assign(entries.begin(), entries.end());
}

size_t MapDraft::place_of(std::string_view key) const {
  if (entries_.size() <= kSearchedMax) {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const sdk::MapEntry& entry) { return is_key(entry.key, key); });
    return static_cast<size_t>(found - entries_.begin());
  }
  if (places_.empty()) indexed_ = 0;
  for (; indexed_ < entries_.size(); ++indexed_) {
    const sdk::Value& candidate = entries_[indexed_].key;
    if (candidate.kind() == sdk::Kind::kString) places_.try_emplace(candidate.as_string(), indexed_);
  }
  const auto found = places_.find(key);
  return found == places_.end() ? entries_.size() : found->second;
}

const sdk::Value* MapDraft::find(std::string_view key) const {
  const size_t place = place_of(key);
  return place == entries_.size() ? nullptr : &entries_[place].value;
}

void MapDraft::put(std::string_view key, const sdk::Value& value) {
  const size_t place = place_of(key);
  if (place == entries_.size()) {
    entries_.push_back({sdk::Value::string(key), value});
  } else {
    entries_[place].value = value;
  }
}

void MapDraft::remove(std::string_view key) {
  const size_t place = place_of(key);
  if (place == entries_.size()) return;
  entries_.erase(entries_.begin() + static_cast<ptrdiff_t>(place));
  places_.clear();
}

sdk::Value MapDraft::finish(sdk::Arena& arena) const {
  auto* copies = arena.array<sdk::MapEntry>(entries_.size());
  std::copy(entries_.begin(), entries_.end(), copies);
  return sdk::Value::map({copies, entries_.size()});
}

const sdk::Value* find_entry(const sdk::Value& map, std::string_view key) {
  for (const sdk::MapEntry& entry : map.as_map()) {
    if (is_key(entry.key, key)) return &entry.value;
  }
  return nullptr;
}

}  // namespace sluice::transforms
