#include "connectors/object_store/partitioner.h"

#include <gtest/gtest.h>

#include "connectors/object_store/time_zone.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::Value;

class PartitionerTest : public testing::Test {
 protected:
  Value object(const std::vector<std::pair<const char*, Value>>& fields) {
    auto* entries = arena_.array<sdk::MapEntry>(fields.size());
    for (size_t i = 0; i < fields.size(); ++i)
      entries[i] = {Value::string(fields[i].first), fields[i].second};
    return Value::map({entries, fields.size()});
  }
  static sdk::Record record(const Value& value, int64_t timestamp = sdk::kNoTimestamp) {
    sdk::Record record;
    record.topic = "t";
    record.partition = 2;
    record.value = value;
    record.timestamp = timestamp;
    return record;
  }
  std::string encode(const sdk::Record& record, int64_t now_ms = 0) {
    if (!partitioner_) partitioner_ = make_partitioner(options_, zone_);
    const auto encoded = partitioner_->encode(record, now_ms);
    return encoded.ok() ? std::string(*encoded) : "error: " + encoded.error().message();
  }

  sdk::Arena arena_;
  SinkOptions options_;
  TimeZone zone_ = TimeZone::find("Europe/Berlin").value();
  std::unique_ptr<Partitioner> partitioner_;
};

TEST_F(PartitionerTest, DefaultNamesThePartition) {
  EXPECT_EQ(encode(record(Value::int64(1))), "partition=2");
}

TEST_F(PartitionerTest, FieldsOfObjectsAndStructs) {
  options_.partitioner.kind = PartitionerKind::kField;
  options_.partitioner.fields = {"a", "o.b", "c"};
  EXPECT_EQ(encode(record(object({{"a", Value::string("x y")},
                                  {"o", object({{"b", Value::int64(-3)}})},
                                  {"c", Value::boolean(true)}}))),
            "a=x y/o.b=-3/c=true");
  EXPECT_EQ(encode(record(object({{"a", Value::null()}}))), "a=null/o.b=null/c=null");
  EXPECT_NE(encode(record(object({{"a", Value::float64(1)}}))).find("'a' is of kind"), std::string::npos);
  EXPECT_NE(encode(record(Value::string("x"))).find("no struct or object"), std::string::npos);

  const auto inner = sdk::SchemaBuilder::structure().field("b", sdk::Schema::int32()).build_or_die();
  const auto schema = sdk::SchemaBuilder::structure()
                          .field("a", sdk::Schema::string())
                          .field("o", inner)
                          .field("c", sdk::Schema::optional_boolean())
                          .build_or_die();
  sdk::StructNode* inner_node = sdk::new_struct(arena_, *inner);
  inner_node->mutable_values()[0] = Value::int32(5);
  sdk::StructNode* node = sdk::new_struct(arena_, *schema);
  node->mutable_values()[0] = Value::string("s");
  node->mutable_values()[1] = Value::structure(inner_node);
  EXPECT_EQ(encode(record(Value::structure(node))), "a=s/o.b=5/c=null");
}

TEST_F(PartitionerTest, TimeIsFlooredToItsBucketInTheZone) {
  options_.partitioner.kind = PartitionerKind::kTime;
  options_.partitioner.path_format = "YYYY-MM-dd HH:mm";
  options_.partitioner.duration_ms = 86'400'000;
  options_.partitioner.extractor = ExtractorKind::kRecord;
  // 23:30 UTC is 00:30 of the next day in Berlin.
  EXPECT_EQ(encode(record(Value::int64(1), 1699140600000)), "2023-11-05 00:00");
  EXPECT_EQ(encode(record(Value::int64(1), 1699137000000)), "2023-11-04 00:00");
  EXPECT_NE(encode(record(Value::int64(1))).find("Unable to determine timestamp"), std::string::npos);
}

TEST_F(PartitionerTest, TheClockIsTheBatchs) {
  options_.partitioner.kind = PartitionerKind::kTime;
  options_.partitioner.path_format = "HH";
  options_.partitioner.duration_ms = 3'600'000;
  EXPECT_EQ(encode(record(Value::int64(1), 5), 1699140600000), "00");
  EXPECT_EQ(encode(record(Value::int64(1), 5), 1699144200000), "01");
}

TEST_F(PartitionerTest, TimeOfAField) {
  PartitionerOptions options;
  options.extractor = ExtractorKind::kRecordField;
  options.timestamp_field = "o.ts";
  const auto time_of = [&](const Value& value) {
    const auto time = record_time(options, record(object({{"o", object({{"ts", value}})}})), 0);
    return time.ok() ? *time : -1;
  };
  EXPECT_EQ(time_of(Value::int64(1234)), 1234);
  EXPECT_EQ(time_of(Value::timestamp(99)), 99);
  EXPECT_EQ(time_of(Value::string("1700000000000")), 1700000000000);
  EXPECT_EQ(time_of(Value::string("2023-11-05T06:07:08.009Z")), 1699164428009);
  EXPECT_EQ(time_of(Value::boolean(true)), -1);
  EXPECT_EQ(time_of(Value::null()), -1);
}

TEST(ParseTime, IsoTexts) {
  const std::pair<const char*, int64_t> good[] = {{"1970-01-01", 0},
                                                  {"1970", 1970},
                                                  {"1970-02", 2'678'400'000},
                                                  {"1970-01-01T01", 3'600'000},
                                                  {"1970-01-01T01:02", 3'720'000},
                                                  {"1970-01-01T01:02:03,5", 3'723'500},
                                                  {"1970-01-01T02:00:00+02:00", 0},
                                                  {"1970-01-01T02:00:00.123456789+0200", 123},
                                                  {"1969-12-31T23:59:59.999Z", -1},
                                                  {"2024-02-29T00:00:00Z", 1709164800000},
                                                  {"-5", -5}};
  for (const auto& [text, expected] : good) {
    const auto parsed = parse_time(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, expected) << text;
  }
  for (const char* bad : {"", "x", "2023-13-01", "2023-01-32", "2023-01-01T25:00", "2023-01-01Tx",
                          "2023-01-01 00:00", "2023-01-01T00:00:00+2", "2023-01-01T00:00:00.Z"}) {
    EXPECT_FALSE(parse_time(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace sluice::connectors::object_store
