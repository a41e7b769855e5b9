#include "converters/json_shape.h"

#include <gtest/gtest.h>

namespace sluice::converters {
namespace {

using nlohmann::json;

json learned(std::initializer_list<const char*> records) {
  JsonShape shape;
  for (const char* record : records) shape.learn(json::parse(record));
  return shape.schema();
}

TEST(JsonShape, WhatAllRecordsHaveIsRequired) {
  EXPECT_EQ(learned({R"({"id":1,"name":"a"})", R"({"id":2.5,"name":null,"more":true})"}), json::parse(R"({
    "type":"object",
    "properties":{"id":{"type":"number"},"name":{"type":["null","string"]},"more":{"type":"boolean"}},
    "required":["id","name"]})"));
}

TEST(JsonShape, LooksIntoObjectsAndArrays) {
  EXPECT_EQ(learned({R"({"at":{"x":1},"tags":["a"]})", R"({"at":{"x":1,"y":2},"tags":[]})"}), json::parse(R"({
    "type":"object",
    "properties":{
      "at":{"type":"object","properties":{"x":{"type":"number"},"y":{"type":"number"}},"required":["x"]},
      "tags":{"type":"array","items":{"type":"string"}}},
    "required":["at","tags"]})"));
  EXPECT_EQ(learned({"[]"}), json::parse(R"({"type":"array"})")) << "nothing is known of its items";
  EXPECT_EQ(learned({}), json(true));
}

TEST(JsonShape, KeysThatAreDataAreNotLearned) {
  JsonShape shape;
  for (int i = 0; i < 1000; ++i) shape.learn(json{{"key" + std::to_string(i), i}});
  EXPECT_EQ(shape.schema(), json::parse(R"({"type":"object"})"));
}

}  // namespace
}  // namespace sluice::converters
