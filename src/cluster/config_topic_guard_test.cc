#include "cluster/config_topic_guard.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::cluster {
namespace {

std::vector<kafka::LogRecord> at(int64_t offset) { return {{"key", "{}", 0, offset}}; }

TEST(ConfigTopicGuard, OffsetsThatGoOnAreFine) {
  ConfigTopicGuard guard("configs");
  EXPECT_TRUE(guard.admits(at(0), -1));
  EXPECT_TRUE(guard.admits(at(1), 1));
  EXPECT_TRUE(guard.admits(at(7), 2)) << "transactions and compaction leave gaps";
  EXPECT_FALSE(guard.problem().has_value());
}

TEST(ConfigTopicGuard, ATopicThatBeginsAgainIsNotTaken) {
  ConfigTopicGuard guard("configs");
  EXPECT_FALSE(guard.admits(at(0), 8));
  ASSERT_TRUE(guard.problem().has_value());
  EXPECT_NE(guard.problem()->message().find("'configs' has been deleted and created anew"),
            std::string::npos);
  EXPECT_FALSE(guard.admits(at(9), 8)) << "nothing that follows counts either";
}

}  // namespace
}  // namespace sluice::cluster
