#pragma once
// Which letters of one partition of a dead letter queue have been put back: kept as a committed offset of a
// consumer group of its own (all below it), with the ranges above it in the offset's metadata. Committed in
// the very transaction that writes the records, each letter is replayed once.

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "kafka/consumer.h"

namespace sluice::cluster {

class ReplayedOffsets {
 public:
  ReplayedOffsets() = default;
  /// Error kind kFailed: the metadata are somebody else's.
  static Result<ReplayedOffsets> parse(const kafka::OffsetAndMetadata& committed);

  bool contains(int64_t offset) const;
  /// Offsets [from, to); overlaps are no harm.
  void add(int64_t from, int64_t to);
  /// Error kind kFailed: the ranges do not fit into the metadata of an offset.
  Result<kafka::OffsetAndMetadata> committed() const;

 private:
  int64_t below_ = 0;
  std::map<int64_t, int64_t> ranges_;  // above it, from to end, neither touching nor overlapping
};

}  // namespace sluice::cluster
