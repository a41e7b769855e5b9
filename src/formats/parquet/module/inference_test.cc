// Schemaless records into Parquet: what another reader finds.

#include "formats/parquet/module/inference.h"

#include <gtest/gtest.h>

#include "formats/parquet/module/column_writer.h"
#include "formats/parquet/module/test_reader.h"
#include "formats/parquet/module/test_values.h"

namespace sluice::formats {
namespace {

using Texts = std::vector<std::string>;

class InferenceTest : public testing::Test, protected Made {
 protected:
  void SetUp() override { open({}); }
  void open(const ParquetOptions& options, const ParquetShape& shape = nullptr) {
    auto made = make_column_writer(options, nullptr, shape, sink_);
    ASSERT_TRUE(made.ok());
    writer_ = std::move(made).value();
  }
  void append(const std::vector<Value>& values) {
    const auto result = writer_->append(records(values));
    ASSERT_EQ(result.stop, AppendStop::kNone) << (result.error ? result.error->message() : "");
    ASSERT_EQ(result.appended, values.size());
  }
  /// One record that must be refused; returns why.
  std::string refused(const Value& value) {
    const auto result = writer_->append(records({value}));
    EXPECT_EQ(result.stop, AppendStop::kBadRecord);
    EXPECT_EQ(result.appended, 0U);
    return result.error ? result.error->message() : "";
  }
  ReadFile finish() {
    const auto finished = writer_->finish();
    EXPECT_TRUE(finished.ok()) << finished.error().message();
    return read_parquet(sink_.text);
  }

  BytesSink sink_;
  std::unique_ptr<ParquetWriter> writer_;
};

TEST_F(InferenceTest, ColumnsAreInTheOrderOfFirstSight) {
  append({object({{"b", Value::int64(1)}, {"a", text("x")}}),
          object({{"a", text("y")}, {"c", Value::boolean(true)}, {"b", Value::int64(2)}})});
  const ReadFile read = finish();
  EXPECT_EQ(read.columns, (Texts{"b: int64", "a: string", "c: bool"}));
  EXPECT_EQ(read.rows, (Texts{"1 | x | null", "2 | y | true"}));
}

TEST_F(InferenceTest, IntegersBecomeDoublesWhereBothOccur) {
  append({object({{"n", Value::int64(1)}}), object({{"n", Value::float64(2.5)}}),
          object({{"n", Value::int64(3)}})});
  const ReadFile read = finish();
  EXPECT_EQ(read.columns, (Texts{"n: double"}));
  EXPECT_EQ(read.rows, (Texts{"1", "2.5", "3"}));
}

TEST_F(InferenceTest, SmallIntegersWidenAsFarAsNeeded) {
  append({object({{"n", Value::int8(1)}}), object({{"n", Value::int32(2)}})});
  append({object({{"n", Value::int64(int64_t{1} << 40)}})});
  EXPECT_EQ(finish().rows, (Texts{"1", "2", "1099511627776"}));
}

TEST_F(InferenceTest, NullsAndAbsentFieldsAreNull) {
  append({object({{"a", Value::null()}}), object({}), object({{"a", text("x")}, {"never", Value::null()}})});
  const ReadFile read = finish();
  EXPECT_EQ(read.columns, (Texts{"a: string", "never: null"}));
  EXPECT_EQ(read.rows, (Texts{"null | null", "null | null", "x | null"}));
}

TEST_F(InferenceTest, ObjectsAndListsNest) {
  const Value one = object({{"x", Value::int64(1)}});
  const Value two = object({{"x", Value::int64(2)}, {"y", list({text("p"), Value::null()})}});
  append({object({{"o", Value::null()}, {"l", list({})}}), object({{"o", one}, {"l", list({one, two})}}),
          object({{"o", two}, {"l", Value::null()}}),
          object({{"o", object({})}, {"l", list({Value::null()})}})});
  const ReadFile read = finish();
  ASSERT_EQ(read.columns.size(), 2U);
  EXPECT_EQ(read.columns[0], "o: struct<x: int64, y: list<element: string>>");
  EXPECT_EQ(read.columns[1], "l: list<element: struct<x: int64, y: list<element: string>>>");
  ASSERT_EQ(read.rows.size(), 4U);
  EXPECT_EQ(read.rows[0].substr(0, 4), "null");
  EXPECT_NE(read.rows[1].find("x:int64 = 1"), std::string::npos) << read.rows[1];
}

TEST_F(InferenceTest, LateColumnsBelowListsAreFilledUp) {
  append({object({{"l", list({object({{"a", Value::int64(1)}}), object({{"a", Value::int64(2)}})})}})});
  append({object({{"l", list({object({{"b", text("x")}})})}})});
  append({object({{"l", list({})}}), object({})});
  const ReadFile read = finish();
  EXPECT_EQ(read.columns, (Texts{"l: list<element: struct<a: int64, b: string>>"}));
  ASSERT_EQ(read.rows.size(), 4U);
  EXPECT_EQ(read.rows[3], "null");
}

TEST_F(InferenceTest, AListOfNothingYetBecomesOneOfObjects) {
  append({object({{"l", list({})}}), object({{"l", list({Value::null(), Value::null()})}})});
  append({object({{"l", list({object({{"a", list({Value::int64(1)})}})})}})});
  EXPECT_EQ(finish().columns, (Texts{"l: list<element: struct<a: list<element: int64>>>"}));
}

TEST_F(InferenceTest, AConflictIsThatRecordsErrorAndLeavesNoTrace) {
  append(
      {object({{"id", Value::int64(1)}, {"o", object({{"s", text("x")}})}, {"l", list({Value::int64(1)})}})});
  EXPECT_NE(
      refused(object({{"id", Value::int64(2)}, {"o", text("no object")}})).find("'o' is of type string"),
      std::string::npos);
  EXPECT_NE(
      refused(object({{"new", Value::int64(1)}, {"o", object({{"s", Value::int64(1)}})}})).find("'o.s'"),
      std::string::npos);
  EXPECT_NE(refused(object({{"l", list({Value::int64(1), text("x")})}})).find("'l[]'"), std::string::npos);
  EXPECT_NE(refused(object({{"n", list({Value::boolean(true), text("x")})}})).find("'n[]'"),
            std::string::npos);
  append({object({{"id", Value::int64(3)}, {"l", list({Value::int64(5), Value::int64(6)})}})});
  const ReadFile read = finish();
  EXPECT_EQ(read.columns, (Texts{"id: int64", "o: struct<s: string>", "l: list<element: int64>"}));
  EXPECT_EQ(read.rows.size(), 2U);
  EXPECT_EQ(read.rows[1].substr(0, 8), "3 | null");
}

TEST_F(InferenceTest, OnlyObjectsAreRows) {
  for (const Value& value : {Value::int64(1), text("x"), list({}), Value::null()}) {
    EXPECT_NE(refused(value).find("made of an object"), std::string::npos);
  }
}

TEST_F(InferenceTest, AFieldThatOccursTwiceIsRefused) {
  append({object({{"a", Value::int64(1)}, {"b", Value::int64(1)}})});
  refused(object({{"a", Value::int64(1)}, {"a", Value::int64(2)}}));
  EXPECT_EQ(finish().rows.size(), 1U);
}

TEST_F(InferenceTest, TooManyColumnsAreRefused) {
  ParquetOptions options;
  options.columns_max = 3;
  open(options);
  append({object({{"a", Value::int64(1)}, {"b", Value::int64(1)}})});
  EXPECT_NE(refused(object({{"c", Value::int64(1)}, {"d", Value::int64(1)}})).find("3 columns"),
            std::string::npos);
  append({object({{"c", Value::int64(1)}})});
}

TEST_F(InferenceTest, DeepNestingIsRefused) {
  Value deep = Value::int64(1);
  for (int i = 0; i < 150; ++i) deep = list({deep});
  EXPECT_NE(refused(object({{"a", deep}})).find("levels deep"), std::string::npos);
}

TEST_F(InferenceTest, LogicalValuesKeepTheirTypes) {
  append({object({{"d", Value::date(19000)},
                  {"t", Value::time(1000)},
                  {"ts", Value::timestamp(1700000000000)},
                  {"n", decimal("1.50")},
                  {"b", Value::bytes("xyz")},
                  {"f", Value::float32(1.5F)}})});
  append({object({{"n", decimal("-2.5")}})});
  EXPECT_NE(refused(object({{"n", decimal("1.555")}})).find("does not fit DECIMAL(38, 2)"),
            std::string::npos);
  const ReadFile read = finish();
  EXPECT_EQ(read.columns, (Texts{"d: date32[day]", "t: time32[ms]", "ts: timestamp[ms, tz=UTC]",
                                 "n: decimal128(38, 2)", "b: binary", "f: float"}));
  EXPECT_NE(read.rows[0].find("1.50"), std::string::npos) << read.rows[0];
  EXPECT_NE(read.rows[1].find("-2.50"), std::string::npos) << read.rows[1];
}

TEST_F(InferenceTest, TheFirstRowGroupFreezesTheSchema) {
  append({object({{"a", Value::int64(1)}, {"n", Value::null()}})});
  ASSERT_TRUE(writer_->flush_row_group(true).ok());
  append({object({{"a", Value::int64(2)}, {"unknown", Value::null()}})});
  for (const Value& value :
       {object({{"a", Value::float64(1.5)}}), object({{"b", Value::int64(1)}}), object({{"n", text("x")}})}) {
    const auto result = writer_->append(records({value}));
    EXPECT_EQ(result.stop, AppendStop::kNewShape);
    EXPECT_EQ(result.appended, 0U);
  }
  EXPECT_NE(refused(object({{"a", text("x")}})).find("'a'"), std::string::npos);
  append({object({{"a", Value::int64(3)}})});
  const ReadFile read = finish();
  EXPECT_EQ(read.row_groups, 2);
  EXPECT_EQ(read.rows, (Texts{"1 | null", "2 | null", "3 | null"}));
}

TEST_F(InferenceTest, AnotherFileCanBeginWithTheWiderShape) {
  append({object({{"a", Value::int64(1)}})});
  ASSERT_TRUE(writer_->flush_row_group(true).ok());
  auto shape = writer_->shape_with(record(object({{"a", Value::float64(1.5)}, {"b", text("x")}})));
  ASSERT_TRUE(shape.ok());
  sink_.text.clear();
  open({}, *shape);
  append({object({{"a", Value::int64(1)}})});
  ASSERT_TRUE(writer_->flush_row_group(true).ok());
  append({object({{"a", Value::float64(1.5)}, {"b", text("x")}})});
  EXPECT_EQ(finish().rows, (Texts{"1 | null", "1.5 | x"}));
}

TEST_F(InferenceTest, RecordsWithoutFieldsStillCount) {
  append({object({}), object({})});
  EXPECT_EQ(finish().rows.size(), 2U);
}

TEST_F(InferenceTest, WideObjectsFindTheirFieldsInAnyOrder) {
  Fields fields;
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("field" + std::to_string(i));
  for (int i = 0; i < 300; ++i) fields.emplace_back(names[static_cast<size_t>(i)], Value::int64(i));
  const Value forward = object(fields);
  std::reverse(fields.begin(), fields.end());
  append({forward, object(fields)});
  const ReadFile read = finish();
  ASSERT_EQ(read.rows.size(), 2U);
  EXPECT_EQ(read.rows[0], read.rows[1]);
}

TEST_F(InferenceTest, KeysAreKnownByAddressWithinABatchOnly) {
  append({object({{"aa", Value::int64(1)}, {"bb", Value::int64(2)}})});
  // The same memory holds other names in the next batch.
  char name[] = "aa";
  sdk::MapEntry entries[] = {{Value::string(name), Value::int64(3)}};
  const Value reused = Value::map(entries);
  append({reused});
  name[0] = name[1] = 'b';
  append({reused});
  EXPECT_EQ(finish().rows, (Texts{"1 | 2", "3 | null", "null | 3"}));
}

TEST_F(InferenceTest, RowGroupsEndAtTheirLimits) {
  ParquetOptions options;
  options.row_group_rows_max = 3;
  open(options);
  const auto four = records({object({{"a", Value::int64(1)}}), object({{"a", Value::int64(2)}}),
                             object({{"a", Value::int64(3)}}), object({{"a", Value::int64(4)}})});
  auto result = writer_->append(four);
  EXPECT_EQ(result.stop, AppendStop::kFull);
  EXPECT_EQ(result.appended, 3U);
  ASSERT_TRUE(writer_->flush_row_group(false).ok());
  EXPECT_EQ(writer_->bytes_buffered(), 0U);
  EXPECT_EQ(writer_->append(std::span(four).subspan(3)).appended, 1U);
  EXPECT_EQ(writer_->rows(), 4U);
  EXPECT_EQ(finish().row_groups, 2);
}

TEST_F(InferenceTest, AFailingSinkIsTold) {
  append({object({{"a", Value::int64(1)}})});
  sink_.answer = failed("disk full");
  const auto finished = writer_->finish();
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().message(), "disk full");
}

}  // namespace
}  // namespace sluice::formats
