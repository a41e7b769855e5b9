#pragma once
// Source offsets as Kafka Connect keeps them: JSON bytes to JSON bytes. Thread-safe.
//
// A key is ["<connector>",{partition}]; keys that differ only in the order of the partition's members are the
// same key, as Java workers write them in the order of their maps.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::store {

/// Offset by key; no value: the offset is forgotten (a tombstone).
using OffsetEntries = std::map<std::string, std::optional<std::string>>;

/// Both as JSON objects.
struct PartitionOffset {
  std::string partition;
  std::string offset;
};

/// A topic of offsets for who writes to it himself, in transactions of his own. Thread-safe.
class TransactionalOffsets {
 public:
  virtual ~TransactionalOffsets() = default;
  virtual const std::string& topic() const = 0;
  /// What to write for these entries: under the bytes that their keys have in the topic.
  virtual OffsetEntries as_stored(const OffsetEntries& entries) const = 0;
  /// They have been committed.
  virtual void note_written(const OffsetEntries& stored) = 0;
};

class OffsetStore {
 public:
  virtual ~OffsetStore() = default;

  /// Waits until get() and partitions() see everything that anybody wrote before this call. Kind kRetry after
  /// `timeout`.
  virtual Status refresh(std::chrono::milliseconds /*timeout*/) { return {}; }
  /// No value if there is none. Does not wait.
  virtual Result<std::optional<std::string>> get(const std::string& key) = 0;
  /// What the connector has; partitions that are no objects are left out. Does not wait.
  virtual Result<std::vector<PartitionOffset>> partitions(const std::string& /*connector*/) {
    return std::vector<PartitionOffset>();
  }
  /// On success all entries survive the death of the process. On failure none is in a file; in a topic some
  /// may be.
  virtual Status set(const OffsetEntries& entries, std::chrono::milliseconds timeout) = 0;

  /// The topic behind it; null if there is none.
  virtual TransactionalOffsets* transactional() { return nullptr; }
};

}  // namespace sluice::store
