#include "base/random.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Random, GivesAsManyBytesAsAskedAndOthersEachTime) {
  EXPECT_EQ(system_random().bytes(32).size(), 32U);
  EXPECT_NE(system_random().bytes(16), system_random().bytes(16));
}

TEST(Random, FractionsAreBelowOne) {
  for (int i = 0; i < 1000; ++i) {
    const double fraction = system_random().fraction();
    EXPECT_GE(fraction, 0.0);
    EXPECT_LT(fraction, 1.0);
  }
}

}  // namespace
}  // namespace sluice
