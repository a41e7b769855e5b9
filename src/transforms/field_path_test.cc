#include "transforms/field_path.h"

#include <gtest/gtest.h>

namespace sluice::transforms {
namespace {

using Steps = std::vector<std::string>;

TEST(FieldPath, DotsPartAndBackticksHoldTogether) {
  EXPECT_EQ(*parse_field_path("a"), Steps({"a"}));
  EXPECT_EQ(*parse_field_path("a.b.c"), Steps({"a", "b", "c"}));
  EXPECT_EQ(*parse_field_path("`a.b`.c"), Steps({"a.b", "c"}));
  EXPECT_EQ(*parse_field_path("a.`b.c`"), Steps({"a", "b.c"}));
  EXPECT_EQ(*parse_field_path("a."), Steps({"a", ""}));
  EXPECT_EQ(*parse_field_path("a`b"), Steps({"a`b"}));
  EXPECT_EQ(*parse_field_path("`a`b`.c"), Steps({"a`b", "c"}));
  EXPECT_EQ(*parse_field_path("`a\\`.b`"), Steps({"a`.b"}));
  EXPECT_EQ(*parse_field_path(""), Steps());
}

TEST(FieldPath, ABacktickNeedsItsTwin) {
  const auto path = parse_field_path("a.`b");
  ASSERT_FALSE(path.ok());
  EXPECT_EQ(
      path.error().message(),
      "Incomplete backtick pair in path: [a.`b], consider adding a backslash before backtick at position 2 "
      "to escape it");
}

}  // namespace
}  // namespace sluice::transforms
