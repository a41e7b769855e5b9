// What is said of a value that breaks a rule. Which values do is compared with Python's jsonschema in
// tests/compat/json_schema.

#include "formats/json_schema/validator.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "formats/json/json_decoder.h"

namespace sluice::json_schema {
namespace {

std::string problem(std::string_view schema, std::string_view text) {
  const auto document = SchemaDocument::parse(schema);
  if (!document.ok()) return document.error().message();
  auto validator = Validator::make(*document);
  if (!validator.ok()) return validator.error().message();
  json::Decoder decoder(json::Numbers::kExact);
  sdk::Arena arena;
  decoder.begin_batch(arena);
  const auto tree = decoder.decode(text, arena);
  if (!tree.ok()) return tree.error().message();
  const Status checked = validator->check(*tree);
  return checked.ok() ? "" : checked.error().message();
}

std::string what(std::string_view schema, std::string_view text) {
  const std::string message = problem(schema, text);
  constexpr std::string_view kBefore = "JSON does not match its schema: the value at ";
  return message.starts_with(kBefore) ? message.substr(kBefore.size()) : message;
}

TEST(Validator, NamesThePlaceAndTheRule) {
  const char* schema = R"({"properties":{"people":{"type":"array","items":{"$ref":"#/definitions/person"}}},
      "definitions":{"person":{"properties":{"age":{"type":"integer","minimum":0}},"required":["name"]}}})";
  EXPECT_EQ(problem(schema, R"({"people":[{"name":"a","age":1}]})"), "");
  EXPECT_EQ(
      what(schema, R"({"people":[{"name":"a","age":"1"}]})"),
      "#/people/0/age breaks the rule #/definitions/person/properties/age/type: it is string, and integer is "
      "wanted");
  EXPECT_EQ(what(schema, R"({"people":[{"name":"a"},{"name":"b","age":-1}]})"),
            "#/people/1/age breaks the rule #/definitions/person/properties/age/minimum: -1 is less than 0");
  EXPECT_EQ(what(schema, R"({"people":[{}]})"),
            "#/people/0 breaks the rule #/definitions/person/required: the property name is missing");
}

TEST(Validator, Words) {
  EXPECT_EQ(what(R"({"additionalProperties":false})", R"({"a":1})"),
            "#/a breaks the rule #/additionalProperties: no property of that name is allowed");
  EXPECT_EQ(what(R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", "3"),
            "# breaks the rule #/oneOf: 3 is of two kinds at once");
  EXPECT_EQ(what(R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", "\"a\""),
            "# breaks the rule #/anyOf: \"a\" is none of its 2 kinds");
  EXPECT_EQ(what(R"({"maxLength":2})", "\"äöü\""),
            "# breaks the rule #/maxLength: it has 3 characters, and no more than 2 are allowed");
  EXPECT_EQ(what(R"({"enum":["a","b"]})", "\"c\""),
            "# breaks the rule #/enum: \"c\" is none of its 2 values");
  EXPECT_EQ(what("false", "1"), "# breaks the rule #: nothing is allowed here");
}

TEST(Validator, NumbersAreExact) {
  EXPECT_EQ(what(R"({"multipleOf":0.1})", "0.3"), "");
  EXPECT_EQ(what(R"({"const":1})", "1.0"), "");
  EXPECT_EQ(what(R"({"maximum":9007199254740993})", "9007199254740992"), "");
  EXPECT_NE(what(R"({"maximum":9007199254740992})", "9007199254740993"), "");
  EXPECT_EQ(what(R"({"type":"integer"})", "1e2"), "");
  EXPECT_NE(what(R"({"$schema":"http://json-schema.org/draft-04/schema#","type":"integer"})", "1.0"), "");
}

TEST(Validator, DeepAndWideValues) {
  std::string deep = "1";
  for (int i = 0; i < 900; ++i) deep = fmt::format(R"({{"n":{}}})", deep);
  EXPECT_EQ(what(R"({"properties":{"n":{"$ref":"#"}}})", deep), "");
  std::string names = "\"f0\"";
  std::string members = "\"f0\":0";
  for (int i = 1; i < 5'000; ++i) {
    names += fmt::format(R"(,"f{}")", i);
    members += fmt::format(R"(,"f{}":0)", i);
  }
  EXPECT_EQ(what("{\"required\":[" + names + "]}", "{" + members + "}"), "");
  EXPECT_EQ(what("{\"required\":[" + names + ",\"g\"]}", "{" + members + "}"),
            "# breaks the rule #/required: the property g is missing");
}

TEST(Validator, SchemasThatCannotBeUsed) {
  EXPECT_EQ(problem(R"({"pattern":"("})", "1"),
            "Invalid pattern '(' in the JSON Schema: missing closing parenthesis at character 1");
  EXPECT_EQ(
      problem(R"({"$schema":"http://example.org/mine"})", "1"),
      "The JSON Schema is written in http://example.org/mine; known are drafts 4, 6, 7, 2019-09 and 2020-12");
  EXPECT_EQ(what(R"({"$ref":"#"})", "1"), "# cannot be checked: the schema refers to itself without end");
}

TEST(Validator, ASchemaThatDoublesEndsTheCheckAndNotTheWorker) {
  std::string schema = R"({"$ref":"#/definitions/r40","definitions":{"r0":{"type":"integer"})";
  for (int i = 1; i <= 40; ++i) {
    const std::string below = fmt::format(R"({{"$ref":"#/definitions/r{}"}})", i - 1);
    schema += fmt::format(R"(,"r{}":{{"allOf":[{},{}]}})", i, below, below);
  }
  EXPECT_EQ(what(schema + "}}", "1"), "# cannot be checked: the schema asks for too many steps");
}

}  // namespace
}  // namespace sluice::json_schema
