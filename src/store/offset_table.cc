#include "store/offset_table.h"

#include <algorithm>

#include "store/offset_keys.h"

namespace sluice::store {

void OffsetTable::apply(const std::string& key, const std::optional<std::string>& value) {
  std::string canonical = canonical_offset_key(key);
  if (value) {
    const auto [row, is_new] = rows_.try_emplace(std::move(canonical));
    auto& older = row->second.older_keys;
    if (!is_new && row->second.key != key) older.push_back(row->second.key);
    std::erase(older, key);
    row->second.value = *value;
    row->second.key = key;
    return;
  }
  const auto row = rows_.find(canonical);
  if (row == rows_.end()) return;
  if (row->second.key == key) {
    // Other forms, if there are any, are older than what was forgotten just now.
    rows_.erase(row);
  } else {
    std::erase(row->second.older_keys, key);
  }
}

std::optional<std::string> OffsetTable::get(const std::string& key) const {
  const auto row = rows_.find(canonical_offset_key(key));
  return row == rows_.end() ? std::nullopt : std::optional(row->second.value);
}

std::vector<PartitionOffset> OffsetTable::partitions(const std::string& connector) const {
  const std::string prefix = offset_key_prefix(connector);
  std::vector<PartitionOffset> found;
  for (auto row = rows_.lower_bound(prefix); row != rows_.end() && row->first.starts_with(prefix); ++row) {
    found.push_back({std::string(partition_of(row->first, prefix)), row->second.value});
  }
  return found;
}

OffsetEntries OffsetTable::as_stored(const OffsetEntries& entries) const {
  OffsetEntries stored;
  for (const auto& [key, value] : entries) {
    const auto row = rows_.find(canonical_offset_key(key));
    if (row == rows_.end()) {
      stored[key] = value;
      continue;
    }
    stored[row->second.key] = value;
    if (value) continue;
    for (const std::string& older : row->second.older_keys) stored[older] = std::nullopt;
  }
  return stored;
}

}  // namespace sluice::store
