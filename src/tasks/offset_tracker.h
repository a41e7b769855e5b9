#pragma once
// Which source offsets may be committed: per source partition the last one of the unbroken run of
// acknowledged records from the front (org.apache.kafka.connect.runtime.SubmittedRecords). Works in batches
// and keeps each batch alive until nothing of it is needed. Not thread-safe; its owner locks.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sdk/data/record.h"
#include "sdk/source_offsets.h"

namespace sluice::tasks {

class OffsetTracker {
 public:
  using BatchPtr = std::shared_ptr<sdk::RecordBatch>;
  /// Called with each batch that nothing needs any more.
  using Recycler = std::function<void(BatchPtr)>;

  explicit OffsetTracker(Recycler recycler) : recycler_(std::move(recycler)) {}

  /// Records of `batch` get the sequences first_sequence, first_sequence+1, … in order; these continue
  /// without a gap the ones of the batch before.
  void add(BatchPtr batch, uint64_t first_sequence);
  void acknowledge(uint64_t first, uint64_t count);

  /// The record with this sequence, while it is unacknowledged; else null.
  const sdk::Record* record(uint64_t sequence);

  struct Committable {
    const sdk::SourcePartition* partition;
    sdk::Value offset;  // valid until the next call of this object
  };
  /// The offsets that have moved since the last take.
  std::vector<Committable> take_committable();
  bool has_unacknowledged() const { return unacknowledged_ > 0; }
  uint64_t unacknowledged() const { return unacknowledged_; }

 private:
  struct InFlight {
    BatchPtr batch;
    uint64_t first_sequence;
    uint32_t unacknowledged;
    const sdk::SourcePartition* only_partition;  // null if the records have several
    std::vector<uint8_t> acknowledged;           // by record; 2: taken over into slots_ already
  };
  struct Slot {
    sdk::Arena arena;
    sdk::Value offset;
    bool moved = false;
  };

  InFlight* find(uint64_t sequence);
  void collect();
  void collect_whole(const InFlight& in_flight);
  void move_to(const sdk::SourcePartition* partition, const sdk::Value& offset);
  void release_front();

  Recycler recycler_;
  std::deque<InFlight> in_flight_;
  std::unordered_map<const sdk::SourcePartition*, Slot> slots_;
  uint64_t unacknowledged_ = 0;
  size_t collect_at_ = 64;  // batches held; doubled when collecting frees nothing
};

}  // namespace sluice::tasks
