#pragma once
// The offsets of a connector that has a topic of its own (`offsets.storage.topic`, KIP-618) besides the
// worker's (ConnectorOffsetBackingStore of Kafka Connect 4.1).

#include "store/offset_store.h"

namespace sluice::store {

class LayeredOffsetStore final : public OffsetStore {
 public:
  /// Both outlive this.
  LayeredOffsetStore(OffsetStore& own, OffsetStore& worker) : own_(own), worker_(worker) {}

  Status refresh(std::chrono::milliseconds timeout) override;
  /// The connector's own, else the worker's. (Java hides the worker's offset where the own topic has none,
  /// so that a connector which gets a topic of its own starts from the beginning; KIP-618 says otherwise.)
  Result<std::optional<std::string>> get(const std::string& key) override;
  Result<std::vector<PartitionOffset>> partitions(const std::string& connector) override;
  /// Tombstones reach the worker's topic first; other entries the own topic first, and the worker's as well
  /// as can be.
  Status set(const OffsetEntries& entries, std::chrono::milliseconds timeout) override;

 private:
  OffsetStore& own_;
  OffsetStore& worker_;
};

/// The tombstones of `entries`, or all the others.
OffsetEntries tombstones_of(const OffsetEntries& entries);
OffsetEntries without_tombstones(const OffsetEntries& entries);

/// Writes them to the worker's topic beside the connector's own; a failure is only a warning.
void copy_to_worker(OffsetStore& worker, const OffsetEntries& entries, std::chrono::milliseconds timeout);

}  // namespace sluice::store
