#include "converters/json_drift.h"

#include <gtest/gtest.h>

namespace sluice::converters {
namespace {

using nlohmann::json;

std::string drift(const char* record) {
  static const json kContract = json::parse(R"({
    "type":"object","required":["userId","n"],
    "properties":{
      "userId":{"type":"string"},"n":{"type":"integer"},"more":{"type":["null","boolean"]},
      "at":{"type":"object","required":["x"],"properties":{"x":{"type":"number"}}},
      "tags":{"type":"array","items":{"type":"string"}},"free":true}})");
  return json_drift(kContract, json::parse(record));
}

TEST(JsonDrift, TellsWhatHasChanged) {
  EXPECT_EQ(drift(R"({"userId":"a","n":1,"free":{},"extra":1})"), "") << "nothing that matters";
  EXPECT_EQ(drift(R"({"user_id":"a","n":1})"), "field userId is missing (probably renamed to user_id)");
  EXPECT_EQ(drift(R"({"userId":"a","n":"1"})"), "field n is string instead of number");
  EXPECT_EQ(drift(R"({"userId":"a","n":1.5,"more":"x"})"), "field more is string instead of boolean");
  EXPECT_EQ(drift(R"({"userId":"a","n":1,"at":{}})"), "field at.x is missing");
  EXPECT_EQ(drift(R"({"userId":"a","n":1,"at":7})"), "field at is number instead of object");
  EXPECT_EQ(drift(R"({"userId":null,"n":1})"), "field userId is null instead of string");
  EXPECT_EQ(drift(R"({"":"a","n":1})"), "") << "no schema has such a name";
  EXPECT_EQ(drift(R"({"userId":"a","n":1,"tags":["a",1]})"), "field tags[] is number instead of string");
}

TEST(JsonDrift, ContractsThatSayNothingTellNothing) {
  EXPECT_EQ(json_drift(json(true), json::parse("{}")), "");
  EXPECT_EQ(json_drift(json::parse(R"({"type":["string","boolean"]})"), json(1)),
            "the value is number instead of boolean");
}

}  // namespace
}  // namespace sluice::converters
