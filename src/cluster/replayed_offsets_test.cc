#include "cluster/replayed_offsets.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sluice::cluster {
namespace {

using Committed = kafka::OffsetAndMetadata;

TEST(ReplayedOffsets, WhatIsAddedMeltsTogether) {
  ReplayedOffsets offsets;
  offsets.add(5, 6);
  offsets.add(8, 9);
  EXPECT_EQ(*offsets.committed(), (Committed{0, "5-6,8-9"}));
  offsets.add(6, 8);
  EXPECT_EQ(*offsets.committed(), (Committed{0, "5-9"}));
  EXPECT_FALSE(offsets.contains(4));
  EXPECT_TRUE(offsets.contains(8));
  offsets.add(0, 5);
  EXPECT_EQ(*offsets.committed(), (Committed{9, ""}));
}

TEST(ReplayedOffsets, IsReadAsItWasWritten) {
  std::mt19937 random(1);
  ReplayedOffsets offsets;
  std::set<int64_t> model;
  for (int i = 0; i < 200; ++i) {
    const auto from = static_cast<int64_t>(random() % 300);
    const auto to = from + 1 + static_cast<int64_t>(random() % 4);
    offsets.add(from, to);
    for (int64_t at = from; at < to; ++at) model.insert(at);
    const auto committed = offsets.committed();
    ASSERT_TRUE(committed.ok());
    const auto read = ReplayedOffsets::parse(*committed);
    ASSERT_TRUE(read.ok());
    for (int64_t at = 0; at < 310; ++at) ASSERT_EQ(read->contains(at), model.contains(at)) << at;
    offsets = *read;
  }
}

TEST(ReplayedOffsets, MetadataOfOthersAndTooManyRangesAreErrors) {
  EXPECT_TRUE(ReplayedOffsets::parse({-1, ""}).ok()) << "nothing is committed";
  for (const char* metadata : {"x", "5", "5-", "6-5", "5-6,", "5-6;7-8"}) {
    EXPECT_FALSE(ReplayedOffsets::parse({3, metadata}).ok()) << metadata;
  }
  ReplayedOffsets offsets;
  for (int64_t at = 1; at < 10'000; at += 2) offsets.add(at, at + 1);
  EXPECT_EQ(offsets.committed().error().message(),
            "Too many letters were picked one by one: replay those between offset 0 and 9999 first");
}

}  // namespace
}  // namespace sluice::cluster
