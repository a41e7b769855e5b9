// Records with a Connect schema into Parquet: types, nesting, defaults, codecs.

#include "formats/parquet/module/schema_plan.h"

#include <gtest/gtest.h>

#include <limits>

#include "formats/parquet/module/column_writer.h"
#include "formats/parquet/module/test_reader.h"
#include "formats/parquet/module/test_values.h"
#include "sdk/data/schema_builder.h"

namespace sluice::formats {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using Texts = std::vector<std::string>;

class SchemaPlanTest : public testing::Test, protected Made {
 protected:
  ReadFile write(const SchemaPtr& schema, const std::vector<std::vector<Value>>& rows,
                 const ParquetOptions& options = {}) {
    auto writer = make_column_writer(options, schema, nullptr, sink_);
    EXPECT_TRUE(writer.ok()) << writer.error().message();
    for (const auto& row : rows) {
      const auto result = (*writer)->append(std::vector{record(structure(schema, row), schema)});
      EXPECT_EQ(result.stop, AppendStop::kNone) << (result.error ? result.error->message() : "");
    }
    EXPECT_TRUE((*writer)->finish().ok());
    return read_parquet(sink_.text);
  }
  std::string refusal(const SchemaPtr& schema) {
    const auto writer = make_column_writer({}, schema, nullptr, sink_);
    EXPECT_FALSE(writer.ok());
    return writer.ok() ? "" : writer.error().message();
  }
  static SchemaPtr optional(SchemaBuilder builder) { return builder.optional().build_or_die(); }

  BytesSink sink_;
};

TEST_F(SchemaPlanTest, EveryTypeHasItsColumn) {
  const SchemaPtr schema = SchemaBuilder::structure()
                               .field("i8", Schema::int8())
                               .field("i16", Schema::int16())
                               .field("i32", Schema::int32())
                               .field("i64", Schema::int64())
                               .field("f32", Schema::float32())
                               .field("f64", Schema::float64())
                               .field("b", Schema::boolean())
                               .field("s", Schema::string())
                               .field("by", Schema::bytes())
                               .field("dec", SchemaBuilder::decimal(2).build_or_die())
                               .field("date", SchemaBuilder::date().build_or_die())
                               .field("time", SchemaBuilder::time().build_or_die())
                               .field("ts", SchemaBuilder::timestamp().build_or_die())
                               .build_or_die();
  const ReadFile read = write(
      schema, {{Value::int8(-1), Value::int16(2), Value::int32(3), Value::int64(4), Value::float32(1.5F),
                Value::float64(-2.5), Value::boolean(true), text("ü"), Value::bytes("xy"), decimal("12.34"),
                Value::date(0), Value::time(1), Value::timestamp(0)}});
  EXPECT_EQ(read.columns,
            (Texts{"i8: int32 not null", "i16: int32 not null", "i32: int32 not null", "i64: int64 not null",
                   "f32: float not null", "f64: double not null", "b: bool not null", "s: string not null",
                   "by: binary not null", "dec: decimal128(38, 2) not null", "date: date32[day] not null",
                   "time: time32[ms] not null", "ts: timestamp[ms, tz=UTC] not null"}));
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].substr(0, 46), "-1 | 2 | 3 | 4 | 1.5 | -2.5 | true | ü | xy |") << read.rows[0];
  EXPECT_NE(read.rows[0].find("12.34"), std::string::npos);
}

TEST_F(SchemaPlanTest, OptionalFieldsAndDefaults) {
  const SchemaPtr with_default =
      SchemaBuilder(sdk::Type::kInt32).optional().default_value(Value::int32(7)).build_or_die();
  const SchemaPtr schema = SchemaBuilder::structure()
                               .field("o", Schema::optional_string())
                               .field("d", with_default)
                               .build_or_die();
  const ReadFile read = write(schema, {{Value::null(), Value::null()}, {text("x"), Value::int32(1)}});
  EXPECT_EQ(read.columns, (Texts{"o: string", "d: int32"}));
  EXPECT_EQ(read.rows, (Texts{"null | 7", "x | 1"}));
}

TEST_F(SchemaPlanTest, NestedStructsListsAndMaps) {
  const SchemaPtr inner =
      SchemaBuilder::structure().optional().field("n", Schema::optional_int64()).build_or_die();
  const SchemaPtr schema =
      SchemaBuilder::structure()
          .field("s", inner)
          .field("l", optional(SchemaBuilder::array(inner)))
          .field("m", optional(SchemaBuilder::map(Schema::string(), Schema::optional_int64())))
          .field("ll",
                 SchemaBuilder::array(SchemaBuilder::array(Schema::int32()).build_or_die()).build_or_die())
          .build_or_die();
  const Value struct_value = structure(inner, {Value::int64(5)});
  sdk::MapEntry entries[] = {{text("a"), Value::int64(1)}, {text("b"), Value::null()}};
  const ReadFile read =
      write(schema, {{struct_value, list({struct_value, Value::null()}), Value::map(entries),
                      list({list({Value::int32(1), Value::int32(2)}), list({})})},
                     {Value::null(), Value::null(), Value::null(), list({})}});
  EXPECT_EQ(read.columns,
            (Texts{"s: struct<n: int64>", "l: list<element: struct<n: int64>>", "m: map<string, int64 ('m')>",
                   "ll: list<element: list<element: int32 not null> not null> not null"}));
  ASSERT_EQ(read.rows.size(), 2U);
  EXPECT_EQ(read.rows[1].substr(0, 18), "null | null | null");
}

TEST_F(SchemaPlanTest, DecimalsTakeTheirPrecisionFromTheSource) {
  const SchemaPtr nine = SchemaBuilder::decimal(3).parameter(kPrecisionParameter, "9").build_or_die();
  const SchemaPtr schema = SchemaBuilder::structure().field("d", nine).build_or_die();
  const ReadFile read =
      write(schema, {{decimal("123456.789")}, {decimal("-123456.789")}, {decimal("0.000")}});
  EXPECT_EQ(read.columns, (Texts{"d: decimal128(9, 3) not null"}));
  EXPECT_EQ(read.rows, (Texts{"123456.789", "-123456.789", "0.000"}));
}

TEST_F(SchemaPlanTest, RefusesWhatParquetCannotHold) {
  EXPECT_NE(refusal(Schema::string()).find("made of a struct"), std::string::npos);
  const SchemaPtr empty = SchemaBuilder::structure().build_or_die();
  EXPECT_NE(refusal(SchemaBuilder::structure().field("e", empty).build_or_die()).find("'e'"),
            std::string::npos);
  const SchemaPtr negative = SchemaBuilder::decimal(-3).build_or_die();
  EXPECT_NE(refusal(SchemaBuilder::structure().field("d", negative).build_or_die()).find("'d'"),
            std::string::npos);
}

TEST_F(SchemaPlanTest, ARecordThatBreaksItsSchemaIsRefusedAlone) {
  const SchemaPtr schema =
      SchemaBuilder::structure().field("a", Schema::int64()).field("b", Schema::string()).build_or_die();
  auto writer = make_column_writer({}, schema, nullptr, sink_);
  ASSERT_TRUE(writer.ok());
  const std::vector rows{record(structure(schema, {Value::int64(1), text("x")}), schema),
                         record(structure(schema, {Value::int64(2), Value::null()}), schema),
                         record(structure(schema, {Value::int64(3), text("z")}), schema)};
  auto result = (*writer)->append(rows);
  EXPECT_EQ(result.appended, 1U);
  EXPECT_EQ(result.stop, AppendStop::kBadRecord);
  result = (*writer)->append(std::span(rows).subspan(2));
  EXPECT_EQ(result.appended, 1U);
  ASSERT_TRUE((*writer)->finish().ok());
  EXPECT_EQ(read_parquet(sink_.text).rows, (Texts{"1 | x", "3 | z"}));
}

TEST_F(SchemaPlanTest, EveryCodec) {
  const SchemaPtr schema = SchemaBuilder::structure().field("a", Schema::int64()).build_or_die();
  const std::pair<ParquetCodec, const char*> codecs[] = {
      {ParquetCodec::kNone, "uncompressed"}, {ParquetCodec::kSnappy, "snappy"},
      {ParquetCodec::kGzip, "gzip"},         {ParquetCodec::kZstd, "zstd"},
      {ParquetCodec::kLz4, "lz4_hadoop"},    {ParquetCodec::kBrotli, "brotli"}};
  for (const auto& [codec, name] : codecs) {
    sink_.text.clear();
    ParquetOptions options;
    options.codec = codec;
    const ReadFile read = write(schema, {{Value::int64(42)}}, options);
    EXPECT_EQ(read.codec, name);
    EXPECT_EQ(read.rows, (Texts{"42"}));
  }
}

TEST_F(SchemaPlanTest, ManyRowsWithEveryKindOfDictionary) {
  const SchemaPtr schema = SchemaBuilder::structure()
                               .field("id", Schema::int64())
                               .field("unique", Schema::string())
                               .field("few", Schema::optional_string())
                               .field("x", Schema::float64())
                               .build_or_die();
  std::vector<std::vector<Value>> rows;
  for (int64_t i = 0; i < 20'000; ++i) {
    rows.push_back({Value::int64(i), text("unique-" + std::to_string(i)),
                    i % 3 == 0 ? Value::null() : text("few-" + std::to_string(i % 7)),
                    Value::float64(static_cast<double>(i) / 3)});
  }
  const ReadFile read = write(schema, rows);
  ASSERT_EQ(read.rows.size(), rows.size());
  EXPECT_EQ(read.rows[19'999].substr(0, 30), "19999 | unique-19999 | few-0 |");
}

}  // namespace
}  // namespace sluice::formats
