#include "connectors/sql/instant.h"

#include <gtest/gtest.h>

#include <limits>

namespace sluice::connectors::sql {
namespace {

TEST(Instant, RoundsDownBefore1970) {
  EXPECT_EQ(Instant::from_micros(-1), (Instant{-1, 999'999'000}));
  EXPECT_EQ(Instant::from_ms(-1'500), (Instant{-2, 500'000'000}));
  EXPECT_EQ(Instant::from_ms(-2'000), (Instant{-2, 0}));
  EXPECT_EQ(Instant::from_ms(-1'500).ms(), -1'500);
}

TEST(Instant, HoldsTheFurthestTimes) {
  const int64_t least = std::numeric_limits<int64_t>::min();
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Instant::from_micros(least), (Instant{-9'223'372'036'855, 224'192'000}));
  EXPECT_EQ(Instant::from_micros(most), (Instant{9'223'372'036'854, 775'807'000}));
  EXPECT_EQ(Instant::from_ms(least).nanos, 192'000'000);
}

}  // namespace
}  // namespace sluice::connectors::sql
