#include "kafka/client_log.h"

#include <gtest/gtest.h>

namespace sluice::kafka {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(ClientLogTest, LetsEachKindThroughOnceInAWhile) {
  ClientLog log("c");
  const std::chrono::steady_clock::time_point start;
  EXPECT_TRUE(log.is_news("127.0.0.1:9092: Connect failed (after 3ms in state CONNECT)", start));
  EXPECT_FALSE(log.is_news(
      "127.0.0.1:9092: Connect failed (after 25ms in state CONNECT, 7 identical error(s) suppressed)",
      start + seconds(1)));
  EXPECT_TRUE(log.is_news("127.0.0.1:9092: Something else", start + seconds(1)));
  EXPECT_FALSE(log.is_news("127.0.0.1:9092: Connect failed", start + minutes(4)));
  EXPECT_TRUE(log.is_news("127.0.0.1:9092: Connect failed", start + minutes(6)));
}

}  // namespace
}  // namespace sluice::kafka
