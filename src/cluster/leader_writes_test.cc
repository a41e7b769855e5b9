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
  ConfigTopicGuard guard_{"configs"};
};

TEST_F(LeaderWritesTest, WithoutExactlyOnceNothingIsClaimed) {
  LeaderWrites writes(config_, scheduler_, guard_, false);
  writes.set_leader(true);
  EXPECT_TRUE(write(writes).ok());
  EXPECT_EQ(config_.calls, (std::vector<std::string>{"remove c"}));
}

TEST_F(LeaderWritesTest, ALeaderClaimsOnce) {
  LeaderWrites writes(config_, scheduler_, guard_, true);
  writes.set_leader(true);
  writes.set_leader(true);
  EXPECT_TRUE(write(writes).ok());
  EXPECT_EQ(config_.calls, (std::vector<std::string>{"claim", "remove c"}));
}

TEST_F(LeaderWritesTest, AFailureIsToldAndTheNextWriteClaimsAgain) {
  LeaderWrites writes(config_, scheduler_, guard_, true);
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
  LeaderWrites writes(config_, scheduler_, guard_, true);
  int claims = 0;
  config_.outcome = [&](const std::string&) {
    return ++claims < 3 ? Status(retriable("not now")) : Status();
  };
  writes.set_leader(true);
  time_.advance(std::chrono::seconds(2));
  EXPECT_EQ(claims, 3);
}

TEST_F(LeaderWritesTest, WhoIsNoLeaderAnyMoreDoesNotGoOn) {
  LeaderWrites writes(config_, scheduler_, guard_, true);
  config_.outcome = [](const std::string&) { return Status(retriable("not now")); };
  writes.set_leader(true);
  writes.set_leader(false);
  time_.advance(std::chrono::seconds(2));
  EXPECT_EQ(config_.calls.size(), 1U);
}

TEST_F(LeaderWritesTest, NothingIsWrittenToATopicThatIsNotTheKnownOne) {
  LeaderWrites writes(config_, scheduler_, guard_, false);
  const std::vector<kafka::LogRecord> records{{"key", "{}", 0, 0}};
  EXPECT_FALSE(guard_.admits(records, 5));
  const Status status = write(writes);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(LeaderWrites::refusal(status.error()).message.find("created anew"), std::string::npos);
  EXPECT_TRUE(config_.calls.empty());
}

}  // namespace
}  // namespace sluice::cluster
