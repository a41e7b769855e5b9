#include "tasks/offset_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

namespace sluice::tasks {
namespace {

/// Source partitions named by number, and batches of records whose offset is the record's number.
class OffsetTrackerTest : public testing::Test {
 protected:
  const sdk::SourcePartition* partition(int64_t number) {
    for (const auto& known : partitions_) {
      if (known.map.as_integer() == number) return &known;
    }
    partitions_.push_back({sdk::Value::int64(number)});
    return &partitions_.back();
  }

  OffsetTracker::BatchPtr batch(const std::vector<int64_t>& partition_of_each) {
    auto made = std::make_shared<sdk::RecordBatch>();
    for (const int64_t number : partition_of_each) {
      sdk::Record record;
      record.source_partition = partition(number);
      record.source_offset = sdk::Value::int64(next_offset_++);
      made->records().push_back(record);
    }
    return made;
  }

  void add(const std::vector<int64_t>& partition_of_each) {
    const uint64_t first = next_sequence_;
    next_sequence_ += partition_of_each.size();
    tracker_.add(batch(partition_of_each), first);
  }

  std::map<int64_t, int64_t> committable() {
    std::map<int64_t, int64_t> result;
    for (const auto& [partition, offset] : tracker_.take_committable()) {
      result[partition->map.as_integer()] = offset.as_integer();
    }
    return result;
  }

  using Offsets = std::map<int64_t, int64_t>;
  int recycled_ = 0;
  std::deque<sdk::SourcePartition> partitions_;
  int64_t next_offset_ = 0;
  uint64_t next_sequence_ = 0;
  OffsetTracker tracker_{[this](const OffsetTracker::BatchPtr&) { ++recycled_; }};
};

TEST_F(OffsetTrackerTest, NothingIsCommittableBeforeTheFirstAcknowledgement) {
  add({1, 1});
  EXPECT_EQ(committable(), Offsets{});
  EXPECT_EQ(tracker_.unacknowledged(), 2U);
}

TEST_F(OffsetTrackerTest, AnUnacknowledgedRecordBlocksItsOwnPartitionOnly) {
  add({1, 2, 1, 2});
  tracker_.acknowledge(1, 3);
  EXPECT_EQ(committable(), (Offsets{{2, 3}}));
  tracker_.acknowledge(0, 1);
  EXPECT_EQ(committable(), (Offsets{{1, 2}}));
  EXPECT_EQ(recycled_, 1);
}

TEST_F(OffsetTrackerTest, OffsetsAreTakenOnceAndOnlyWhenTheyMove) {
  add({1, 1, 1});
  tracker_.acknowledge(0, 2);
  EXPECT_EQ(committable(), (Offsets{{1, 1}}));
  EXPECT_EQ(committable(), Offsets{});
  tracker_.acknowledge(2, 1);
  EXPECT_EQ(committable(), (Offsets{{1, 2}}));
}

TEST_F(OffsetTrackerTest, AcknowledgedRangesMaySpanBatches) {
  add({1, 1});
  add({1});
  add({1, 2});
  tracker_.acknowledge(0, 5);
  EXPECT_EQ(committable(), (Offsets{{1, 3}, {2, 4}}));
  EXPECT_EQ(recycled_, 3);
  EXPECT_FALSE(tracker_.has_unacknowledged());
}

TEST_F(OffsetTrackerTest, BatchesBehindADeadPartitionAreReleased) {
  add({1});  // never acknowledged
  for (int i = 0; i < 1000; ++i) {
    add({2});
    tracker_.acknowledge(next_sequence_ - 1, 1);
  }
  EXPECT_GT(recycled_, 800);
  EXPECT_EQ(committable(), (Offsets{{2, 1000}}));
}

TEST_F(OffsetTrackerTest, ARecordCanBeFoundWhileItIsUnderWay) {
  add({1, 1});
  add({1});
  ASSERT_NE(tracker_.record(2), nullptr);
  EXPECT_EQ(tracker_.record(2)->source_offset.as_integer(), 2);
  EXPECT_EQ(tracker_.record(3), nullptr);
}

/// Against the definition: per partition a queue, popped while its head is acknowledged.
TEST_F(OffsetTrackerTest, AgreesWithAQueuePerPartition) {
  std::mt19937 random(7);
  std::map<int64_t, std::deque<std::pair<uint64_t, int64_t>>> queues;
  std::vector<uint64_t> unacknowledged;
  std::set<uint64_t> acknowledged;
  Offsets expected;
  Offsets actual;
  for (int round = 0; round < 3000; ++round) {
    std::vector<int64_t> batch;
    for (unsigned i = 0, count = random() % 4; i < count; ++i) batch.push_back(random() % 3);
    for (size_t i = 0; i < batch.size(); ++i) {
      queues[batch[i]].emplace_back(next_sequence_ + i, next_offset_ + static_cast<int64_t>(i));
      unacknowledged.push_back(next_sequence_ + i);
    }
    add(batch);
    for (unsigned i = 0, count = random() % 4; i < count && !unacknowledged.empty(); ++i) {
      const size_t chosen = random() % std::min<size_t>(unacknowledged.size(), 20);
      tracker_.acknowledge(unacknowledged[chosen], 1);
      acknowledged.insert(unacknowledged[chosen]);
      unacknowledged.erase(unacknowledged.begin() + static_cast<ptrdiff_t>(chosen));
    }
    for (auto& [partition, queue] : queues) {
      while (!queue.empty() && acknowledged.contains(queue.front().first)) {
        expected[partition] = queue.front().second;
        queue.pop_front();
      }
    }
    if (round % 17 != 0) continue;
    for (const auto& [partition, offset] : committable()) actual[partition] = offset;
    ASSERT_EQ(actual, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace sluice::tasks
