#pragma once
// What the tests against a real broker share. They run when SLUICE_TEST_BROKER says where one is
// ("host:port").

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kafka/admin.h"
#include "kafka/client_config.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

namespace sluice::kafka::testing {

inline constexpr std::chrono::milliseconds kPatience{30'000};
inline constexpr std::chrono::milliseconds kTick{200};

/// Where the broker is; empty: skip.
std::string broker();

/// A name that no other test and no other run uses.
std::string unique_name(std::string_view stem);

sdk::Properties with_broker(sdk::Properties properties);
std::unique_ptr<Producer> new_producer(sdk::Properties properties = {});
std::unique_ptr<Consumer> new_consumer(sdk::Properties properties);
std::unique_ptr<Admin> new_admin();

/// Makes a topic and waits until it can be used.
std::string new_topic(std::string_view stem, int32_t partitions,
                      std::map<std::string, std::string> configs = {});

/// Sends all and waits until each is acknowledged; fails the test otherwise.
void produce(Producer& producer, const std::vector<OutgoingMessage>& messages);
/// `count` messages "0", "1", … into one partition, starting with `first`.
void produce_numbers(const std::string& topic, int32_t partition, int first, int count);

/// A copy of what a batch only borrows.
struct Copy {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  std::string value;
  bool operator==(const Copy&) const = default;
};
/// Polls until `count` messages came, or patience ran out.
std::vector<Copy> consume(Consumer& consumer, size_t count, size_t messages_max = 500);
/// Polls for a while and returns what came.
std::vector<Copy> consume_for(Consumer& consumer, std::chrono::milliseconds time);

/// Notes what it is told.
struct Notes final : RebalanceListener {
  void assigned(const std::set<TopicPartition>& partitions) override;
  void revoked(const std::set<TopicPartition>& partitions) override;
  void lost(const std::set<TopicPartition>& partitions) override;
  std::vector<std::string> events;  // "+t-0 t-1", "-t-0", "!t-0"
  std::function<void(const std::set<TopicPartition>&)> on_assigned;
  std::function<void(const std::set<TopicPartition>&)> on_revoked;
};

/// Polls until `done`; fails the test when patience runs out.
void poll_until(Consumer& consumer, const std::function<bool()>& done);

class BrokerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (broker().empty()) GTEST_SKIP() << "SLUICE_TEST_BROKER is not set";
  }
};

#define SLUICE_ASSERT_OK(expression)                                  \
  do {                                                                \
    const auto& sluice_result = (expression);                         \
    ASSERT_TRUE(sluice_result.ok()) << sluice_result.error().trace(); \
  } while (false)

}  // namespace sluice::kafka::testing
