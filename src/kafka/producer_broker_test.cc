// The producers against a real broker.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "kafka/broker_test_support.h"

namespace sluice::kafka::testing {
namespace {

using std::chrono::milliseconds;

class ProducerBrokerTest : public BrokerTest {};

OutgoingMessage to(std::string_view topic, BytesView value) {
  OutgoingMessage message;
  message.topic = topic;
  message.value = value;
  return message;
}

// Takes news until nothing is in flight.
Acks settle(Producer& producer) {
  Acks acks;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (producer.in_flight() > 0 && std::chrono::steady_clock::now() < deadline)
    producer.poll_acks(kTick, acks);
  EXPECT_EQ(producer.in_flight(), 0U);
  return acks;
}

TEST_F(ProducerBrokerTest, WhatGoesInComesOut) {
  const std::string topic = new_topic("roundtrip", 1);
  const std::vector<RawHeader> headers = {{"a", "1"}, {"b", kNullBytes}, {"a", kEmptyBytes}};
  const std::vector<OutgoingMessage> messages = {
      {.topic = topic,
       .key = "k",
       .value = "v",
       .headers = headers,
       .timestamp = 1'600'000'000'000,
       .partition = 0},
      {.topic = topic, .key = kNullBytes, .value = kNullBytes, .headers = {}, .timestamp = 0},
      {.topic = topic, .key = kEmptyBytes, .value = kEmptyBytes, .headers = {}},
      {.topic = topic, .key = "only-key", .value = kNullBytes, .headers = {}},
      {.topic = topic, .key = kNullBytes, .value = "only-value", .headers = {}, .partition = 0},
      {.topic = topic, .key = kNullBytes, .value = kNullBytes, .headers = headers},
  };
  produce(*new_producer(), messages);

  auto consumer = new_consumer({});
  SLUICE_ASSERT_OK(consumer->assign({{{topic, 0}, {0, {}}}}));
  std::vector<MessageBatch> batches;
  std::vector<ConsumedMessage> got;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (got.size() < messages.size() && std::chrono::steady_clock::now() < deadline) {
    MessageBatch batch;
    SLUICE_ASSERT_OK(consumer->poll(kTick, 2, batch));
    EXPECT_LE(batch.messages.size(), 2U);
    got.insert(got.end(), batch.messages.begin(), batch.messages.end());
    batches.push_back(std::move(batch));
  }
  // Batches outlive the consumer.
  consumer.reset();
  ASSERT_EQ(got.size(), messages.size());
  for (size_t i = 0; i < got.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(got[i].topic, topic);
    EXPECT_EQ(got[i].partition, 0);
    EXPECT_EQ(got[i].offset, static_cast<int64_t>(i));
    EXPECT_EQ(got[i].timestamp_type, TimestampType::kCreateTime);
    EXPECT_EQ(is_null(got[i].key), is_null(messages[i].key));
    EXPECT_EQ(is_null(got[i].value), is_null(messages[i].value));
    EXPECT_EQ(got[i].key, messages[i].key);
    EXPECT_EQ(got[i].value, messages[i].value);
    ASSERT_EQ(got[i].headers.size(), messages[i].headers.size());
    for (size_t h = 0; h < got[i].headers.size(); ++h) {
      EXPECT_EQ(got[i].headers[h].key, headers[h].key);
      EXPECT_EQ(got[i].headers[h].value, headers[h].value);
      EXPECT_EQ(is_null(got[i].headers[h].value), is_null(headers[h].value));
    }
  }
  EXPECT_EQ(got[0].timestamp, 1'600'000'000'000);
  EXPECT_EQ(got[1].timestamp, 1);  // the library cannot say 0
  EXPECT_GT(got[2].timestamp, 1'600'000'000'000);
}

TEST_F(ProducerBrokerTest, AcknowledgesEachSequenceOnce) {
  const std::string topic = new_topic("ranges", 3);
  auto producer = new_producer({{"linger.ms", "1"}});
  const std::string value(100, 'x');
  constexpr uint64_t kFirst = 1000;
  constexpr uint64_t kCount = 50'000;
  std::vector<std::string> keys(kCount);
  std::vector<OutgoingMessage> messages(kCount, to(topic, value));
  for (uint64_t i = 0; i < kCount; ++i) {
    keys[i] = std::to_string(i);
    if (i % 2 == 0) messages[i].key = keys[i];
    if (i % 7 == 0) messages[i].timestamp = 1'700'000'000'000;
  }
  std::vector<int> seen(kCount, 0);
  uint64_t sent = 0;
  uint64_t acked = 0;
  Acks acks;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (acked < kCount && std::chrono::steady_clock::now() < deadline) {
    const auto taken = producer->send(std::span(messages).subspan(sent), kFirst + sent);
    SLUICE_ASSERT_OK(taken);
    sent += *taken;
    acks.clear();
    producer->poll_acks(milliseconds(10), acks);
    EXPECT_TRUE(acks.failed.empty());
    for (const AckedRange& range : acks.acked) {
      acked += range.count;
      for (uint64_t i = 0; i < range.count; ++i) ++seen.at(range.first - kFirst + i);
    }
  }
  EXPECT_EQ(seen, std::vector<int>(kCount, 1));
}

TEST_F(ProducerBrokerTest, JoinsRangesOfOnePartition) {
  const std::string topic = new_topic("joined", 1);
  auto producer = new_producer();
  const std::vector<OutgoingMessage> messages(5'000, to(topic, "x"));
  const auto taken = producer->send(messages, 7);
  SLUICE_ASSERT_OK(taken);
  ASSERT_EQ(*taken, messages.size());
  EXPECT_EQ(producer->in_flight(), messages.size());
  const Acks acks = settle(*producer);
  ASSERT_EQ(acks.acked.size(), 1U);
  EXPECT_EQ(acks.acked[0].first, 7U);
  EXPECT_EQ(acks.acked[0].count, messages.size());
}

TEST_F(ProducerBrokerTest, KeysGoWhereJavaSendsThem) {
  const std::string topic = new_topic("murmur", 10);
  // Computed with Java's Utils.toPositive(Utils.murmur2(key)) % 10.
  const std::vector<std::pair<std::string, int32_t>> expected = {
      {"a", 4}, {"abc", 7}, {"kafka", 0}, {"sluice-connect", 8}, {"", 1}};
  std::vector<OutgoingMessage> messages;
  for (const auto& [key, partition] : expected) {
    messages.push_back(to(topic, key));
    messages.back().key = key;
  }
  produce(*new_producer(), messages);
  CommitOffsets all;
  for (int32_t partition = 0; partition < 10; ++partition) all[{topic, partition}] = {kFromBeginning, {}};
  auto consumer = new_consumer({});
  SLUICE_ASSERT_OK(consumer->assign(all));
  std::map<std::string, int32_t> found;
  for (const Copy& copy : consume(*consumer, expected.size())) found[copy.value] = copy.partition;
  for (const auto& [key, partition] : expected) EXPECT_EQ(found[key], partition) << key;
}

TEST_F(ProducerBrokerTest, TooLargeConcernsTheFirstMessageOnly) {
  const std::string topic = new_topic("large", 1);
  auto producer = new_producer({{"max.request.size", "2000"}});
  const std::string large(2000, 'x');
  const std::vector<OutgoingMessage> messages = {to(topic, "a"), to(topic, "b"), to(topic, large),
                                                 to(topic, "c")};
  const auto taken = producer->send(messages, 0);
  SLUICE_ASSERT_OK(taken);
  EXPECT_EQ(*taken, 2U);
  const auto refused = producer->send(std::span(messages).subspan(2), 2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kBadRecord);
  EXPECT_EQ(refused.error().exception_class(), "org.apache.kafka.common.errors.RecordTooLargeException");
  EXPECT_EQ(
      refused.error().message(),
      fmt::format("Cannot send to topic {}: The message is 2086 bytes when serialized which is larger than "
                  "2000, which is the value of the max.request.size configuration.",
                  topic));
  const auto rest = producer->send(std::span(messages).subspan(3), 3);
  SLUICE_ASSERT_OK(rest);
  EXPECT_EQ(*rest, 1U);
  EXPECT_TRUE(settle(*producer).failed.empty());
}

TEST_F(ProducerBrokerTest, TheBrokersLimitIsABadRecord) {
  const std::string topic = new_topic("limit", 1, {{"max.message.bytes", "1000"}});
  auto producer = new_producer();
  const std::string large(5000, 'x');
  const std::vector<OutgoingMessage> messages = {to(topic, large)};
  SLUICE_ASSERT_OK(producer->send(messages, 42));
  const Acks acks = settle(*producer);
  ASSERT_EQ(acks.failed.size(), 1U);
  EXPECT_EQ(acks.failed[0].sequence, 42U);
  EXPECT_EQ(acks.failed[0].error.kind(), ErrorKind::kBadRecord);
  EXPECT_EQ(acks.failed[0].error.exception_class(), "org.apache.kafka.common.errors.RecordTooLargeException");
}

TEST_F(ProducerBrokerTest, ABatchThatIsTooLargeIsNotItsRecordsFault) {
  const std::string topic = new_topic("batch-limit", 1, {{"max.message.bytes", "10000"}});
  const std::string value(99, 'x');
  const std::vector<OutgoingMessage> messages(1000, to(topic, value));
  auto producer = new_producer();
  SLUICE_ASSERT_OK(producer->send(messages, 0));
  const Acks acks = settle(*producer);
  ASSERT_EQ(acks.failed.size(), messages.size());
  EXPECT_EQ(acks.failed[0].error.kind(), ErrorKind::kBadConfig);
  EXPECT_EQ(
      acks.failed[0].error.message(),
      fmt::format("Failed to deliver to {}-0: the topic's max.message.bytes is less than the producer's "
                  "batch.size of 131072; set batch.size below it",
                  topic));
  produce(*new_producer({{"batch.size", "8000"}}), messages);
}

TEST_F(ProducerBrokerTest, RefusesWhatCannotBe) {
  const std::string topic = new_topic("invalid", 2);
  auto producer = new_producer();
  produce(*producer, {to(topic, "known now")});
  std::vector<OutgoingMessage> messages = {to(topic, "x")};
  messages[0].timestamp = -5;
  EXPECT_EQ(producer->send(messages, 0).error().message(),
            "Invalid timestamp: -5. Timestamp should always be non-negative or null.");
  messages[0] = to(topic, "x");
  messages[0].partition = -3;
  EXPECT_EQ(producer->send(messages, 0).error().kind(), ErrorKind::kBadRecord);
  messages[0].partition = 2;
  const auto beyond = producer->send(messages, 0);
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.error().message(),
            fmt::format("Partition 2 of topic {} is not present in metadata", topic));
}

TEST_F(ProducerBrokerTest, RefusesNamesThatNoTopicCanHave) {
  auto producer = new_producer();
  const auto sent = producer->send(std::vector<OutgoingMessage>{to("not/a/name", "x")}, 0);
  // The broker's verdict may be there before the message is queued.
  if (!sent.ok()) return;
  const Acks acks = settle(*producer);
  ASSERT_EQ(acks.failed.size(), 1U);
  EXPECT_EQ(acks.failed[0].error.exception_class(), "org.apache.kafka.common.errors.InvalidTopicException");
}

TEST_F(ProducerBrokerTest, AFullBufferTakesWhatFits) {
  const std::string topic = new_topic("full", 1);
  auto producer = new_producer({{"buffer.memory", "102400"}});
  const std::string value(1000, 'x');
  const std::vector<OutgoingMessage> messages(1000, to(topic, value));
  const auto taken = producer->send(messages, 0);
  SLUICE_ASSERT_OK(taken);
  EXPECT_GT(*taken, 50U);
  EXPECT_LT(*taken, 110U);
  settle(*producer);
  const auto more = producer->send(messages, *taken);
  SLUICE_ASSERT_OK(more);
  EXPECT_GT(*more, 50U);
  settle(*producer);
}

TEST_F(ProducerBrokerTest, PurgeFailsWhatIsInFlight) {
  // Nobody listens there.
  auto config = translate(ClientKind::kProducer, {{"bootstrap.servers", "127.0.0.1:1"}}, "purged");
  SLUICE_ASSERT_OK(config);
  auto producer = make_producer(*config);
  SLUICE_ASSERT_OK(producer);
  const std::vector<OutgoingMessage> messages(100, to("anything", "x"));
  SLUICE_ASSERT_OK((*producer)->send(messages, 0));
  EXPECT_EQ((*producer)->in_flight(), 100U);
  (*producer)->purge();
  Acks acks;
  (*producer)->poll_acks(milliseconds(1000), acks);
  EXPECT_EQ(acks.failed.size(), 100U);
  EXPECT_EQ((*producer)->in_flight(), 0U);
  for (const FailedSend& failed : acks.failed) EXPECT_EQ(failed.error.kind(), ErrorKind::kClosed);
}

TEST_F(ProducerBrokerTest, EveryCodecIsUnderstood) {
  for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    SCOPED_TRACE(codec);
    const std::string topic = new_topic(codec, 1);
    const std::string value(5000, 'z');
    produce(*new_producer({{"compression.type", codec}}), {to(topic, value), to(topic, value)});
    auto consumer = new_consumer({});
    SLUICE_ASSERT_OK(consumer->assign({{{topic, 0}, {0, {}}}}));
    const auto got = consume(*consumer, 2);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[1].value, value);
  }
}

}  // namespace
}  // namespace sluice::kafka::testing
