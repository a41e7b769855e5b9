#include "base/pattern.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

bool matches(const std::string& pattern, std::string_view text) {
  const auto compiled = Pattern::compile(pattern);
  EXPECT_TRUE(compiled.ok());
  return compiled->matches(text).value();
}

TEST(PatternTest, MatchesTheWholeName) {
  EXPECT_TRUE(matches("orders", "orders"));
  EXPECT_FALSE(matches("orders", "orders-2"));
  EXPECT_FALSE(matches("orders", "my-orders"));
  EXPECT_TRUE(matches("orders.*", "orders-2"));
  EXPECT_TRUE(matches("a|ab", "ab"));
  EXPECT_TRUE(matches("(?i)ORDERS", "orders"));
  EXPECT_TRUE(matches("orders-\\d+", "orders-17"));
  EXPECT_FALSE(matches("", "x"));
}

TEST(PatternTest, NamesTheMistake) {
  const auto broken = Pattern::compile("orders-(a");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().kind(), ErrorKind::kBadConfig);
  EXPECT_EQ(broken.error().message(),
            "Invalid pattern 'orders-(a': missing closing parenthesis at character 9");
}

TEST(PatternTest, GivesUpOnRunawayPatterns) {
  const auto compiled = Pattern::compile("(x+x+)+y");
  ASSERT_TRUE(compiled.ok());
  const auto matched = compiled->matches(std::string(200, 'x') + "zy");
  ASSERT_FALSE(matched.ok());
  EXPECT_EQ(matched.error().kind(), ErrorKind::kBadConfig);
}

}  // namespace
}  // namespace sluice
