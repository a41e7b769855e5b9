#include "base/pumped_scheduler.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace sluice {
namespace {

using std::chrono::milliseconds;

TEST(PumpedScheduler, RunsWorkOnTheThreadThatPumps) {
  PumpedScheduler scheduler;
  std::string order;
  std::thread::id ran_on;
  scheduler.post_after(milliseconds(5), [&] { order += "b"; });
  scheduler.post([&] { order += "a"; });
  std::thread other([&] {
    scheduler.post_after(milliseconds(20), [&] {
      order += "c";
      ran_on = std::this_thread::get_id();
    });
  });
  EXPECT_TRUE(scheduler.run_until([&] { return order == "abc"; }, milliseconds(5'000)));
  other.join();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(PumpedScheduler, GivesUpWhenPatienceIsOver) {
  PumpedScheduler scheduler;
  bool ran = false;
  scheduler.post_after(milliseconds(10'000), [&] { ran = true; });
  EXPECT_FALSE(scheduler.run_until([&] { return ran; }, milliseconds(5)));
}

}  // namespace
}  // namespace sluice
