// The admin client and the compacted topic against a real broker.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <thread>

#include "kafka/broker_test_support.h"
#include "kafka/compacted_topic.h"

namespace sluice::kafka::testing {
namespace {

using std::chrono::milliseconds;

class AdminBrokerTest : public BrokerTest {};
class CompactedTopicBrokerTest : public BrokerTest {};

TEST_F(AdminBrokerTest, TellsTheCluster) {
  const auto id = new_admin()->cluster_id(kPatience);
  SLUICE_ASSERT_OK(id);
  EXPECT_EQ(id->size(), 22U);
}

TEST_F(AdminBrokerTest, SaysWhenNobodyAnswers) {
  auto config = translate(ClientKind::kAdmin, {{"bootstrap.servers", "127.0.0.1:1"}}, "lonely");
  auto admin = make_admin(*config);
  const auto start = std::chrono::steady_clock::now();
  const auto id = (*admin)->cluster_id(milliseconds(500));
  ASSERT_FALSE(id.ok());
  EXPECT_EQ(id.error().kind(), ErrorKind::kRetry);
  EXPECT_EQ(id.error().exception_class(), "org.apache.kafka.common.errors.TimeoutException");
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(3000));
  const auto topic = (*admin)->create_topic({"t", 1, 1, {}}, milliseconds(500));
  ASSERT_FALSE(topic.ok());
  EXPECT_EQ(topic.error().kind(), ErrorKind::kRetry);
}

TEST_F(AdminBrokerTest, MakesAndDescribesTopics) {
  auto admin = new_admin();
  const std::string topic = unique_name("made");
  const NewTopic wanted{topic, 3, 1, {{"cleanup.policy", "compact"}}};
  EXPECT_EQ(admin->create_topic(wanted, kPatience).value(), CreateOutcome::kCreated);
  EXPECT_EQ(admin->create_topic(wanted, kPatience).value(), CreateOutcome::kExisted);
  // A broker knows a new topic a moment after the controller does.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  auto found = admin->describe_topics({topic, unique_name("absent")}, kPatience);
  while (found.ok() && found->empty() && std::chrono::steady_clock::now() < deadline) {
    found = admin->describe_topics({topic, unique_name("absent")}, kPatience);
  }
  SLUICE_ASSERT_OK(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->at(topic).partitions, 3);
  const auto config = admin->topic_config(topic, kPatience);
  SLUICE_ASSERT_OK(config);
  EXPECT_EQ(config->at("cleanup.policy"), "compact");
  // The broker's defaults.
  const std::string plain = unique_name("plain");
  EXPECT_EQ(admin->create_topic({plain, -1, -1, {}}, kPatience).value(), CreateOutcome::kCreated);
  const auto refused = admin->create_topic({unique_name("replicas"), 1, 9, {}}, kPatience);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().exception_class(),
            "org.apache.kafka.common.errors.InvalidReplicationFactorException");
  EXPECT_EQ(admin->create_topic({"bad name", 1, 1, {}}, kPatience).error().exception_class(),
            "org.apache.kafka.common.errors.InvalidTopicException");
  EXPECT_EQ(admin->topic_config(unique_name("absent"), kPatience).error().exception_class(),
            "org.apache.kafka.common.errors.UnknownTopicOrPartitionException");
}

TEST_F(AdminBrokerTest, ReadsEndOffsets) {
  const std::string topic = new_topic("ends", 2);
  produce_numbers(topic, 1, 0, 5);
  const auto ends = new_admin()->end_offsets({{topic, 0}, {topic, 1}}, kPatience);
  SLUICE_ASSERT_OK(ends);
  EXPECT_EQ(*ends, (std::map<TopicPartition, int64_t>{{{topic, 0}, 0}, {{topic, 1}, 5}}));
}

TEST_F(AdminBrokerTest, ChangesGroupOffsets) {
  const std::string topic = new_topic("offsets", 2);
  const std::string group = unique_name("g");
  auto admin = new_admin();
  SLUICE_ASSERT_OK(
      admin->alter_group_offsets(group, {{{topic, 0}, {3, "m"}}, {{topic, 1}, {4, {}}}}, kPatience));
  auto offsets = admin->group_offsets(group, kPatience);
  SLUICE_ASSERT_OK(offsets);
  EXPECT_EQ(*offsets, (CommitOffsets{{{topic, 0}, {3, "m"}}, {{topic, 1}, {4, ""}}}));
  SLUICE_ASSERT_OK(admin->delete_group_offsets(group, {{topic, 0}}, kPatience));
  offsets = admin->group_offsets(group, kPatience);
  SLUICE_ASSERT_OK(offsets);
  EXPECT_EQ(offsets->size(), 1U);
  SLUICE_ASSERT_OK(admin->delete_group(group, kPatience));
  const auto gone = admin->delete_group(group, kPatience);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().exception_class(), "org.apache.kafka.common.errors.GroupIdNotFoundException");
  const auto none = admin->group_offsets(group, kPatience);
  SLUICE_ASSERT_OK(none);
  EXPECT_TRUE(none->empty());
}

TEST_F(AdminBrokerTest, AGroupInUseIsNotDeleted) {
  const std::string topic = new_topic("in-use", 1);
  const std::string group = unique_name("g");
  Notes notes;
  auto consumer = new_consumer({{"group.id", group}});
  SLUICE_ASSERT_OK(consumer->subscribe({topic}, notes));
  poll_until(*consumer, [&] { return !consumer->assignment().empty(); });
  const auto refused = new_admin()->delete_group(group, kPatience);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().exception_class(), "org.apache.kafka.common.errors.GroupNotEmptyException");
}

CompactedTopicConfig compacted_config(const std::string& topic, const char* isolation = "read_uncommitted") {
  const auto properties = with_broker({});
  CompactedTopicConfig config{
      .topic = topic,
      .consumer = *translate(ClientKind::kConsumer, with_broker({{"isolation.level", isolation}}), "c"),
      .producer = *translate(ClientKind::kProducer, properties, "p"),
      .admin = *translate(ClientKind::kAdmin, properties, "a")};
  return config;
}

TEST_F(CompactedTopicBrokerTest, ReadsToEndThenFollows) {
  const std::string topic = new_topic("table", 5, {{"cleanup.policy", "compact"}});
  std::map<std::string, std::string> table;
  const auto into_table = [](std::map<std::string, std::string>& target) {
    return [&target](const ConsumedMessage& message) {
      if (is_null(message.value)) {
        target.erase(std::string(message.key));
      } else {
        target[std::string(message.key)] = message.value;
      }
    };
  };
  auto writer = open_compacted_topic(compacted_config(topic), into_table(table), kPatience);
  SLUICE_ASSERT_OK(writer);
  EXPECT_EQ((*writer)->partitions(), 5);
  SLUICE_ASSERT_OK((*writer)->read_to_end(kPatience));
  EXPECT_TRUE(table.empty());
  for (int i = 0; i < 500; ++i) {
    const std::string key = std::to_string(i % 50);
    const std::string value = std::to_string(i);
    SLUICE_ASSERT_OK((*writer)->send(key, value, kAnyPartition, kPatience));
  }
  SLUICE_ASSERT_OK((*writer)->send("7", kNullBytes, kAnyPartition, kPatience));
  // What was sent before is read, too.
  SLUICE_ASSERT_OK((*writer)->read_to_end(kPatience));
  EXPECT_EQ(table.size(), 49U);
  EXPECT_EQ(table["3"], "453");
  Acks acks;
  (*writer)->take_acks(milliseconds(0), acks);
  uint64_t acked = 0;
  for (const AckedRange& range : acks.acked) acked += range.count;
  EXPECT_EQ(acked, 501U);

  std::map<std::string, std::string> other;
  auto reader_config = compacted_config(topic);
  reader_config.producer.reset();
  auto reader = open_compacted_topic(reader_config, into_table(other), kPatience);
  SLUICE_ASSERT_OK(reader);
  SLUICE_ASSERT_OK((*reader)->read_to_end(kPatience));
  EXPECT_EQ(other, table);
  EXPECT_EQ((*reader)->send("k", "v", 0, kTick).error().kind(), ErrorKind::kUnsupported);
  SLUICE_ASSERT_OK((*writer)->send_sync("new", "value", 2, kPatience));
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!other.contains("new") && std::chrono::steady_clock::now() < deadline) {
    SLUICE_ASSERT_OK((*reader)->poll(kTick));
  }
  EXPECT_EQ(other["new"], "value");
}

TEST_F(CompactedTopicBrokerTest, ReportsAFailedSend) {
  const std::string topic = new_topic("strict", 1, {{"cleanup.policy", "compact"}});
  auto table = open_compacted_topic(
      compacted_config(topic), [](const ConsumedMessage&) {}, kPatience);
  SLUICE_ASSERT_OK(table);
  // A compacted topic wants keys.
  const Status refused = (*table)->send_sync(kNullBytes, "v", kAnyPartition, kPatience);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().exception_class(), "org.apache.kafka.common.errors.InvalidRecordException");
  const auto number = (*table)->send(kNullBytes, "v", kAnyPartition, kPatience);
  SLUICE_ASSERT_OK(number);
  SLUICE_ASSERT_OK((*table)->read_to_end(kPatience));
  Acks acks;
  (*table)->take_acks(milliseconds(0), acks);
  ASSERT_EQ(acks.failed.size(), 1U);
  EXPECT_EQ(acks.failed[0].sequence, *number);
}

TEST_F(CompactedTopicBrokerTest, WaitsForTheTopic) {
  const std::string topic = unique_name("not-yet");
  const auto missing = open_compacted_topic(
      compacted_config(topic), [](const ConsumedMessage&) {}, milliseconds(300));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind(), ErrorKind::kRetry);
  std::thread maker([&] {
    std::this_thread::sleep_for(milliseconds(400));
    EXPECT_TRUE(new_admin()->create_topic({topic, 2, 1, {}}, kPatience).ok());
  });
  const auto found = open_compacted_topic(
      compacted_config(topic), [](const ConsumedMessage&) {}, kPatience);
  maker.join();
  SLUICE_ASSERT_OK(found);
  EXPECT_EQ((*found)->partitions(), 2);
}

TEST_F(CompactedTopicBrokerTest, SeveralThreadsMaySend) {
  const std::string topic = new_topic("threads", 3);
  size_t count = 0;
  auto table = open_compacted_topic(
      compacted_config(topic), [&](const ConsumedMessage&) { ++count; }, kPatience);
  SLUICE_ASSERT_OK(table);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE((*table)->send_sync(std::to_string(t * 100 + i), "v", kAnyPartition, kPatience).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  SLUICE_ASSERT_OK((*table)->read_to_end(kPatience));
  EXPECT_EQ(count, 80U);
}

}  // namespace
}  // namespace sluice::kafka::testing
