#include "plugins/version.h"

#include <gtest/gtest.h>

namespace sluice::plugins {
namespace {

bool contains(std::string_view range, std::string_view version) {
  const auto parsed = VersionRange::parse(range);
  EXPECT_TRUE(parsed.ok()) << range;
  return parsed.ok() && parsed->contains(version);
}

TEST(Versions, ComparesByNumbers) {
  EXPECT_LT(compare_versions("1.9", "1.10"), 0);
  EXPECT_EQ(compare_versions("4.1.0", "4.1"), 0);
  EXPECT_GT(compare_versions("4.1.0", "4.1.0-rc1"), 0);
  EXPECT_LT(compare_versions("3.5.0.Final", "3.6"), 0);
}

TEST(Versions, Ranges) {
  EXPECT_TRUE(contains("4.1.0", "4.1.0"));
  EXPECT_FALSE(contains("4.1.0", "4.1.1"));
  EXPECT_TRUE(contains("[4.0,5.0]", "4.1.0"));
  EXPECT_FALSE(contains("[4.0,4.1.0)", "4.1.0"));
  EXPECT_TRUE(contains("(,4.1.0]", "4.1.0"));
  EXPECT_TRUE(contains("[1,2],[4,)", "4.1.0"));
  EXPECT_TRUE(contains("latest", "1"));
  EXPECT_TRUE(contains("", "1"));
}

TEST(Versions, WrongRangesHaveMavensTexts) {
  EXPECT_EQ(VersionRange::parse("[bad").error().message(), "Unbounded range: [bad");
  EXPECT_FALSE(VersionRange::parse("[2,1]").ok());
  EXPECT_EQ(VersionRange::parse("9.9")->text(), "[9.9,9.9]");
}

}  // namespace
}  // namespace sluice::plugins
