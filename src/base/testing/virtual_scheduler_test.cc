#include "base/testing/virtual_scheduler.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::testing {
namespace {

using std::chrono::milliseconds;

TEST(VirtualScheduler, RunsWorkByDueTimeThenByPosting) {
  VirtualScheduler scheduler;
  std::string order;
  scheduler.post_after(milliseconds(20), [&] { order += "c"; });
  scheduler.post_after(milliseconds(10), [&] {
    order += "a";
    scheduler.post([&] { order += "b"; });
    scheduler.post_after(milliseconds(10), [&] { order += "d"; });
  });
  EXPECT_EQ(scheduler.run_until_idle(), 0U);
  const int64_t start_ms = scheduler.steady_ms();
  EXPECT_EQ(scheduler.next_due_ms(), start_ms + 10);
  EXPECT_EQ(scheduler.advance(milliseconds(19)), 2U);
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(scheduler.steady_ms(), start_ms + 19);
  scheduler.advance(milliseconds(1));
  EXPECT_EQ(order, "abcd");
  EXPECT_EQ(scheduler.next_due_ms(), std::nullopt);
  EXPECT_EQ(scheduler.wall_ms(), VirtualScheduler::kWallStartMs + 20);
}

TEST(VirtualScheduler, WorkSeesTheTimeAtWhichItIsDue) {
  VirtualScheduler scheduler(0);
  int64_t seen_ms = -1;
  scheduler.post_after(milliseconds(7), [&] { seen_ms = scheduler.steady_ms(); });
  scheduler.advance(milliseconds(100));
  EXPECT_EQ(seen_ms, 7);
}

TEST(VirtualScheduler, RunsUntilAConditionHolds) {
  VirtualScheduler scheduler(0);
  int count = 0;
  scheduler.post_after(milliseconds(5), [&] { ++count; });
  scheduler.post_after(milliseconds(9), [&] { ++count; });
  EXPECT_TRUE(scheduler.run_until([&] { return count == 1; }, milliseconds(100)));
  EXPECT_EQ(scheduler.steady_ms(), 5);
  EXPECT_FALSE(scheduler.run_until([&] { return count == 2; }, milliseconds(3)));
  EXPECT_TRUE(scheduler.run_until([&] { return count == 2; }, milliseconds(4)));
}

TEST(VirtualScheduler, StopsWorkThatPostsItselfForEver) {
  VirtualScheduler scheduler;
  std::function<void()> again = [&] { scheduler.post(again); };
  again();
  EXPECT_EQ(scheduler.run_until_idle(50), 50U);
}

}  // namespace
}  // namespace sluice::testing
