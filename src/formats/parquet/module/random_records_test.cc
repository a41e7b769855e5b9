// Records of random shape, some in conflict with the others, written with random flushes: what Arrow reads
// back are the records that were accepted, neither more nor less.

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "formats/parquet/module/column_writer.h"
#include "formats/parquet/module/test_reader.h"
#include "formats/parquet/module/test_values.h"

namespace sluice::formats {
namespace {

using sdk::Kind;

std::string number_text(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", number);
  return text;
}

std::string object_text(std::vector<std::string> fields) {
  std::sort(fields.begin(), fields.end());
  std::string text = "{";
  for (const std::string& field : fields) text += field + ";";
  return text + "}";
}

/// Fields that are null are left out, as they may as well be absent.
std::string text_of(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "";
    case Kind::kBoolean:
      return value.as_boolean() ? "true" : "false";
    case Kind::kInt64:
      return number_text(static_cast<double>(value.as_integer()));
    case Kind::kFloat64:
      return number_text(value.as_float64());
    case Kind::kString:
      return "'" + std::string(value.as_string()) + "'";
    case Kind::kArray: {
      std::string text = "[";
      for (const Value& item : value.as_array()) text += text_of(item) + ",";
      return text + "]";
    }
    default: {
      std::vector<std::string> fields;
      for (const sdk::MapEntry& entry : value.as_map()) {
        const std::string text = text_of(entry.value);
        if (!text.empty()) fields.push_back(std::string(entry.key.as_string()) + "=" + text);
      }
      return object_text(std::move(fields));
    }
  }
}

std::string text_of(const arrow::Array& array, int64_t row) {
  if (array.IsNull(row)) return "";
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false";
    case arrow::Type::INT64:
      return number_text(static_cast<double>(static_cast<const arrow::Int64Array&>(array).Value(row)));
    case arrow::Type::DOUBLE:
      return number_text(static_cast<const arrow::DoubleArray&>(array).Value(row));
    case arrow::Type::STRING:
      return "'" + static_cast<const arrow::StringArray&>(array).GetString(row) + "'";
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(array);
      std::string text = "[";
      for (int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) {
        text += text_of(*list.values(), i) + ",";
      }
      return text + "]";
    }
    case arrow::Type::STRUCT: {
      const auto& record = static_cast<const arrow::StructArray&>(array);
      std::vector<std::string> fields;
      for (int i = 0; i < record.num_fields(); ++i) {
        const std::string text = text_of(*record.field(i), row);
        if (!text.empty()) fields.push_back(record.struct_type()->field(i)->name() + "=" + text);
      }
      return object_text(std::move(fields));
    }
    default:
      return "";  // of the Null type
  }
}

std::vector<std::string> read_rows(const std::string& bytes) {
  std::vector<std::string> rows;
  auto reader =
      parquet::arrow::OpenFile(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)),
                               arrow::default_memory_pool());
  EXPECT_TRUE(reader.ok()) << reader.status().ToString();
  const auto table = (*reader)->ReadTable();
  EXPECT_TRUE(table.ok()) << table.status().ToString();
  const auto batch = (*table)->CombineChunksToBatch();
  EXPECT_TRUE(batch.ok());
  const auto valid = (*batch)->ValidateFull();
  EXPECT_TRUE(valid.ok()) << valid.ToString();
  const auto records = *(*batch)->ToStructArray();
  for (int64_t row = 0; row < records->length(); ++row) rows.push_back(text_of(*records, row));
  return rows;
}

/// Makes values; the kind of a field follows from its path, but for a few that go astray.
class Generator : public Made {
 public:
  explicit Generator(uint64_t seed) : random_(seed), salt_(seed) {}

  Value record() { return object_at("", 0); }
  bool one_in(uint64_t n) { return random_() % n == 0; }

 private:
  Value object_at(const std::string& path, int depth) {
    Fields fields;
    static constexpr const char* kNames[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    for (const char* name : kNames) {
      if (one_in(3)) continue;
      fields.emplace_back(name, value_at(path + name, depth + 1));
    }
    if (fields.empty()) fields.emplace_back("a", value_at(path + "a", depth + 1));
    if (one_in(4)) std::shuffle(fields.begin(), fields.end(), random_);
    return object(fields);
  }

  Value value_at(const std::string& path, int depth) {
    if (one_in(6)) return Value::null();
    const uint64_t kind = one_in(200) ? random_() : std::hash<std::string>()(path) + salt_;
    switch (kind % (depth > 3 ? 4 : 7)) {
      case 0:
        return Value::boolean(one_in(2));
      case 1:
        return Value::int64(static_cast<int64_t>(random_() % 1000));
      case 2:
        return one_in(5) ? Value::float64(static_cast<double>(random_() % 1000) / 8) : Value::int64(7);
      case 3:
        return text(std::string(random_() % 9, 'x') + std::to_string(random_() % 20));
      case 4:
      case 5: {
        std::vector<Value> items;
        for (uint64_t i = random_() % 4; i > 0; --i) items.push_back(value_at(path + "[]", depth + 1));
        return list(items);
      }
      default:
        return object_at(path + ".", depth);
    }
  }

  std::mt19937_64 random_;
  const uint64_t salt_;
};

class RandomRecordsTest : public testing::TestWithParam<uint64_t> {};

TEST_P(RandomRecordsTest, WhatWasAcceptedIsReadBack) {
  Generator generator(GetParam());
  ParquetOptions options;
  options.codec = ParquetCodec::kNone;
  BytesSink sink;
  std::vector<std::string> expected;
  size_t refused = 0;
  auto writer = std::move(make_column_writer(options, nullptr, nullptr, sink)).value();
  const auto end_file = [&] {
    ASSERT_TRUE(writer->finish().ok());
    EXPECT_EQ(read_rows(sink.text), expected);
    sink.text.clear();
    expected.clear();
    writer = std::move(make_column_writer(options, nullptr, nullptr, sink)).value();
  };
  for (int i = 0; i < 400; ++i) {
    const Value value = generator.record();
    auto result = writer->append(Made::records({value}));
    if (result.stop == AppendStop::kNewShape) {
      end_file();
      result = writer->append(Made::records({value}));
    }
    if (result.stop == AppendStop::kBadRecord) {
      ++refused;
    } else {
      ASSERT_EQ(result.appended, 1U);
      expected.push_back(text_of(value));
    }
    if (generator.one_in(150)) ASSERT_TRUE(writer->flush_row_group(generator.one_in(2)).ok());
  }
  end_file();
  EXPECT_LT(refused, 400U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRecordsTest, testing::Range<uint64_t>(1, 61));

}  // namespace
}  // namespace sluice::formats
