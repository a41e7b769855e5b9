// Payloads both ways.

#include <gtest/gtest.h>

#include "formats/json/json_decoder.h"
#include "formats/json_schema/decoder.h"
#include "formats/json_schema/encoder.h"
#include "formats/json_schema/from_connect.h"
#include "formats/json_schema/to_connect.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::json_schema {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Value;

class Codec {
 public:
  explicit Codec(const SchemaPtr& schema, const ConnectOptions& options = {})
      : encoder_(plan_encoding(schema, options)),
        decoder_(plan_decoding(schema, options)),
        parser_(json::Numbers::kExact) {}

  /// The value's Java text, or what is wrong.
  std::string read(std::string_view text) {
    parser_.begin_batch(arena);
    const auto tree = parser_.decode(text, arena);
    if (!tree.ok()) return tree.error().message();
    if (const Status read = decoder_.decode(*tree, arena, value); !read.ok()) return read.error().message();
    std::string out;
    append_java_text(out, value);
    return out;
  }
  std::string write(const Value& data) {
    json::TextBuffer out;
    const Status written = encoder_.encode(data, out);
    return written.ok() ? std::string(out.view()) : written.error().message();
  }
  /// What is written of what was read.
  std::string again(std::string_view text) {
    const std::string java = read(text);
    return value.is_null() && text != "null" ? java : write(value);
  }

  sdk::Arena arena;
  Value value;

 private:
  Encoder encoder_;
  Decoder decoder_;
  json::Decoder parser_;
};

SchemaPtr connect(std::string_view text, const ConnectOptions& options = {}) {
  return to_connect(**SchemaDocument::parse(text), options).value();
}

TEST(Codec, Scalars) {
  EXPECT_EQ(Codec(Schema::int8()).again("-128"), "-128");
  EXPECT_EQ(Codec(Schema::int64()).again("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Codec(Schema::float64()).again("1.5"), "1.5");
  EXPECT_EQ(Codec(Schema::float64()).again("\"NaN\""), "\"NaN\"");
  EXPECT_EQ(Codec(Schema::float32()).again("0.1"), "0.1");
  EXPECT_EQ(Codec(Schema::boolean()).again("true"), "true");
  EXPECT_EQ(Codec(Schema::bytes()).again("\"AP8=\""), "\"AP8=\"");
  EXPECT_EQ(Codec(Schema::optional_string()).again("null"), "null");
}

TEST(Codec, LogicalTypes) {
  Codec price(SchemaBuilder::decimal(2).build_or_die());
  EXPECT_EQ(price.read("\"AMg=\""), "2.00");
  EXPECT_EQ(price.write(price.value), "\"AMg=\"");
  EXPECT_EQ(price.read("2.50"), "2.50");
  Codec number(SchemaBuilder::decimal(2).build_or_die(), {.decimal_format = json::DecimalFormat::kNumeric});
  EXPECT_EQ(number.again("\"AMg=\""), "2.00");
  EXPECT_EQ(Codec(SchemaBuilder::date().build_or_die()).again("19000"), "19000");
  EXPECT_EQ(Codec(SchemaBuilder::timestamp().build_or_die()).again("1700000000000"), "1700000000000");
  EXPECT_EQ(Codec(SchemaBuilder::time().build_or_die()).read("-1"),
            "Time values must use number of milliseconds greater than 0 and less than 86400000");
}

TEST(Codec, StructsInAnyOrder) {
  const auto inner = SchemaBuilder::structure().field("x", Schema::int32()).optional().build_or_die();
  Codec codec(SchemaBuilder::structure()
                  .field("a", Schema::string())
                  .field("b", inner)
                  .field("c", Schema::optional_int32())
                  .build_or_die());
  EXPECT_EQ(codec.again(R"({"b":{"x":1,"y":2},"more":[],"c":3,"a":"t"})"), R"({"a":"t","b":{"x":1},"c":3})");
  EXPECT_EQ(codec.again(R"({"a":"t","b":null})"), R"({"a":"t","b":null,"c":null})");
  EXPECT_EQ(codec.read(R"({"a":"t","b":{"x":null}})"),
            "Invalid null value for required INT32 field at #/b/x");
  EXPECT_EQ(codec.read("[1]"), "Structs should be encoded as JSON objects, but found ARRAY");
  // As in Java, a member that is missing is no error until somebody writes it.
  EXPECT_EQ(codec.again("{}"),
            "Conversion error: null value for field that is required and has no default value at #/a");
}

TEST(Codec, AFewBytesDoNotFillTheMemory) {
  SchemaBuilder wide = SchemaBuilder::structure();
  for (int i = 0; i < 10'000; ++i) wide.field("f" + std::to_string(i), Schema::optional_int32());
  Codec codec(SchemaBuilder::array(wide.build_or_die()).build_or_die());
  std::string text = "[{}";
  for (int i = 0; i < 5'000; ++i) text += ",{}";
  EXPECT_TRUE(codec.read(text + "]").starts_with("The record's structs take more than 256 MB at #/1677"));
}

TEST(Codec, Maps) {
  Codec objects(SchemaBuilder::map(Schema::string(), Schema::optional_int32()).build_or_die());
  EXPECT_EQ(objects.again(R"({"a":1,"b":null})"), R"({"a":1,"b":null})");
  Codec entries(SchemaBuilder::map(Schema::int32(), Schema::string()).build_or_die());
  EXPECT_EQ(entries.again(R"([{"key":1,"value":"a"},{"value":"b","key":2}])"),
            R"([{"key":1,"value":"a"},{"key":2,"value":"b"}])");
  EXPECT_EQ(entries.read(R"([{"key":1}])"), "Found invalid map entry, expected length 2 but found :1 at #/0");
}

TEST(Codec, Unions) {
  const char* schema = R"({"oneOf":[{"type":"null"},{"type":"string"},{"type":"integer"},
      {"type":"object","properties":{"a":{"type":"string"}}},
      {"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}}}]})";
  Codec codec(connect(schema));
  for (const char* text : {"null", "\"t\"", "5", R"({"a":"x"})", R"({"a":"x","b":1})"})
    EXPECT_EQ(codec.again(text), text);
  EXPECT_EQ(codec.read("1.5"), "Did not find matching oneof field for data: 1.5");
  EXPECT_EQ(Codec(connect(schema, {.generalized_sum_types = true})).again("5"), "5");
}

TEST(Codec, Defaults) {
  const auto number =
      SchemaBuilder(sdk::Type::kInt32).optional().default_value(Value::int32(7)).build_or_die();
  const auto row = SchemaBuilder::structure().field("n", number).build_or_die();
  EXPECT_EQ(Codec(row).again("{}"), R"({"n":7})");
  EXPECT_EQ(Codec(row).again(R"({"n":null})"), R"({"n":7})");
  EXPECT_EQ(Codec(row, {.ignore_default_for_nullables = true}).again("{}"), R"({"n":null})");
}

TEST(Codec, EnumsWhoseSymbolsAreNoStrings) {
  EXPECT_EQ(Codec(connect(R"({"enum":["a",2,true]})")).read("2"), "2");
  EXPECT_EQ(Codec(connect(R"({"type":"string"})")).read("2"),
            "Invalid type for STRING field, underlying representation should be string but was NUMBER");
}

TEST(Codec, ValuesOfAnotherSchema) {
  const auto row = SchemaBuilder::structure().field("n", Schema::int32()).build_or_die();
  const auto other = SchemaBuilder::structure().field("m", Schema::int32()).build_or_die();
  sdk::Arena arena;
  EXPECT_EQ(Codec(row).write(Value::structure(new_struct(arena, *other))), "Mismatching schema.");
  EXPECT_EQ(Codec(Schema::int32()).write(Value::string("a")),
            "Invalid type for INT32: class java.lang.String");
}

}  // namespace
}  // namespace sluice::json_schema
