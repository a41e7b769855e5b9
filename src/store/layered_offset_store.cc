#include "store/layered_offset_store.h"

#include "base/log.h"

namespace sluice::store {
namespace {

OffsetEntries select(const OffsetEntries& entries, bool tombstones) {
  OffsetEntries selected;
  for (const auto& [key, value] : entries) {
    if (value.has_value() != tombstones) selected.emplace(key, value);
  }
  return selected;
}

}  // namespace

OffsetEntries tombstones_of(const OffsetEntries& entries) { return select(entries, true); }
OffsetEntries without_tombstones(const OffsetEntries& entries) { return select(entries, false); }

void copy_to_worker(OffsetStore& worker, const OffsetEntries& entries, std::chrono::milliseconds timeout) {
  const OffsetEntries live = without_tombstones(entries);
  if (live.empty()) return;
  if (const Status copied = worker.set(live, timeout); !copied.ok()) {
    log::warn("Failed to write offsets to the worker's topic beside the connector's own: {}",
              copied.error().message());
  }
}

Status LayeredOffsetStore::refresh(std::chrono::milliseconds timeout) {
  SLUICE_RETURN_IF_ERROR(own_.refresh(timeout));
  return worker_.refresh(timeout);
}

Result<std::optional<std::string>> LayeredOffsetStore::get(const std::string& key) {
  SLUICE_ASSIGN_OR_RETURN(auto own, own_.get(key));
  if (own) return own;
  return worker_.get(key);
}

Result<std::vector<PartitionOffset>> LayeredOffsetStore::partitions(const std::string& connector) {
  SLUICE_ASSIGN_OR_RETURN(const auto own, own_.partitions(connector));
  SLUICE_ASSIGN_OR_RETURN(const auto worker, worker_.partitions(connector));
  // Both lists are in canonical form, so that equal partitions have equal texts.
  std::map<std::string, std::string> merged;
  for (const PartitionOffset& entry : worker) merged[entry.partition] = entry.offset;
  for (const PartitionOffset& entry : own) merged[entry.partition] = entry.offset;
  std::vector<PartitionOffset> all;
  all.reserve(merged.size());
  for (auto& [partition, offset] : merged) all.push_back({partition, std::move(offset)});
  return all;
}

Status LayeredOffsetStore::set(const OffsetEntries& entries, std::chrono::milliseconds timeout) {
  if (const OffsetEntries tombstones = tombstones_of(entries); !tombstones.empty()) {
    SLUICE_RETURN_IF_ERROR(worker_.set(tombstones, timeout));
  }
  SLUICE_RETURN_IF_ERROR(own_.set(entries, timeout));
  copy_to_worker(worker_, entries, timeout);
  return {};
}

}  // namespace sluice::store
