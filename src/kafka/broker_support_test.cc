#include <fmt/core.h>
#include <unistd.h>

#include <atomic>

#include "kafka/broker_test_support.h"

namespace sluice::kafka::testing {
namespace {

std::string describe(char sign, const std::set<TopicPartition>& partitions) {
  std::string text(1, sign);
  for (const TopicPartition& partition : partitions) {
    text.append(text.size() > 1 ? " " : "")
        .append(fmt::format("{}-{}", partition.topic, partition.partition));
  }
  return text;
}

}  // namespace

std::string broker() {
  const char* address = std::getenv("SLUICE_TEST_BROKER");
  return address == nullptr ? "" : address;
}

std::string unique_name(std::string_view stem) {
  static std::atomic<int> next = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{}-{}-{}-{}", stem, getpid(),
                     std::chrono::duration_cast<std::chrono::seconds>(now).count(), next++);
}

sdk::Properties with_broker(sdk::Properties properties) {
  properties.emplace("bootstrap.servers", broker());
  return properties;
}

std::unique_ptr<Producer> new_producer(sdk::Properties properties) {
  auto config = translate(ClientKind::kProducer, with_broker(std::move(properties)), "test-producer");
  EXPECT_TRUE(config.ok());
  auto producer = make_producer(*config);
  EXPECT_TRUE(producer.ok()) << producer.error().message();
  return std::move(*producer);
}

std::unique_ptr<Consumer> new_consumer(sdk::Properties properties) {
  properties.emplace("auto.offset.reset", "earliest");
  auto config = translate(ClientKind::kConsumer, with_broker(std::move(properties)), "test-consumer");
  EXPECT_TRUE(config.ok()) << config.error().message();
  auto consumer = make_consumer(*config);
  EXPECT_TRUE(consumer.ok()) << consumer.error().message();
  return std::move(*consumer);
}

std::unique_ptr<Admin> new_admin() {
  auto config = translate(ClientKind::kAdmin, with_broker({}), "test-admin");
  EXPECT_TRUE(config.ok());
  auto admin = make_admin(*config);
  EXPECT_TRUE(admin.ok()) << admin.error().message();
  return std::move(*admin);
}

std::string new_topic(std::string_view stem, int32_t partitions, std::map<std::string, std::string> configs) {
  const std::string name = unique_name(stem);
  auto admin = new_admin();
  const auto made = admin->create_topic({name, partitions, 1, std::move(configs)}, kPatience);
  EXPECT_TRUE(made.ok()) << made.error().trace();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto found = admin->describe_topics({name}, kPatience);
    if (found.ok() && found->count(name) == 1) break;
  }
  return name;
}

void produce(Producer& producer, const std::vector<OutgoingMessage>& messages) {
  Acks acks;
  size_t sent = 0;
  size_t acked = 0;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (acked < messages.size()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    const auto taken = producer.send(std::span(messages).subspan(sent), sent);
    SLUICE_ASSERT_OK(taken);
    sent += *taken;
    acks.clear();
    producer.poll_acks(kTick, acks);
    for (const FailedSend& failed : acks.failed) FAIL() << failed.error.trace();
    for (const AckedRange& range : acks.acked) acked += range.count;
  }
  EXPECT_EQ(producer.in_flight(), 0U);
}

void produce_numbers(const std::string& topic, int32_t partition, int first, int count) {
  std::vector<std::string> values;
  values.reserve(count);
  for (int i = 0; i < count; ++i) values.push_back(std::to_string(first + i));
  std::vector<OutgoingMessage> messages;
  for (const std::string& value : values) {
    messages.push_back({.topic = topic, .key = {}, .value = value, .headers = {}, .partition = partition});
  }
  produce(*new_producer(), messages);
}

std::vector<Copy> consume(Consumer& consumer, size_t count, size_t messages_max) {
  std::vector<Copy> copies;
  MessageBatch batch;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (copies.size() < count && std::chrono::steady_clock::now() < deadline) {
    const Status status = consumer.poll(kTick, messages_max, batch);
    EXPECT_TRUE(status.ok()) << status.error().trace();
    if (!status.ok()) break;
    for (const ConsumedMessage& message : batch.messages) {
      copies.push_back(
          {std::string(message.topic), message.partition, message.offset, std::string(message.value)});
    }
  }
  EXPECT_GE(copies.size(), count);
  return copies;
}

std::vector<Copy> consume_for(Consumer& consumer, std::chrono::milliseconds time) {
  std::vector<Copy> copies;
  MessageBatch batch;
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < deadline) {
    const Status status = consumer.poll(kTick, 500, batch);
    EXPECT_TRUE(status.ok()) << status.error().trace();
    for (const ConsumedMessage& message : batch.messages) {
      copies.push_back(
          {std::string(message.topic), message.partition, message.offset, std::string(message.value)});
    }
  }
  return copies;
}

void poll_until(Consumer& consumer, const std::function<bool()>& done) {
  MessageBatch batch;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    SLUICE_ASSERT_OK(consumer.poll(kTick, 500, batch));
  }
}

void Notes::assigned(const std::set<TopicPartition>& partitions) {
  events.push_back(describe('+', partitions));
  if (on_assigned) on_assigned(partitions);
}

void Notes::revoked(const std::set<TopicPartition>& partitions) {
  events.push_back(describe('-', partitions));
  if (on_revoked) on_revoked(partitions);
}

void Notes::lost(const std::set<TopicPartition>& partitions) { events.push_back(describe('!', partitions)); }

}  // namespace sluice::kafka::testing
