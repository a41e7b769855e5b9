#include "formats/json/json_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

#include "formats/json/json_decoder.h"

namespace sluice::json {
namespace {

using sdk::MapEntry;
using sdk::Value;

std::string written(const Value& value) {
  TextBuffer out;
  write_value(out, value);
  return std::string(out.view());
}

TEST(JsonWriter, EscapesAsJacksonDoes) {
  EXPECT_EQ(written(Value::string("a\"b\\c/\b\f\n\r\t\x1F\x7F\xC3\xA9")),
            "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u001F\x7F\xC3\xA9\"");
  EXPECT_EQ(written(Value::string("a long text with a smile \xF0\x9F\x98\x80 in it")),
            "\"a long text with a smile \\uD83D\\uDE00 in it\"");
  for (size_t place = 0; place < 40; ++place) {
    std::string text(40, 'x');
    text[place] = '"';
    std::string expected = "\"" + text + "\"";
    expected.insert(place + 1, "\\");
    EXPECT_EQ(written(Value::string(text)), expected);
  }
  EXPECT_EQ(written(Value::string("")), "\"\"");
}

TEST(JsonWriter, NumbersAreJavas) {
  EXPECT_EQ(written(Value::float64(1e21)), "1.0E21");
  EXPECT_EQ(written(Value::float32(0.1F)), "0.1");
  EXPECT_EQ(written(Value::float64(std::numeric_limits<double>::quiet_NaN())), "\"NaN\"");
  EXPECT_EQ(written(Value::float64(-std::numeric_limits<double>::infinity())), "\"-Infinity\"");
  EXPECT_EQ(written(Value::int64(INT64_MIN)), "-9223372036854775808");
}

TEST(JsonWriter, MapsWithOtherKeysBecomePairs) {
  const std::array text_keys = {MapEntry{Value::string("a"), Value::null()}};
  const std::array mixed = {MapEntry{Value::string("a"), Value::int8(1)},
                            MapEntry{Value::int8(2), Value::boolean(true)}};
  EXPECT_EQ(written(Value::map(text_keys)), R"({"a":null})");
  EXPECT_EQ(written(Value::map(mixed)), R"([["a",1],[2,true]])");
  EXPECT_EQ(written(Value::map({})), "{}");
}

TEST(JsonWriter, DecimalsAsBase64OrNumber) {
  using namespace std::string_view_literals;
  TextBuffer out;
  write_decimal(out, Value::decimal("\x00\x9C"sv, 2), DecimalFormat::kBase64);
  write_decimal(out, Value::decimal("\x00\x9C"sv, 2), DecimalFormat::kNumeric);
  EXPECT_EQ(out.view(), "\"AJw=\"1.56");
}

TEST(JsonWriter, WhatIsReadIsWrittenAgain) {
  const std::string text = R"({"a":[1,-2.5,"x\"y",null,true,{}],"b":{"c":1.0E-7}})";
  Decoder decoder;
  sdk::Arena arena;
  decoder.begin_batch(arena);
  EXPECT_EQ(written(*decoder.decode(text, arena)), text);
}

}  // namespace
}  // namespace sluice::json
