#include "rest/uri.h"

#include <gtest/gtest.h>

#include "rest/json.h"

namespace sluice::rest {
namespace {

using Texts = std::vector<std::string>;

TEST(Uri, SegmentsAreDecodedAfterTheyAreSplit) {
  EXPECT_EQ(parse_target("/connectors/a%2Fb/status")->segments, (Texts{"connectors", "a/b", "status"}));
  EXPECT_EQ(parse_target("/connectors/%C3%A9%20x/")->segments, (Texts{"connectors", "é x"}));
  EXPECT_EQ(parse_target("/a;x=y/b")->segments, (Texts{"a", "b"}));
  EXPECT_EQ(parse_target("/a+b")->segments, Texts{"a+b"});
  EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Uri, WhatIsAmbiguousIsRefused) {
  for (const char* text :
       {"", "x", "//a", "/a//b", "/%zz", "/%2", "/%ff", "/%c0%af", "/a%00b", "/%ed%a0%80"}) {
    EXPECT_FALSE(parse_target(text).ok()) << text;
  }
}

TEST(Uri, Queries) {
  const auto target = parse_target("/x?expand=info&a+b=c%26d&expand=status&flag&on=TRUE&off=yes&=");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->query_value("expand"), "info");
  EXPECT_EQ(target->query_value("a b"), "c&d");
  EXPECT_EQ(target->query_value("flag"), "");
  EXPECT_TRUE(query_flag(*target, "on", false));
  EXPECT_FALSE(query_flag(*target, "off", true));
  EXPECT_TRUE(query_flag(*target, "flag", true));
  EXPECT_TRUE(query_flag(*target, "absent", true));
}

TEST(RestJson, NumbersKeepTheirText) {
  const auto config =
      to_raw_config(*parse_json(R"({"a":1.50,"b":1e3,"c":true,"d":null,"e":"x","f":12,"a":-7})"));
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(*config,
            (cluster::RawConfig{
                {"a", "-7"}, {"b", "1e3"}, {"c", "true"}, {"d", std::nullopt}, {"e", "x"}, {"f", "12"}}));
}

TEST(RestJson, WhatIsNoConfigurationIsNamed) {
  EXPECT_EQ(to_raw_config(*parse_json(R"({"a":[1]})")).error().message(),
            "The value of 'a' must be a text, a number, a boolean or null, not an array");
  EXPECT_FALSE(to_raw_config(*parse_json("[]")).ok());
}

TEST(RestJson, ErrorsNameThePlaceAndNoContent) {
  const auto wrong = parse_json("{\"password\":\"secret\",\n \"x\": secret}");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().message(),
            "The request's body is not valid JSON: it cannot be read beyond line 2, column 7");
  for (const char* text : {"", "{", "[1,]", "{}x", "{\"a\":}", "\"\xff\"", "nul"})
    EXPECT_FALSE(parse_json(text).ok()) << text;
}

TEST(RestJson, DeepNestingIsRefusedWithoutARecursion) {
  EXPECT_FALSE(parse_json(std::string(100'000, '[')).ok());
  EXPECT_TRUE(parse_json(std::string(1000, '[') + std::string(1000, ']')).ok());
  EXPECT_FALSE(parse_json(std::string(1001, '[') + std::string(1001, ']')).ok());
}

TEST(RestJson, ManyKeysTakeNoQuadraticTime) {
  std::string text = "{";
  for (int i = 0; i < 300'000; ++i) text += (i == 0 ? "\"" : ",\"") + std::to_string(i % 200'000) + "\":1";
  const auto begin = std::chrono::steady_clock::now();
  const auto json = parse_json(text + "}");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->object()->size(), 200'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(RestJson, WritesWhatItHasRead) {
  const std::string text = R"({"a":[1,2.50,{"b":null}],"c":"\"\\\u0001é","d":false})";
  EXPECT_EQ(to_text(*parse_json(text)), text);
}

}  // namespace
}  // namespace sluice::rest
