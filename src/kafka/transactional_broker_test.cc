// Transactions against a real broker.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "kafka/broker_test_support.h"
#include "kafka/compacted_topic.h"

namespace sluice::kafka::testing {
namespace {

using std::chrono::milliseconds;

class TransactionalBrokerTest : public BrokerTest {};

std::unique_ptr<TransactionalProducer> new_transactional(const std::string& id,
                                                         sdk::Properties properties = {}) {
  // As the runtime sets up an exactly-once task.
  properties.emplace("delivery.timeout.ms", "2147483647");
  properties.emplace("max.block.ms", "9223372036854775807");
  properties.emplace("max.in.flight.requests.per.connection", "1");
  properties.emplace("enable.idempotence", "false");
  const auto config = translate(ClientKind::kProducer, with_broker(std::move(properties)), "transactional");
  EXPECT_TRUE(config.ok()) << config.error().message();
  auto producer = make_transactional_producer(*config, id);
  EXPECT_TRUE(producer.ok()) << producer.error().message();
  return std::move(*producer);
}

OutgoingMessage to(std::string_view topic, BytesView value) {
  OutgoingMessage message;
  message.topic = topic;
  message.value = value;
  return message;
}

std::vector<std::string> read_committed(const std::string& topic, milliseconds time) {
  auto consumer = new_consumer({{"isolation.level", "read_committed"}});
  EXPECT_TRUE(consumer->assign({{{topic, 0}, {0, {}}}}).ok());
  std::vector<std::string> values;
  for (const Copy& copy : consume_for(*consumer, time)) values.push_back(copy.value);
  return values;
}

TEST_F(TransactionalBrokerTest, OnlyCommittedTransactionsAreSeen) {
  const std::string topic = new_topic("txn", 1);
  auto producer = new_transactional(unique_name("id"));
  SLUICE_ASSERT_OK(producer->init_transactions(kPatience));
  uint64_t sequence = 0;
  const auto send = [&](BytesView value) {
    const OutgoingMessage message = to(topic, value);
    const auto taken = producer->send({&message, 1}, sequence++);
    ASSERT_TRUE(taken.ok());
    EXPECT_EQ(*taken, 1U);
  };
  SLUICE_ASSERT_OK(producer->begin_transaction());
  send("one");
  send("two");
  SLUICE_ASSERT_OK(producer->commit_transaction(kPatience));
  Acks acks;
  producer->poll_acks(milliseconds(0), acks);
  ASSERT_EQ(acks.acked.size(), 1U);
  EXPECT_EQ(acks.acked[0].count, 2U);

  SLUICE_ASSERT_OK(producer->begin_transaction());
  send("aborted");
  SLUICE_ASSERT_OK(producer->abort_transaction(kPatience));
  SLUICE_ASSERT_OK(producer->begin_transaction());
  send("three");
  SLUICE_ASSERT_OK(producer->commit_transaction(kPatience));
  SLUICE_ASSERT_OK(producer->begin_transaction());
  send("open");
  EXPECT_EQ(read_committed(topic, milliseconds(1500)), (std::vector<std::string>{"one", "two", "three"}));
  SLUICE_ASSERT_OK(producer->commit_transaction(kPatience));
  EXPECT_EQ(read_committed(topic, milliseconds(1000)),
            (std::vector<std::string>{"one", "two", "three", "open"}));
  // Empty transactions are fine.
  SLUICE_ASSERT_OK(producer->begin_transaction());
  SLUICE_ASSERT_OK(producer->commit_transaction(kPatience));
  EXPECT_FALSE(producer->commit_transaction(kPatience).ok());
}

TEST_F(TransactionalBrokerTest, AFailedSendFailsTheCommit) {
  const std::string topic = new_topic("txn-fail", 1, {{"max.message.bytes", "1000"}});
  const std::string id = unique_name("id");
  auto producer = new_transactional(id);
  SLUICE_ASSERT_OK(producer->init_transactions(kPatience));
  SLUICE_ASSERT_OK(producer->begin_transaction());
  const std::string large(5000, 'x');
  const OutgoingMessage message = to(topic, large);
  SLUICE_ASSERT_OK(producer->send({&message, 1}, 0));
  const Status refused = producer->commit_transaction(kPatience);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kFailed);
  Acks acks;
  producer->poll_acks(milliseconds(0), acks);
  EXPECT_EQ(acks.failed.size(), 1U);
  // A new producer goes on; this one has lost a sequence number.
  SLUICE_ASSERT_OK(producer->abort_transaction(kPatience));
  producer = new_transactional(id);
  SLUICE_ASSERT_OK(producer->init_transactions(kPatience));
  SLUICE_ASSERT_OK(producer->begin_transaction());
  const OutgoingMessage small = to(topic, "x");
  SLUICE_ASSERT_OK(producer->send({&small, 1}, 1));
  SLUICE_ASSERT_OK(producer->commit_transaction(kPatience));
}

TEST_F(TransactionalBrokerTest, ASecondProducerFencesTheFirst) {
  const std::string topic = new_topic("txn-fence", 1);
  const std::string id = unique_name("id");
  auto first = new_transactional(id);
  SLUICE_ASSERT_OK(first->init_transactions(kPatience));
  SLUICE_ASSERT_OK(first->begin_transaction());
  const OutgoingMessage message = to(topic, "zombie");
  SLUICE_ASSERT_OK(first->send({&message, 1}, 0));
  auto second = new_transactional(id);
  SLUICE_ASSERT_OK(second->init_transactions(kPatience));
  const Status fenced = first->commit_transaction(kPatience);
  ASSERT_FALSE(fenced.ok());
  EXPECT_EQ(fenced.error().kind(), ErrorKind::kFenced) << fenced.error().trace();
  Acks acks;
  first->poll_acks(kTick, acks);
  const auto again = first->send({&message, 1}, 1);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind(), ErrorKind::kFenced) << again.error().trace();
  EXPECT_TRUE(read_committed(topic, milliseconds(1000)).empty());
}

TEST_F(TransactionalBrokerTest, ReadToEndCountsMarkersAndAbortedMessages) {
  const std::string topic = new_topic("txn-end", 1);
  auto producer = new_transactional(unique_name("id"));
  SLUICE_ASSERT_OK(producer->init_transactions(kPatience));
  const auto config = [&](const char* isolation) {
    return CompactedTopicConfig{
        .topic = topic,
        .consumer = *translate(ClientKind::kConsumer, with_broker({{"isolation.level", isolation}}), "c"),
        .producer = std::nullopt,
        .admin = *translate(ClientKind::kAdmin, with_broker({}), "a")};
  };
  std::vector<std::string> values;
  const auto note = [&](const ConsumedMessage& message) { values.emplace_back(message.value); };
  auto table = open_compacted_topic(config("read_committed"), note, kPatience);
  SLUICE_ASSERT_OK(table);
  for (int round = 0; round < 3; ++round) {
    SLUICE_ASSERT_OK(producer->begin_transaction());
    const OutgoingMessage message = to(topic, "committed");
    SLUICE_ASSERT_OK(producer->send({&message, 1}, 0));
    SLUICE_ASSERT_OK(producer->commit_transaction(kPatience));
    SLUICE_ASSERT_OK(producer->begin_transaction());
    const OutgoingMessage other = to(topic, "aborted");
    SLUICE_ASSERT_OK(producer->send({&other, 1}, 0));
    Acks acks;
    while (producer->in_flight() > 0) producer->poll_acks(kTick, acks);
    SLUICE_ASSERT_OK(producer->abort_transaction(kPatience));
    // The log ends with an aborted message and its marker; neither comes out.
    SLUICE_ASSERT_OK((*table)->read_to_end(kPatience));
    EXPECT_EQ(values.size(), static_cast<size_t>(round + 1));
  }
  // An open transaction makes it wait.
  SLUICE_ASSERT_OK(producer->begin_transaction());
  const OutgoingMessage message = to(topic, "open");
  SLUICE_ASSERT_OK(producer->send({&message, 1}, 0));
  Acks acks;
  while (producer->in_flight() > 0) producer->poll_acks(kTick, acks);
  EXPECT_EQ((*table)->read_to_end(milliseconds(500)).error().kind(), ErrorKind::kRetry);
  SLUICE_ASSERT_OK(producer->commit_transaction(kPatience));
  SLUICE_ASSERT_OK((*table)->read_to_end(kPatience));
  EXPECT_EQ(values.back(), "open");
}

TEST_F(TransactionalBrokerTest, DemandsAcksAll) {
  const auto config = translate(ClientKind::kProducer, with_broker({{"acks", "1"}}), "t");
  SLUICE_ASSERT_OK(config);
  EXPECT_EQ(make_transactional_producer(*config, "id").error().kind(), ErrorKind::kBadConfig);
}

}  // namespace
}  // namespace sluice::kafka::testing
