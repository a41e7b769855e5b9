// What Java does is compared case by case in tests/compat; here stand the limits and the parts that are ours
// alone.

#include "sdk/data/value_parser.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "sdk/data/java_date.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value_convert.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

std::string parsed(std::string_view text) {
  Arena arena;
  const auto result = parse_value_text(arena, text);
  if (!result.ok()) return result.error().message();
  std::string described(result->schema ? type_name(result->schema->type()) : "null");
  described.push_back(' ');
  append_value_text(described, result->value);
  return described;
}

TEST(ValueParser, GuessesTypes) {
  EXPECT_EQ(parsed("127"), "INT8 127");
  EXPECT_EQ(parsed("128"), "INT16 128");
  EXPECT_EQ(parsed("1.50"), "FLOAT32 1.5");
  EXPECT_EQ(parsed("9223372036854775808"), "BYTES 9223372036854775808");
  EXPECT_EQ(parsed("12abc"), "STRING 12abc");
  EXPECT_EQ(parsed(" null "), "null null");
  EXPECT_EQ(parsed("2019-08-23"), "INT32 2019-08-23");
  EXPECT_EQ(parsed("2019-08-23T14:34:54.346Z"), "INT64 2019-08-23T14:34:54.346Z");
  EXPECT_EQ(parsed("[1, 300]"), "ARRAY [1,300]");
  EXPECT_EQ(parsed(R"({"a":"x\"y","b":1})"), R"(MAP {"a":"x\\\"y","b":1})");
  EXPECT_EQ(parsed("[1,"), "STRING [1,");
}

TEST(ValueParser, RefusesDeepNesting) {
  EXPECT_EQ(parsed(std::string(100'000, '[')), "Nested deeper than 1000 levels");
}

TEST(ValueParser, LargeMapsTakeLinearTime) {
  std::string text("{");
  for (int i = 0; i < 100'000; ++i) text.append(std::to_string(i)).append(":1,");
  text.append("x:1}");  // broken at the very end
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(parsed(text).substr(0, 6), "STRING");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(JavaDate, ReadsLenientlyAndWritesByMagnitude) {
  EXPECT_EQ(parse_java_date("2019-13-45", kDatePattern), 1'581'638'400'000);
  EXPECT_EQ(parse_java_date("1970-01-01", kDatePattern), 0);
  EXPECT_EQ(parse_java_date("1582-10-15", kDatePattern), -12'219'292'800'000);
  EXPECT_EQ(parse_java_date("1582-10-04", kDatePattern), -12'219'379'200'000);
  EXPECT_EQ(parse_java_date("2019/08/23", kDatePattern), std::nullopt);
  for (const int64_t ms : {int64_t{86'400'000}, int64_t{951'782'400'000}, int64_t{1'566'570'894'346},
                           int64_t{253'402'300'799'999}}) {
    std::string text;
    append_java_date(text, ms);
    EXPECT_EQ(parse_java_date(text, text.size() == 10 ? kDatePattern : kTimestampPattern), ms) << text;
  }
}

TEST(ValueConvert, CutsAndWrapsAsJavaDoes) {
  Arena arena;
  const auto convert = [&](const Value& value, ConversionTarget target) {
    return *convert_value(arena, nullptr, value, target);
  };
  EXPECT_EQ(convert(Value::int32(300), ConversionTarget::kInt8), Value::int8(44));
  EXPECT_EQ(convert(Value::string("1.9"), ConversionTarget::kInt32), Value::int32(1));
  EXPECT_EQ(convert(Value::float64(1e300), ConversionTarget::kInt64), Value::int64(INT64_MAX));
  EXPECT_EQ(convert(Value::string("5"), ConversionTarget::kBoolean), Value::boolean(true));
  EXPECT_EQ(convert(Value::timestamp(1'566'570'894'346), ConversionTarget::kDate), Value::date(18131));
  EXPECT_EQ(convert_value(arena, nullptr, Value::string("yes"), ConversionTarget::kBoolean).error().message(),
            "Unable to convert yes (class java.lang.String) to a number");
}

}  // namespace
}  // namespace sluice::sdk
