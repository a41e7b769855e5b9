#include "base/java_regex.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

Result<std::string> replace(const std::string& pattern, std::string_view text, std::string_view replacement) {
  return JavaRegex::compile(pattern)->replace_first(text, replacement);
}

std::string mistake(const std::string& pattern) { return JavaRegex::compile(pattern).error().message(); }

TEST(JavaRegex, MatchesTheWholeText) {
  EXPECT_TRUE(*JavaRegex::compile("a|ab")->matches("ab"));
  EXPECT_FALSE(*JavaRegex::compile("a")->matches("ab"));
  EXPECT_TRUE(*JavaRegex::compile("\\p{Alpha}+\\P{Digit}[\\p{Lower}.]")->matches("ab-."));
}

TEST(JavaRegex, ReplacesWhatItFindsFirst) {
  EXPECT_EQ(*replace("a|ab", "ab", "x"), "xb");
  EXPECT_EQ(*replace("(.*)-(.*)", "a-b", "$2_$1"), "b_a");
  EXPECT_EQ(*replace("(?<name>[a-z]+)", "ab1", "<${name}>"), "<ab>1");
  EXPECT_EQ(*replace("(x)?a", "a", "[$1]"), "[]");
  EXPECT_EQ(*replace("a", "b", "c"), "b");
}

TEST(JavaRegex, TakesAsManyDigitsAsThereAreGroups) {
  EXPECT_EQ(*replace("(a)", "a", "$10"), "a0");
  EXPECT_EQ(*replace("a", "a", "\\$1\\\\"), "$1\\");
}

TEST(JavaRegex, RefusesBadReferencesAsJavaDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"$", "Illegal group reference: group index is missing"},
      {"$x", "Illegal group reference"},
      {"$2", "No group 2"},
      {"a\\", "character to be escaped is missing"},
      {"${n}", "No group with name {n}"},
      {"${n", "named capturing group is missing trailing '}'"},
      {"${1n}", "capturing group name {1n} starts with digit character"}};
  for (const auto& [replacement, message] : cases) {
    const auto result = replace("(a)", "a", replacement);
    ASSERT_FALSE(result.ok()) << replacement;
    EXPECT_EQ(result.error().message(), message);
    EXPECT_EQ(result.error().kind(), ErrorKind::kBadRecord);
  }
}

TEST(JavaRegex, NamesCommonMistakesInJavasWords) {
  EXPECT_EQ(mistake("("), "Unclosed group near index 1\n(");
  EXPECT_EQ(mistake("[a"), "Unclosed character class near index 1\n[a\n ^");
  EXPECT_EQ(mistake("*a"), "Dangling meta character '*' near index 0\n*a\n^");
  EXPECT_EQ(mistake("a)"), "Unmatched closing ')' near index 0\na)\n^");
}

TEST(JavaRegex, TakesJavasWaysOfWriting) {
  EXPECT_TRUE(*JavaRegex::compile("\\u0061[\\u0062]")->matches("ab"));
  EXPECT_TRUE(*JavaRegex::compile("[]a]+[^]]\\Q[[\\E")->matches("a]x[["));
  EXPECT_TRUE(*JavaRegex::compile("[\\[a]+")->matches("[a"));
}

TEST(JavaRegex, ClassesThatItDoesNotKnowAreAnErrorOfTheConfiguration) {
  for (const char* pattern : {"[a-z&&[^b]]", "[a[b]]"}) {
    const auto regex = JavaRegex::compile(pattern);
    ASSERT_FALSE(regex.ok()) << pattern;
    EXPECT_EQ(regex.error().kind(), ErrorKind::kBadConfig);
  }
}

TEST(JavaRegex, ARunawayPatternIsAnError) {
  const auto result = JavaRegex::compile("(a+)+b")->matches(std::string(60, 'a') + "cb");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), ErrorKind::kBadRecord);
}

}  // namespace
}  // namespace sluice
