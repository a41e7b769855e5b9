#include "formats/json_schema/compatibility.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::json_schema {
namespace {

std::string reason(std::string_view writer, std::string_view reader) {
  const auto from = SchemaDocument::parse(writer);
  const auto to = SchemaDocument::parse(reader);
  if (!from.ok() || !to.ok()) return "wrong schema";
  const auto found = incompatibility(**from, **to);
  return !found.ok() ? found.error().message() : found->value_or("");
}

TEST(Compatibility, SameSchemasFit) {
  for (
      const char* text : {
          R"({"type":"string"})",
          R"({"oneOf":[{"type":"null"},{"type":"integer","connect.type":"int32"}]})",
          R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})",
          R"({"type":"array","items":{"enum":["a","b"]},"uniqueItems":true,"maxItems":3})",
          R"({"properties":{"next":{"$ref":"#"}},"not":{"type":"null"}})",
          R"(true)",
      })
    EXPECT_EQ(reason(text, text), "");
}

TEST(Compatibility, Types) {
  EXPECT_EQ(reason(R"({"type":"integer"})", R"({"type":"number"})"), "");
  EXPECT_EQ(reason(R"({"type":"number"})", R"({"type":"integer"})"),
            "the type of # changes from number to integer");
  EXPECT_EQ(reason(R"({"type":"string"})", R"({"type":["string","null"]})"), "");
  EXPECT_EQ(reason(R"({"type":["string","null"]})", R"({"type":"string"})"),
            "the type of # changes from null to string");
  EXPECT_EQ(reason(R"({})", R"({"type":"string"})"), "the type of # was any and is string");
  EXPECT_EQ(
      reason(R"({"type":"integer","connect.type":"int64"})", R"({"type":"integer","connect.type":"int32"})"),
      "the type of # narrows from int64 to int32");
}

TEST(Compatibility, Unions) {
  const char* optional = R"({"oneOf":[{"type":"null"},{"type":"string"}]})";
  EXPECT_EQ(reason(R"({"type":"string"})", optional), "");
  EXPECT_EQ(reason(optional, R"({"type":"string"})"), "the type of # changes from null to string");
  EXPECT_EQ(reason(optional, R"({"oneOf":[{"type":"null"},{"type":"string"},{"type":"integer"}]})"), "");
  EXPECT_EQ(reason(R"({"type":"integer"})", optional), "the type of # changes from integer to string");
}

TEST(Compatibility, Properties) {
  const char* one = R"({"type":"object","properties":{"a":{"type":"string"}}})";
  const char* two = R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}}})";
  EXPECT_EQ(reason(one, two), "");
  EXPECT_EQ(reason(two, one), "");
  EXPECT_EQ(
      reason(two, R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false})"),
      "the property #/b is gone, and none but the named ones are allowed");
  EXPECT_EQ(reason(one, R"({"type":"object","properties":{"b":{"type":"integer"}},"required":["b"]})"),
            "the property #/b is required and has no default, and was not there");
  EXPECT_EQ(
      reason(one, R"({"type":"object","properties":{"b":{"type":"integer","default":1}},"required":["b"]})"),
      "");
  EXPECT_EQ(reason(one, R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})"),
            "the property #/a is required and has no default, and need not be there");
  EXPECT_EQ(reason(one, R"({"type":"object","properties":{"a":{"type":"integer"}}})"),
            "the type of #/a changes from string to integer");
}

TEST(Compatibility, ValuesAndLimits) {
  EXPECT_EQ(reason(R"({"enum":["a"]})", R"({"enum":["b","a"]})"), "");
  EXPECT_EQ(reason(R"({"enum":["a","b"]})", R"({"enum":["a"]})"),
            "the value \"b\" of # is not allowed any more");
  EXPECT_EQ(reason(R"({"type":"string"})", R"({"type":"string","enum":["a"]})"),
            "# was free and is limited to 1 value");
  EXPECT_EQ(reason(R"({"maximum":5})", R"({"maximum":5.5})"), "");
  EXPECT_EQ(reason(R"({"maximum":5})", R"({"maximum":4})"), "maximum of # changes from 5 to 4");
  EXPECT_EQ(reason(R"({"type":"string"})", R"({"type":"string","minLength":1})"), "minLength of # is new: 1");
  EXPECT_EQ(reason(R"({"pattern":"a"})", R"({"pattern":"b"})"), "the rule pattern of # is another one");
}

TEST(Compatibility, SchemasThatDoubleEndTheComparison) {
  const auto doubling = [](std::string_view type) {
    std::string schema =
        fmt::format(R"({{"$ref":"#/definitions/r40","definitions":{{"r0":{{"type":"{}"}})", type);
    for (int i = 1; i <= 40; ++i) {
      const std::string below = fmt::format(R"({{"$ref":"#/definitions/r{}"}})", i - 1);
      schema += fmt::format(R"(,"r{}":{{"anyOf":[{},{}]}})", i, below, below);
    }
    return schema + "}}";
  };
  EXPECT_EQ(reason(doubling("integer"), doubling("integer")), "");
  EXPECT_EQ(reason(doubling("integer"), doubling("string")), "The JSON Schemas are too large to be compared");
}

TEST(Compatibility, Items) {
  EXPECT_EQ(reason(R"({"type":"array","items":{"type":"number"}})",
                   R"({"type":"array","items":{"type":"integer"}})"),
            "the type of #/items changes from number to integer");
}

}  // namespace
}  // namespace sluice::json_schema
