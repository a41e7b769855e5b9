#include "cluster/errands.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>

namespace sluice::cluster {
namespace {

TEST(Errands, RunSideBySideUpToTheirNumber) {
  Errands errands(2);
  std::latch both(2);
  std::promise<void> done;
  errands.run([&] { both.arrive_and_wait(); });
  errands.run([&] {
    both.arrive_and_wait();
    done.set_value();
  });
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(Errands, MoreThanThreadsWait) {
  std::atomic<int> ran{0};
  {
    Errands errands(2);
    std::promise<void> last;
    for (int i = 0; i < 100; ++i) {
      errands.run([&] {
        if (++ran == 100) last.set_value();
      });
    }
    last.get_future().wait();
  }
  EXPECT_EQ(ran, 100);
}

TEST(Errands, TheEndWaitsForWhatRunsAndDropsTheRest) {
  std::atomic<int> ran{0};
  {
    Errands errands(1);
    std::promise<void> begun;
    errands.run([&] {
      begun.set_value();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ++ran;
    });
    begun.get_future().wait();
    for (int i = 0; i < 5; ++i) errands.run([&] { ran += 100; });
  }
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace sluice::cluster
