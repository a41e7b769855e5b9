// The producer and the consumer against a real broker.

#include <gtest/gtest.h>

#include <fmt/core.h>

#include "kafka/broker_test_support.h"

namespace sluice::kafka::testing {
namespace {

using std::chrono::milliseconds;

class ProducerBrokerTest : public BrokerTest {};
class ConsumerBrokerTest : public BrokerTest {};

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
    for (size_t h = 0; h < headers.size() && !got[i].headers.empty(); ++h) {
      EXPECT_EQ(got[i].headers[h].key, headers[h].key);
      EXPECT_EQ(got[i].headers[h].value, headers[h].value);
      EXPECT_EQ(is_null(got[i].headers[h].value), is_null(headers[h].value));
    }
  }
  EXPECT_EQ(got[0].timestamp, 1'600'000'000'000);
  EXPECT_EQ(got[1].timestamp, 1);
  EXPECT_GT(got[2].timestamp, 1'600'000'000'000);
}

TEST_F(ConsumerBrokerTest, SubscribesCommitsAndGoesOn) {
  const std::string topic = new_topic("group", 2);
  produce_numbers(topic, 0, 0, 10);
  produce_numbers(topic, 1, 100, 10);
  const std::string group = unique_name("group");
  Notes notes;
  {
    auto consumer = new_consumer({{"group.id", group}});
    SLUICE_ASSERT_OK(consumer->subscribe({topic}, notes));
    EXPECT_EQ(consume(*consumer, 20).size(), 20U);
    EXPECT_EQ(notes.events, (std::vector<std::string>{fmt::format("+{0}-0 {0}-1", topic)}));
    SLUICE_ASSERT_OK(consumer->commit_sync({{{topic, 0}, {10, "intent {}"}}}, kPatience));
    const uint64_t id = consumer->commit_async({{{topic, 1}, {5, {}}}});
    std::vector<CommitResult> results;
    poll_until(*consumer, [&] {
      for (auto& result : consumer->take_commit_results()) results.push_back(std::move(result));
      return !results.empty();
    });
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].id, id);
    SLUICE_ASSERT_OK(results[0].status);
    SLUICE_ASSERT_OK(consumer->close(kPatience));
    EXPECT_EQ(notes.events.back(), fmt::format("-{0}-0 {0}-1", topic));
  }
  auto consumer = new_consumer({{"group.id", group}});
  const auto committed = consumer->committed({{topic, 0}, {topic, 1}}, kPatience);
  SLUICE_ASSERT_OK(committed);
  EXPECT_EQ(*committed, (CommitOffsets{{{topic, 0}, {10, "intent {}"}}, {{topic, 1}, {5, ""}}}));
  SLUICE_ASSERT_OK(consumer->subscribe({topic}, notes));
  const auto rest = consume(*consumer, 5);
  ASSERT_EQ(rest.size(), 5U);
  EXPECT_EQ(rest[0], (Copy{topic, 1, 5, "105"}));
}

}  // namespace
}  // namespace sluice::kafka::testing
