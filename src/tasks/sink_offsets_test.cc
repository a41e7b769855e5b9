#include "tasks/sink_offsets.h"

#include <gtest/gtest.h>

namespace sluice::tasks {
namespace {

const sdk::TopicPartition kA{"t", 0};
const sdk::TopicPartition kB{"t", 1};

SinkOffsets with_two_partitions() {
  SinkOffsets offsets;
  offsets.assigned(kA, 10);
  offsets.assigned(kB, 20);
  offsets.put(kA, 15);
  return offsets;
}

TEST(SinkOffsets, OnlyWhatMovedAndWasPutIsCommittable) {
  const SinkOffsets offsets = with_two_partitions();
  const auto asked = offsets.current({kA, kB});
  EXPECT_EQ(offsets.committable(asked, asked), (kafka::CommitOffsets{{kA, {15, ""}}}));
  EXPECT_EQ(offsets.committable(asked, {{kA, 12}}), (kafka::CommitOffsets{{kA, {12, ""}}}));
  EXPECT_TRUE(offsets.committable(asked, {{kA, 16}}).empty());
  EXPECT_TRUE(offsets.committable(asked, {{{"other", 0}, 1}}).empty());
}

TEST(SinkOffsets, APartitionThatTheTaskCommitsItselfIsLeftAlone) {
  SinkOffsets offsets = with_two_partitions();
  offsets.taken_over_by_task(kA, 10);
  const auto asked = offsets.current({kA, kB});
  EXPECT_TRUE(offsets.committable(asked, asked).empty());
  offsets.forget({kA});
  offsets.assigned(kA, 10);
  offsets.put(kA, 11);
  EXPECT_EQ(offsets.committable(offsets.current({kA}), {{kA, 11}}).size(), 1U);
}

TEST(SinkOffsets, GoesBackToWhatIsCommitted) {
  SinkOffsets offsets = with_two_partitions();
  offsets.committed({{kA, {13, ""}}});
  offsets.put(kA, 18);
  EXPECT_EQ(offsets.back_to_committed(), (sdk::Offsets{{kA, 13}, {kB, 20}}));
  EXPECT_EQ(offsets.all_current().at(kA), 13);
}

TEST(SinkOffsets, ALateCommitOfALostPartitionChangesNothing) {
  SinkOffsets offsets = with_two_partitions();
  offsets.forget({kA});
  offsets.committed({{kA, {15, ""}}});
  EXPECT_FALSE(offsets.last_committed().contains(kA));
}

}  // namespace
}  // namespace sluice::tasks
