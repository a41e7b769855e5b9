#pragma once
// Source offsets as Kafka Connect keeps them: JSON bytes to JSON bytes. Thread-safe.

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace sluice::store {

/// Offset by key; no value: the offset is forgotten (a tombstone).
using OffsetEntries = std::map<std::string, std::optional<std::string>>;

class OffsetStore {
 public:
  virtual ~OffsetStore() = default;
  /// No value if there is none.
  virtual Result<std::optional<std::string>> get(const std::string& key) = 0;
  /// All entries or none. On success they survive the death of the process.
  virtual Status set(const OffsetEntries& entries, std::chrono::milliseconds timeout) = 0;
};

}  // namespace sluice::store
