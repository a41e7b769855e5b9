#include "cluster/request_queue.h"

#include <gtest/gtest.h>

#include "base/testing/virtual_scheduler.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

class RequestQueueTest : public ::testing::Test {
 protected:
  void add(const std::string& name) {
    queue_.add(
        name,
        [this, name](RequestQueue::Finish finish) {
          begun_ += name;
          finish_ = std::move(finish);
        },
        [this, name] { refused_ += name; });
  }
  testing::VirtualScheduler time_;
  RequestQueue queue_{time_, milliseconds(90'000)};
  std::string begun_;
  std::string refused_;
  RequestQueue::Finish finish_;
};

TEST_F(RequestQueueTest, OneAfterAnother) {
  queue_.release();
  add("a");
  add("b");
  time_.run_until_idle();
  EXPECT_EQ(begun_, "a");
  finish_();
  time_.run_until_idle();
  EXPECT_EQ(begun_, "ab");
}

TEST_F(RequestQueueTest, NothingBeginsWhileHeld) {
  add("a");
  time_.run_until_idle();
  EXPECT_EQ(begun_, "");
  queue_.release();
  EXPECT_EQ(begun_, "a");
}

TEST_F(RequestQueueTest, GoesOnAfterARequestThatNeverEnds) {
  queue_.release();
  add("a");
  add("b");
  const auto finish_first = finish_;
  time_.advance(milliseconds(90'001));
  EXPECT_EQ(begun_, "ab");
  finish_first();
  add("c");
  time_.run_until_idle();
  EXPECT_EQ(begun_, "ab") << "a late end must not end the request that runs now";
}

TEST_F(RequestQueueTest, ManyThatEndAtOnceDoNotRecurse) {
  queue_.release();
  int ran = 0;
  for (int i = 0; i < 100'000; ++i) {
    queue_.add(
        "x",
        [&](const RequestQueue::Finish& finish) {
          ++ran;
          finish();
        },
        [] {});
  }
  time_.run_until_idle();
  EXPECT_EQ(ran, 100'000);
}

TEST_F(RequestQueueTest, ClosingRefusesWhatWaitsAndWhatComes) {
  add("a");
  queue_.close();
  add("b");
  queue_.release();
  EXPECT_EQ(refused_, "ab");
  EXPECT_EQ(begun_, "");
}

}  // namespace
}  // namespace sluice::cluster
