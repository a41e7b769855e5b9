#pragma once
// Source offsets in memory, under canonical keys, with the bytes under which each stands in its topic: Kafka
// compacts by bytes, so whoever writes must use those. Not thread-safe. Inside this room only.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/offset_store.h"

namespace sluice::store {

class OffsetTable {
 public:
  /// A record of the topic, or an entry that was written to it.
  void apply(const std::string& key, const std::optional<std::string>& value);

  std::optional<std::string> get(const std::string& key) const;
  std::vector<PartitionOffset> partitions(const std::string& connector) const;

  /// The entries under the keys' bytes in the topic, or as they are where they are new there. A tombstone
  /// goes to every form of its key.
  OffsetEntries as_stored(const OffsetEntries& entries) const;

 private:
  struct Row {
    std::string value;
    std::string key;  // the bytes of the newest record
    /// Other byte forms of the same key that still stand in the topic.
    std::vector<std::string> older_keys;
  };
  std::map<std::string, Row> rows_;  // by canonical key
};

}  // namespace sluice::store
