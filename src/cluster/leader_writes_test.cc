#include "cluster/leader_writes.h"

#include <gtest/gtest.h>

#include "base/testing/virtual_scheduler.h"
#include "cluster/testing/fake_config_store.h"

namespace sluice::cluster {
namespace {

class LeaderWritesTest : public ::testing::Test {
 protected:
  Status write(LeaderWrites& writes) {
    Status result = failed("not answered");
    writes.write([](store::ConfigStore& config,
                    const LeaderWrites::Done& done) { config.remove_connector("c", done); },
                 [&](const Status& status) { result = status; });
    return result;
  }
  testing::VirtualScheduler time_;
  LivingScheduler scheduler_{time_};
  FakeConfigStore config_;
};

TEST_F(LeaderWritesTest, WithoutExactlyOnceNothingIsClaimed) {
  LeaderWrites writes(config_, scheduler_, false);
  writes.set_leader(true);
  EXPECT_TRUE(write(writes).ok());
  EXPECT_EQ(config_.calls, (std::vector<std::string>{"remove c"}));
}

TEST_F(LeaderWritesTest, ALeaderClaimsOnce) {
  LeaderWrites writes(config_, scheduler_, true);
  writes.set_leader(true);
  writes.set_leader(true);
  EXPECT_TRUE(write(writes).ok());
  EXPECT_EQ(config_.calls, (std::vector<std::string>{"claim", "remove c"}));
}

TEST_F(LeaderWritesTest, AFailureIsToldAndTheNextWriteClaimsAgain) {
  LeaderWrites writes(config_, scheduler_, true);
  writes.set_leader(true);
  config_.outcome = [](const std::string& call) {
    return call == "claim" ? Status() : Status(fenced("other"));
  };
  EXPECT_FALSE(write(writes).ok());
  config_.outcome = [](const std::string&) { return Status(); };
  EXPECT_TRUE(write(writes).ok());
  EXPECT_EQ(config_.calls, (std::vector<std::string>{"claim", "remove c", "claim", "remove c"}));
}

TEST_F(LeaderWritesTest, AClaimThatFailsIsTriedAgain) {
  LeaderWrites writes(config_, scheduler_, true);
  int claims = 0;
  config_.outcome = [&](const std::string&) {
    return ++claims < 3 ? Status(retriable("not now")) : Status();
  };
  writes.set_leader(true);
  time_.advance(std::chrono::seconds(2));
  EXPECT_EQ(claims, 3);
}

TEST_F(LeaderWritesTest, WhoIsNoLeaderAnyMoreDoesNotGoOn) {
  LeaderWrites writes(config_, scheduler_, true);
  config_.outcome = [](const std::string&) { return Status(retriable("not now")); };
  writes.set_leader(true);
  writes.set_leader(false);
  time_.advance(std::chrono::seconds(2));
  EXPECT_EQ(config_.calls.size(), 1U);
}

}  // namespace
}  // namespace sluice::cluster
