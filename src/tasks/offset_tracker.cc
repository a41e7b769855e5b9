#include "tasks/offset_tracker.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "sdk/data/values.h"

namespace sluice::tasks {
namespace {

constexpr uint8_t kAcknowledged = 1;
constexpr uint8_t kTaken = 2;
constexpr size_t kCollectAtLeast = 64;

const sdk::SourcePartition* only_partition(const sdk::RecordBatch& batch) {
  const sdk::SourcePartition* first = batch.records().front().source_partition;
  const bool same = std::all_of(batch.records().begin(), batch.records().end(),
                                [&](const sdk::Record& record) { return record.source_partition == first; });
  return same ? first : nullptr;
}

}  // namespace

void OffsetTracker::add(BatchPtr batch, uint64_t first_sequence) {
  if (batch->empty()) {
    recycler_(std::move(batch));
    return;
  }
  const auto count = static_cast<uint32_t>(batch->size());
  const sdk::SourcePartition* partition = only_partition(*batch);
  in_flight_.push_back({std::move(batch), first_sequence, count, partition, std::vector<uint8_t>(count, 0)});
  unacknowledged_ += count;
  if (in_flight_.size() >= collect_at_) {
    collect();
    collect_at_ = std::max(kCollectAtLeast, in_flight_.size() * 2);
  }
}

OffsetTracker::InFlight* OffsetTracker::find(uint64_t sequence) {
  auto after =
      std::upper_bound(in_flight_.begin(), in_flight_.end(), sequence,
                       [](uint64_t wanted, const InFlight& entry) { return wanted < entry.first_sequence; });
  return after == in_flight_.begin() ? nullptr : &*std::prev(after);
}

const sdk::Record* OffsetTracker::record(uint64_t sequence) {
  const InFlight* entry = find(sequence);
  if (entry == nullptr || sequence - entry->first_sequence >= entry->acknowledged.size()) return nullptr;
  return &entry->batch->records()[sequence - entry->first_sequence];
}

void OffsetTracker::acknowledge(uint64_t first, uint64_t count) {
  while (count > 0) {
    InFlight* entry = find(first);
    const uint64_t start = entry == nullptr ? 0 : first - entry->first_sequence;
    SLUICE_CHECK(entry != nullptr && start < entry->acknowledged.size(), "an acknowledged record was sent");
    const uint64_t here = std::min<uint64_t>(count, entry->acknowledged.size() - start);
    auto from = entry->acknowledged.begin() + static_cast<ptrdiff_t>(start);
    std::fill(from, from + static_cast<ptrdiff_t>(here), kAcknowledged);
    entry->unacknowledged -= static_cast<uint32_t>(here);
    unacknowledged_ -= here;
    first += here;
    count -= here;
  }
  release_front();
}

void OffsetTracker::move_to(const sdk::SourcePartition* partition, const sdk::Value& offset) {
  if (partition == nullptr) return;
  Slot& slot = slots_[partition];
  slot.arena.reset();
  slot.offset = sdk::deep_copy(slot.arena, offset);
  slot.moved = true;
}

/// Takes the last offset of each partition of a wholly acknowledged batch at the front.
void OffsetTracker::collect_whole(const InFlight& in_flight) {
  const auto& records = in_flight.batch->records();
  if (in_flight.only_partition != nullptr) {
    if (in_flight.acknowledged.back() != kTaken)
      move_to(in_flight.only_partition, records.back().source_offset);
    return;
  }
  std::unordered_set<const sdk::SourcePartition*> seen;
  for (size_t i = records.size(); i-- > 0;) {
    const bool is_last = seen.insert(records[i].source_partition).second;
    if (is_last && in_flight.acknowledged[i] != kTaken)
      move_to(records[i].source_partition, records[i].source_offset);
  }
}

void OffsetTracker::release_front() {
  while (!in_flight_.empty() && in_flight_.front().unacknowledged == 0) {
    collect_whole(in_flight_.front());
    recycler_(std::move(in_flight_.front().batch));
    in_flight_.pop_front();
  }
}

/// Looks behind an unacknowledged record: the runs of other partitions go on there.
void OffsetTracker::collect() {
  std::unordered_set<const sdk::SourcePartition*> blocked;
  std::unordered_map<const sdk::SourcePartition*, const sdk::Value*> last;
  for (InFlight& entry : in_flight_) {
    const auto& records = entry.batch->records();
    for (size_t i = 0; i < records.size(); ++i) {
      const sdk::SourcePartition* partition = records[i].source_partition;
      if (entry.acknowledged[i] == kTaken || blocked.contains(partition)) continue;
      if (entry.acknowledged[i] == 0) {
        blocked.insert(partition);
      } else {
        entry.acknowledged[i] = kTaken;
        last[partition] = &records[i].source_offset;
      }
    }
  }
  for (const auto& [partition, offset] : last) move_to(partition, *offset);
  const auto is_taken = [](const InFlight& entry) {
    return std::all_of(entry.acknowledged.begin(), entry.acknowledged.end(),
                       [](uint8_t state) { return state == kTaken; });
  };
  for (InFlight& entry : in_flight_) {
    if (is_taken(entry)) recycler_(std::move(entry.batch));
  }
  std::erase_if(in_flight_, [](const InFlight& entry) { return entry.batch == nullptr; });
}

std::vector<OffsetTracker::Committable> OffsetTracker::take_committable() {
  if (!in_flight_.empty()) collect();
  std::vector<Committable> moved;
  for (auto& [partition, slot] : slots_) {
    if (std::exchange(slot.moved, false)) moved.push_back({partition, slot.offset});
  }
  return moved;
}

}  // namespace sluice::tasks
