#include "sdk/data/values.h"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>

#include "sdk/data/base64.h"
#include "sdk/data/java_number.h"
#include "sdk/data/schema_builder.h"

namespace sluice::sdk {
namespace {

std::string text_of(const Value& value) {
  std::string text;
  append_java_text(text, value);
  return text;
}

std::string float64_text(double value) {
  std::string text;
  append_java_float64(text, value);
  return text;
}

std::string float32_text(float value) {
  std::string text;
  append_java_float32(text, value);
  return text;
}

// What JDK 17 prints, quirks included.
TEST(JavaFloat, Float64TextsAreThoseOfJdk17) {
  EXPECT_EQ(float64_text(0.0), "0.0");
  EXPECT_EQ(float64_text(-0.0), "-0.0");
  EXPECT_EQ(float64_text(1.0), "1.0");
  EXPECT_EQ(float64_text(0.001), "0.001");
  EXPECT_EQ(float64_text(0.0001), "1.0E-4");
  EXPECT_EQ(float64_text(9999999.0), "9999999.0");
  EXPECT_EQ(float64_text(1e7), "1.0E7");
  EXPECT_EQ(float64_text(12345678.9), "1.23456789E7");
  EXPECT_EQ(float64_text(1e21), "1.0E21");
  EXPECT_EQ(float64_text(2e23), "1.9999999999999998E23");
  EXPECT_EQ(float64_text(1152921504606846976.0), "1.15292150460684698E18");
  EXPECT_EQ(float64_text(4.9e-324), "4.9E-324");
  EXPECT_EQ(float64_text(std::numeric_limits<double>::max()), "1.7976931348623157E308");
  EXPECT_EQ(float64_text(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(float64_text(-std::numeric_limits<double>::infinity()), "-Infinity");
}

TEST(JavaFloat, NumbersWithFewDecimalsAreShortest) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const double power = std::pow(10, static_cast<double>(1 + i % 5));
    const double decimal = static_cast<double>(random() % 100'000'000) / power;
    const double value = i % 2 == 0 ? decimal : std::nextafter(decimal, 1e9);
    if (value < 1e-3 || value >= 1e7 || std::floor(value) == value) continue;
    std::array<char, 64> shortest{};
    const auto end =
        std::to_chars(shortest.data(), shortest.data() + shortest.size(), value, std::chars_format::fixed);
    int exponent = 0;
    if (std::frexp(value, &exponent) == 0.5) continue;  // powers of two have rules of their own
    ASSERT_EQ(float64_text(value), std::string(shortest.data(), end.ptr));
  }
}

TEST(JavaFloat, Float32TextsAreThoseOfJdk17) {
  EXPECT_EQ(float32_text(0.1F), "0.1");
  EXPECT_EQ(float32_text(16777216.0F), "1.6777216E7");
  EXPECT_EQ(float32_text(1073741824.0F), "1.07374182E9");
  EXPECT_EQ(float32_text(1.4e-45F), "1.4E-45");
  EXPECT_EQ(float32_text(3.4028235e38F), "3.4028235E38");
}

TEST(JavaFloat, ParsesWhatJavaParses) {
  EXPECT_EQ(parse_java_float64(" 1.5f "), 1.5);
  EXPECT_EQ(parse_java_float64(".5"), 0.5);
  EXPECT_EQ(parse_java_float64("5."), 5.0);
  EXPECT_EQ(parse_java_float64("-0x1.8p1"), -3.0);
  EXPECT_EQ(parse_java_float64("1e999"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_java_float64("0.00001e-999"), 0.0);
  EXPECT_EQ(parse_java_float64("+Infinity"), std::numeric_limits<double>::infinity());
  for (const char* wrong : {"", "-", ".", "1e", "0x1", "1_0", "inf", "nan", "1.5fd", "--1", "1 2"}) {
    EXPECT_EQ(parse_java_float64(wrong), std::nullopt) << wrong;
  }
}

TEST(Decimal, TextsAndPlainTextsAreBigDecimals) {
  Arena arena;
  struct Case {
    const char* parsed;
    const char* text;
    const char* plain;
    int32_t scale;
  };
  for (const Case& c :
       {Case{"1.50", "1.50", "1.50", 2}, Case{"-1E+3", "-1E+3", "-1000", -3},
        Case{"0.0000001", "1E-7", "0.0000001", 7}, Case{"0.000001", "0.000001", "0.000001", 6},
        Case{"0E+3", "0E+3", "0", -3}, Case{"+007", "7", "7", 0}, Case{".5", "0.5", "0.5", 1},
        Case{"123456789012345678901234567890123456789012.5", "123456789012345678901234567890123456789012.5",
             "123456789012345678901234567890123456789012.5", 1},
        Case{"-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728",
             "-170141183460469231731687303715884105728", 0},
        Case{"1e400", "1E+400", nullptr, -400}, Case{"12e-1", "1.2", "1.2", 1}}) {
    const auto value = parse_decimal(arena, c.parsed);
    ASSERT_TRUE(value.ok()) << c.parsed;
    EXPECT_EQ(value->decimal_scale(), c.scale) << c.parsed;
    EXPECT_EQ(text_of(*value), c.text);
    std::string plain;
    append_decimal_plain(plain, value->as_bytes(), value->decimal_scale());
    if (c.plain != nullptr) {
      EXPECT_EQ(plain, c.plain);
    }
  }
  for (const char* wrong : {"", "-", ".", "1e", "1.2.3", "abc", "1e+-2", " 1", "1f", "1e99999"}) {
    EXPECT_FALSE(parse_decimal(arena, wrong).ok()) << wrong;
  }
}

TEST(Decimal, UnscaledBytesAreMinimal) {
  Arena arena;
  using namespace std::string_view_literals;
  EXPECT_EQ(unscaled_of(arena, 0), "\0"sv);
  EXPECT_EQ(unscaled_of(arena, 127), "\x7F"sv);
  EXPECT_EQ(unscaled_of(arena, 128), "\0\x80"sv);
  EXPECT_EQ(unscaled_of(arena, -128), "\x80"sv);
  EXPECT_EQ(unscaled_of(arena, -12900), "\xCD\x9C"sv);
  for (const int64_t number : {INT64_MIN, int64_t{-256}, int64_t{255}, INT64_MAX}) {
    EXPECT_EQ(text_of(Value::decimal(unscaled_of(arena, number), 0)), std::to_string(number));
  }
}

TEST(Decimal, LongNumbersKeepTheirDigitsBothWays) {
  Arena arena;
  std::string digits("7");
  for (int i = 0; i < 300; ++i) {
    digits.push_back(static_cast<char>('0' + i * 7 % 10));
    for (const std::string& text : {digits, "-" + digits}) {
      EXPECT_EQ(text_of(*parse_decimal(arena, text)), text);
    }
  }
}

TEST(Decimal, RescalesExactlyOrNotAtAll) {
  Arena arena;
  const Value value = *parse_decimal(arena, "12.50");
  EXPECT_EQ(text_of(*rescale_decimal(arena, value, 4)), "12.5000");
  EXPECT_EQ(text_of(*rescale_decimal(arena, value, 1)), "12.5");
  EXPECT_EQ(rescale_decimal(arena, value, 0).error().message(), "Rounding necessary");
  EXPECT_EQ(text_of(*rescale_decimal(arena, *parse_decimal(arena, "0.00"), -3)), "0E+3");
  EXPECT_EQ(text_of(*rescale_decimal(arena, *parse_decimal(arena, "-1000"), -3)), "-1E+3");
  EXPECT_FALSE(rescale_decimal(arena, *parse_decimal(arena, "100"), -3).ok());
  EXPECT_EQ(decimal_to_float64(value), 12.5);
  EXPECT_EQ(decimal_to_float64(*parse_decimal(arena, "-1e400")), -std::numeric_limits<double>::infinity());
}

TEST(JavaText, PrintsContainersAsJavaDoes) {
  Arena arena;
  const SchemaPtr schema = SchemaBuilder::structure()
                               .field("x", Schema::int32())
                               .field("y", Schema::optional_string())
                               .field("z", Schema::optional_string())
                               .build_or_die();
  StructNode* node = new_struct(arena, *schema);
  node->mutable_values()[0] = Value::int32(5);
  node->mutable_values()[2] = Value::string("s");
  EXPECT_EQ(text_of(Value::structure(node)), "Struct{x=5,z=s}");
  const std::array items = {Value::int32(1), Value::null(), Value::float64(1.5)};
  EXPECT_EQ(text_of(Value::array(items)), "[1, null, 1.5]");
  const std::array entries = {MapEntry{Value::string("a"), Value::int64(1)},
                              MapEntry{Value::string("b"), Value::boolean(true)}};
  EXPECT_EQ(text_of(Value::map(entries)), "{a=1, b=true}");
  EXPECT_EQ(text_of(Value::timestamp(0)), "Thu Jan 01 00:00:00 UTC 1970");
  EXPECT_EQ(text_of(Value::timestamp(-1)), "Wed Dec 31 23:59:59 UTC 1969");
  EXPECT_EQ(text_of(Value::date(18131)), "Fri Aug 23 00:00:00 UTC 2019");
}

std::string validation(const Schema& schema, const Value& value) {
  const Status status = validate_value(schema, value);
  return status.ok() ? "ok" : status.error().message();
}

// Every text was printed by Connect 4.1's ConnectSchema.
TEST(ValidateValue, SaysWhatJavaSays) {
  const std::array mixed = {Value::int32(1), Value::string("a")};
  const std::array with_null = {Value::int32(1), Value::null()};
  const std::array entries = {MapEntry{Value::string("a"), Value::string("b")}};
  const std::array wrong_key = {MapEntry{Value::int32(1), Value::int32(1)}};
  const SchemaPtr array = SchemaBuilder::array(Schema::int32()).build_or_die();
  const SchemaPtr map = SchemaBuilder::map(Schema::string(), Schema::int32()).build_or_die();
  EXPECT_EQ(validation(*Schema::int32(), Value::null()),
            "Invalid value: null used for required value, schema type: INT32");
  EXPECT_EQ(validation(*Schema::optional_int32(), Value::null()), "ok");
  EXPECT_EQ(validation(*Schema::int32(), Value::int64(1)),
            "Invalid Java object for schema with type INT32: class java.lang.Long for value");
  EXPECT_EQ(
      validation(*array, Value::array(mixed)),
      "Invalid Java object for schema with type INT32: class java.lang.String for element of array value");
  EXPECT_EQ(validation(*array, Value::array(with_null)),
            "Invalid value: null used for required element of array value, schema type: INT32");
  EXPECT_EQ(validation(*map, Value::map(entries)),
            "Invalid Java object for schema with type INT32: class java.lang.String for value of map value");
  EXPECT_EQ(validation(*map, Value::map(wrong_key)),
            "Invalid Java object for schema with type STRING: class java.lang.Integer for key of map value");
  EXPECT_EQ(validation(*SchemaBuilder::date().build_or_die(), Value::int32(5)),
            "Invalid Java object for schema \"org.apache.kafka.connect.data.Date\" with type INT32: class "
            "java.lang.Integer for value");
}

TEST(ValidateValue, ChecksStructsFieldByField) {
  Arena arena;
  const SchemaPtr schema =
      SchemaBuilder::structure()
          .field("x", Schema::int32())
          .field("d", SchemaBuilder(Type::kInt32).default_value(Value::int32(1)).build_or_die())
          .build_or_die();
  const SchemaPtr other = SchemaBuilder::structure().field("x", Schema::int32()).build_or_die();
  StructNode* node = new_struct(arena, *schema);
  EXPECT_EQ(validation(*schema, Value::structure(node)),
            "Invalid value: null used for required field: \"x\", schema type: INT32");
  node->mutable_values()[0] = Value::string("s");
  EXPECT_EQ(validation(*schema, Value::structure(node)),
            "Invalid Java object for schema with type INT32: class java.lang.String for field: \"x\"");
  node->mutable_values()[0] = Value::int32(1);
  EXPECT_EQ(validation(*schema, Value::structure(node)), "ok");
  EXPECT_EQ(validation(*other, Value::structure(node)), "Struct schemas do not match.");
}

TEST(DeepCopy, BorrowsNothing) {
  Arena arena;
  std::string text("text");
  const std::array items = {Value::string(text), Value::int32(2)};
  const std::array entries = {MapEntry{Value::string(text), Value::array(items)}};
  const Value copy = deep_copy(arena, Value::map(entries));
  EXPECT_EQ(copy, Value::map(entries));
  text[0] = 'n';
  EXPECT_EQ(text_of(copy), "{text=[text, 2]}");
}

TEST(Base64, BothWays) {
  Arena arena;
  std::string encoded;
  append_base64(encoded, "\x01\xFF");
  EXPECT_EQ(encoded, "Af8=");
  EXPECT_EQ(decode_base64(arena, "Af8="), "\x01\xFF");
  EXPECT_EQ(decode_base64(arena, ""), "");
  for (const char* wrong : {"A", "AB", "A===", "Af8=Af8=", "A*8=", "====", "Af8=\n"}) {
    EXPECT_EQ(decode_base64(arena, wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace sluice::sdk
