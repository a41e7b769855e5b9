// The parts between records and statements: what is left of changes to one key, what may be committed, names
// of tables, options.

#include <gtest/gtest.h>

#include "connectors/sql/sink/options.h"
#include "connectors/sql/sink/partitions.h"
#include "connectors/sql/sink/table_changes.h"
#include "connectors/sql/sink/table_naming.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

WritePlan plan(WriteKind kind) {
  WritePlan made;
  made.record = std::make_unique<RecordPlan>();
  made.write.kind = kind;
  made.write.keys = {{"id", {CellKind::kInteger}, {}}};
  if (kind != WriteKind::kDelete) made.write.others = {{"v", {CellKind::kInteger}, {}}};
  return made;
}

std::string text_of(std::span<const Segment> segments) {
  std::string text;
  for (const Segment& segment : segments) {
    text += segment.plan == nullptr ? "T" : segment.plan->write.kind == WriteKind::kDelete ? "D" : "W";
    for (size_t i = 0; i < segment.block().rows(); ++i) {
      text += i == 0 ? "" : ",";
      for (const Value& cell : segment.block().row(i)) text += ":" + std::to_string(cell.as_integer());
    }
    text += " ";
  }
  return text;
}

class Changes : public testing::Test {
 protected:
  void write(int64_t key, int64_t value) {
    const Value row[] = {Value::int64(key), Value::int64(value)};
    changes_.add(upsert_, row);
  }
  void insert(int64_t key, int64_t value) {
    const Value row[] = {Value::int64(key), Value::int64(value)};
    changes_.add(insert_, row);
  }
  void remove(int64_t key) {
    const Value row[] = {Value::int64(key)};
    changes_.add(delete_, row);
  }
  std::string result() {
    std::string text = text_of(changes_.finish());
    changes_.clear();
    return text;
  }

  const WritePlan upsert_ = plan(WriteKind::kUpsert);
  const WritePlan insert_ = plan(WriteKind::kInsert);
  const WritePlan delete_ = plan(WriteKind::kDelete);
  TableChanges changes_{{"", "", "t"}};
};

TEST_F(Changes, OnlyTheLastOfAKeyIsLeft) {
  write(1, 10), write(2, 20), write(1, 11), remove(2), write(3, 30), remove(3), write(3, 31);
  EXPECT_EQ(result(), "D:2,:3 W:1:11,:3:31 ");
  write(1, 12), remove(1);
  EXPECT_EQ(result(), "D:1 ");
  EXPECT_EQ(result(), "");
}

TEST_F(Changes, AnotherShapeOfRowsEndsABlock) {
  const WritePlan other = plan(WriteKind::kUpsert);
  write(1, 10);
  const Value row[] = {Value::int64(1), Value::int64(99)};
  changes_.add(other, row);
  write(1, 11);
  EXPECT_EQ(result(), "W:1:10 W:1:99 W:1:11 ");
}

TEST_F(Changes, InsertsKeepTheirOrderAroundDeletesAndTruncates) {
  insert(1, 10), insert(1, 11), remove(1), insert(1, 12);
  changes_.truncate();
  insert(2, 20);
  EXPECT_EQ(result(), "W:1:10,:1:11 D:1 W:1:12 T W:2:20 ");
}

TEST_F(Changes, ManyKeys) {
  for (int64_t key = 0; key < 5000; ++key) write(key, key);
  for (int64_t key = 0; key < 5000; key += 2) remove(key);
  const auto segments = changes_.finish();
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0].block().rows(), 2500U);
  EXPECT_EQ(segments[1].block().rows(), 2500U);
  for (size_t i = 0; i < 2500; ++i) EXPECT_EQ(segments[1].block().row(i)[1].as_integer() % 2, 1);
}

TEST(SinkKeys, TextsAreComparedByWhatTheySay) {
  KeyIndex index;
  const std::string one = "same";
  std::string other = "s";
  other += "ame";  // elsewhere
  const Value first[] = {Value::string(one), Value::null()};
  const Value again[] = {Value::string(other), Value::null()};
  const Value different[] = {Value::string(other), Value::int32(0)};
  EXPECT_EQ(index.find_or_add(first), 0U);
  EXPECT_EQ(index.find_or_add(again), 0U);
  EXPECT_EQ(index.find_or_add(different), 1U);
}

TEST(SinkPartitions, NothingBeyondWhatIsWrittenMayBeCommitted) {
  const sdk::TopicPartition a{"t", 0};
  const sdk::TopicPartition b{"t", 1};
  Partitions partitions;
  partitions.open(a);
  partitions.open(b);
  const sdk::Offsets asked{{a, 12}, {b, 5}};
  EXPECT_EQ(partitions.durable(asked), asked);  // nothing was put: what filters took is done with
  std::vector<sdk::Record> records(2);
  records[0].original_topic = records[1].original_topic = "t";
  records[0].original_partition = records[1].original_partition = 0;
  records[0].offset = 10;
  records[1].offset = 11;
  partitions.note(records);
  EXPECT_TRUE(partitions.pending());
  EXPECT_EQ(partitions.durable(asked), (sdk::Offsets{{a, 10}, {b, 5}}));
  partitions.committed();
  EXPECT_EQ(partitions.durable(asked), asked);
  records[0].offset = 12;
  partitions.note({records.data(), 1});
  std::string rewinds;
  partitions.rolled_back([&](const auto& partition, int64_t offset) {
    rewinds += std::to_string(partition.partition) + "@" + std::to_string(offset) + " ";
  });
  EXPECT_EQ(rewinds, "0@12 ");
  EXPECT_EQ(partitions.durable({{a, 20}}), (sdk::Offsets{{a, 12}}));  // until the record has come again
}

SinkOptions options(SinkFlavour flavour, sdk::Properties properties) {
  properties.emplace("connection.url", "jdbc:sqlite:/x.db");
  properties.emplace("name", "orders");
  auto parsed = parse_sink(flavour, properties);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message());
  return std::move(parsed).value();
}

TEST(SinkNaming, FormatsBecomeTables) {
  const auto table = [](SinkFlavour flavour, const char* key, const char* format, const char* topic) {
    const SinkOptions parsed = options(flavour, {{key, format}});
    const auto made = table_of(parsed, postgres_dialect(), topic, nullptr);
    return made.ok() ? plain_name(*made) : made.error().message();
  };
  EXPECT_EQ(table(SinkFlavour::kConfluent, "table.name.format", "kafka.${topic}", "orders"), "kafka.orders");
  EXPECT_EQ(table(SinkFlavour::kConfluent, "table.name.format", "${topic}", "shop.Orders"), "shop.Orders");
  EXPECT_EQ(table(SinkFlavour::kDebezium, "collection.name.format", "${topic}", "srv.shop.Orders"),
            "srv_shop_orders");
  EXPECT_EQ(
      table(SinkFlavour::kDebezium, "collection.name.format", "${source.db}", "t"),
      "The table name format '${source.db}' has '${source.db}', which records of topic 't' do not have");
}

TEST(SinkOptionsTest, OfEachFlavour) {
  const SinkOptions debezium = options(SinkFlavour::kDebezium, {{"insert.mode", "upsert"},
                                                                {"primary.key.mode", "record_key"},
                                                                {"primary.key.fields", "id"},
                                                                {"schema.evolution", "basic"},
                                                                {"use.time.zone", "Europe/Berlin"}});
  EXPECT_TRUE(debezium.unwrap_envelopes && debezium.auto_create && debezium.auto_evolve);
  EXPECT_FALSE(debezium.quote_identifiers);
  EXPECT_EQ(debezium.max_retries, 5);
  EXPECT_EQ(debezium.group_id, "connect-orders");
  const SinkOptions aiven =
      options(SinkFlavour::kAiven, {{"insert.mode", "multi"}, {"consumer.override.group.id", "g"}});
  EXPECT_EQ(aiven.insert_mode, WriteKind::kInsert);
  EXPECT_EQ(aiven.group_id, "g");
  EXPECT_FALSE(aiven.exactly_once);
  const auto refused =
      parse_sink(SinkFlavour::kConfluent,
                 {{"connection.url", "jdbc:sqlite:/x"}, {"pk.mode", "kafka"}, {"pk.fields", "a"}});
  EXPECT_NE(refused.error().message().find("pk.fields: names 1 columns; the mode kafka has three"),
            std::string::npos);
}

}  // namespace
}  // namespace sluice::connectors::sql
