#include "cluster/event_loop.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

TEST(EventLoop, RunsInOrderOfDueTimeAndPosting) {
  std::vector<int> order;
  std::promise<void> done;
  {
    EventLoop loop;
    loop.post_after(milliseconds(30), [&] {
      order.push_back(3);
      done.set_value();
    });
    loop.post([&] { order.push_back(1); });
    loop.post([&] { order.push_back(2); });
    done.get_future().wait();
  }
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(EventLoop, WorkMayPostWork) {
  std::promise<int> done;
  EventLoop loop;
  loop.post([&] { loop.post([&] { done.set_value(7); }); });
  EXPECT_EQ(done.get_future().get(), 7);
}

TEST(EventLoop, NothingRunsAfterStop) {
  bool ran = false;
  EventLoop loop;
  loop.post_after(milliseconds(50), [&] { ran = true; });
  loop.stop();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace sluice::cluster
