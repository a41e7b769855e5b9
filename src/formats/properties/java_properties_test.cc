#include "formats/properties/java_properties.h"

#include <gtest/gtest.h>

namespace sluice::formats {
namespace {

TEST(JavaProperties, SeparatorsCommentsAndBlanks) {
  const auto parsed = parse_java_properties("# a comment\n! another\r\n a = 1\nb:2\rc 3\n\nd=\ne\n=x=y\n");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed,
            (sdk::Properties{{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", ""}, {"e", ""}, {"", "x=y"}}));
}

TEST(JavaProperties, ContinuationsAndEscapes) {
  const auto parsed = parse_java_properties(
      "list=one,\\\n    two,\\\n# three\npath=C\\:\\\\temp\nkey\\ "
      "with\\=both=v\\t\\u00e9\\ud83d\\ude00\nend=1\\");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->at("list"), "one,two,# three");
  EXPECT_EQ(parsed->at("path"), "C:\\temp");
  EXPECT_EQ(parsed->at("key with=both"), "v\t\u00e9\U0001F600");
  EXPECT_EQ(parsed->at("end"), "1");
}

TEST(JavaProperties, TrailingBlanksOfAValueStayAndTheLastKeyWins) {
  const auto parsed = parse_java_properties("a=1 \na=2 ");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->at("a"), "2 ");
}

TEST(JavaProperties, AMalformedEscapeNamesItsLine) {
  const auto parsed = parse_java_properties("a=1\nb=\\u12g4\n");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message(), "line 2: malformed \\uxxxx escape, four hex digits are needed");
}

}  // namespace
}  // namespace sluice::formats
