#include "kafka/protocol/subscription.h"

#include <gtest/gtest.h>

namespace sluice::kafka::protocol {
namespace {

TEST(SubscriptionTest, TopicsAreReadAndSorted) {
  const std::string metadata("\0\3\0\0\0\2\0\1b\0\1a\xff\xff\xff\xff\0\0\0\0", 20);
  EXPECT_EQ(subscribed_topics(metadata), (std::vector<std::string>{"a", "b"}));
}

TEST(SubscriptionTest, OtherBytesAreNone) {
  EXPECT_EQ(subscribed_topics(""), std::nullopt);
  EXPECT_EQ(subscribed_topics(std::string("\0\3\x7f\xff\xff\xff\0", 7)), std::nullopt);
  EXPECT_EQ(subscribed_topics(std::string("\0\0\0\0\0\1\0\5ab", 10)), std::nullopt);
}

}  // namespace
}  // namespace sluice::kafka::protocol
