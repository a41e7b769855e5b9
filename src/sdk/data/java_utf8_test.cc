#include "sdk/data/java_utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::sdk {
namespace {

std::string decoded(std::string_view bytes) {
  Arena arena;
  return std::string(decode_utf8(arena, bytes));
}

TEST(JavaUtf8, ValidTextIsNotCopied) {
  Arena arena;
  const std::string_view text = "sch\xC3\xB6n \xE2\x82\xAC \xF0\x9F\x98\x80";
  EXPECT_EQ(decode_utf8(arena, text).data(), text.data());
}

// Expected values were taken from Java 17's InputStreamReader, which counts malformed lengths in its own way.
TEST(JavaUtf8, MalformedSequencesBecomeWhatJavaMakesOfThem) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(decoded("a\x80z"), "a" + bad + "z");
  EXPECT_EQ(decoded("\xC0\x80"), bad + bad);
  EXPECT_EQ(decoded("\xE2\x82"), bad);
  EXPECT_EQ(decoded("\xE2\x82z"), bad + "z");
  EXPECT_EQ(decoded("\xE0\x80\x80"), bad + bad + bad);
  EXPECT_EQ(decoded("\xED\xA0\x80"), bad) << "an encoded surrogate is one error of three bytes";
  EXPECT_EQ(decoded("\xF0\x9F\x98"), bad);
  EXPECT_EQ(decoded("\xF0\x80\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(decoded("\xF5\x80\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(decoded("\xFF\xFE"), bad + bad);
}

TEST(JavaUtf8, FindsTheOneByteThatIsNotAscii) {
  EXPECT_TRUE(is_ascii(""));
  for (size_t length = 1; length < 100; ++length) {
    std::string text(length, 'x');
    EXPECT_TRUE(is_ascii(text));
    for (size_t i = 0; i < length; ++i) {
      text[i] = '\x80';
      EXPECT_FALSE(is_ascii(text)) << length << " " << i;
      text[i] = 'x';
    }
  }
}

}  // namespace
}  // namespace sluice::sdk
