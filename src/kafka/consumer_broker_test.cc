// The consumer against a real broker: groups, seeking, pausing, patterns.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <thread>

#include "kafka/broker_test_support.h"

namespace sluice::kafka::testing {
namespace {

using std::chrono::milliseconds;

class ConsumerBrokerTest : public BrokerTest {};

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

TEST_F(ConsumerBrokerTest, ACommitResultEndsAWaitingPoll) {
  const std::string topic = new_topic("commit-wakes", 1);
  Notes notes;
  auto consumer = new_consumer({{"group.id", unique_name("g")}});
  SLUICE_ASSERT_OK(consumer->subscribe({topic}, notes));
  poll_until(*consumer, [&] { return !consumer->assignment().empty(); });
  MessageBatch batch;
  SLUICE_ASSERT_OK(consumer->poll(kTick, 500, batch));
  consumer->commit_async({{{topic, 0}, {0, {}}}});
  const auto start = std::chrono::steady_clock::now();
  std::vector<CommitResult> results;
  while (results.empty() && std::chrono::steady_clock::now() - start < kPatience) {
    SLUICE_ASSERT_OK(consumer->poll(kPatience, 500, batch));
    results = consumer->take_commit_results();
  }
  EXPECT_EQ(results.size(), 1U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience / 2);
}

TEST_F(ConsumerBrokerTest, WakeupEndsPoll) {
  const std::string topic = new_topic("wakeup", 1);
  auto consumer = new_consumer({});
  SLUICE_ASSERT_OK(consumer->assign({{{topic, 0}, {0, {}}}}));
  MessageBatch batch;
  const auto timed_poll = [&] {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(consumer->poll(kPatience, 500, batch).ok());
    return std::chrono::steady_clock::now() - start;
  };
  std::thread waker([&] {
    std::this_thread::sleep_for(milliseconds(300));
    consumer->wakeup();
  });
  EXPECT_LT(timed_poll(), kPatience / 2);
  waker.join();
  consumer->wakeup();
  EXPECT_LT(timed_poll(), milliseconds(200));
}

TEST_F(ConsumerBrokerTest, SeekReturnsNothingStale) {
  const std::string topic = new_topic("seek", 1);
  produce_numbers(topic, 0, 0, 5000);
  auto consumer = new_consumer({});
  SLUICE_ASSERT_OK(consumer->assign({{{topic, 0}, {0, {}}}}));
  MessageBatch batch;
  for (int round = 0; round < 20; ++round) {
    poll_until(*consumer, [&] {
      EXPECT_TRUE(consumer->poll(kTick, 100, batch).ok());
      return !batch.messages.empty();
    });
    // Thousands more are queued inside the library now.
    const int64_t target = (round * 997) % 4900;
    SLUICE_ASSERT_OK(consumer->seek({topic, 0}, target));
    const auto position = consumer->position({topic, 0}, kPatience);
    SLUICE_ASSERT_OK(position);
    EXPECT_EQ(*position, target);
    int64_t expected = target;
    for (const Copy& copy : consume(*consumer, 100)) {
      ASSERT_EQ(copy.offset, expected) << "round " << round;
      ++expected;
    }
    const auto after = consumer->position({topic, 0}, kPatience);
    SLUICE_ASSERT_OK(after);
    EXPECT_EQ(*after, expected);
  }
}

TEST_F(ConsumerBrokerTest, PausedPartitionsAreSilentAndLoseNothing) {
  const std::string topic = new_topic("pause", 2);
  produce_numbers(topic, 0, 0, 3000);
  produce_numbers(topic, 1, 0, 3000);
  auto consumer = new_consumer({});
  SLUICE_ASSERT_OK(consumer->assign({{{topic, 0}, {0, {}}}, {{topic, 1}, {0, {}}}}));
  std::map<int32_t, int64_t> next;
  const auto take = [&](const std::vector<Copy>& copies) {
    for (const Copy& copy : copies) ASSERT_EQ(copy.offset, next[copy.partition]++);
  };
  const std::vector<TopicPartition> first = {{topic, 0}};
  MessageBatch batch;
  for (int round = 0; round < 10; ++round) {
    take(consume(*consumer, 50, 25));
    SLUICE_ASSERT_OK(consumer->pause(first));
    const int64_t before = next[0];
    take(consume(*consumer, 50, 25));
    EXPECT_EQ(next[0], before);
    SLUICE_ASSERT_OK(consumer->resume(first));
  }
  SLUICE_ASSERT_OK(consumer->pause(std::vector<TopicPartition>{{topic, 0}, {topic, 1}}));
  EXPECT_TRUE(consume_for(*consumer, milliseconds(500)).empty());
  // A seek while paused holds after resume.
  SLUICE_ASSERT_OK(consumer->seek({topic, 0}, 10));
  next[0] = 10;
  EXPECT_TRUE(consume_for(*consumer, milliseconds(500)).empty());
  SLUICE_ASSERT_OK(consumer->resume(std::vector<TopicPartition>{{topic, 0}, {topic, 1}}));
  take(consume(*consumer, static_cast<size_t>(6000 - next[0] - next[1])));
  EXPECT_EQ(next[0], 3000);
  EXPECT_EQ(next[1], 3000);
}

TEST_F(ConsumerBrokerTest, WhatIsNotAssignedIsAnError) {
  auto consumer = new_consumer({{"group.id", unique_name("g")}});
  EXPECT_EQ(consumer->seek({"t", 0}, 1).error().exception_class(), "java.lang.IllegalStateException");
  EXPECT_FALSE(consumer->position({"t", 0}, kTick).ok());
  EXPECT_FALSE(consumer->pause(std::vector<TopicPartition>{{"t", 0}}).ok());
  EXPECT_FALSE(consumer->resume(std::vector<TopicPartition>{{"t", 0}}).ok());
}

TEST_F(ConsumerBrokerTest, TheListenerDecidesWhereToStart) {
  const std::string topic = new_topic("listener", 3);
  for (int32_t partition = 0; partition < 3; ++partition) produce_numbers(topic, partition, 0, 10);
  const std::string group = unique_name("g");
  Notes notes;
  auto consumer = new_consumer({{"group.id", group}});
  std::map<int32_t, int64_t> positions;
  notes.on_assigned = [&](const std::set<TopicPartition>& partitions) {
    for (const TopicPartition& partition : partitions) {
      EXPECT_TRUE(consumer->assignment().contains(partition));
      const auto position = consumer->position(partition, kPatience);
      ASSERT_TRUE(position.ok()) << position.error().trace();
      positions[partition.partition] = *position;
    }
    EXPECT_TRUE(consumer->seek({topic, 1}, 7).ok());
    EXPECT_TRUE(consumer->pause(std::vector<TopicPartition>{{topic, 2}}).ok());
  };
  SLUICE_ASSERT_OK(consumer->subscribe({topic}, notes));
  std::map<int32_t, int> counts;
  for (const Copy& copy : consume(*consumer, 13)) ++counts[copy.partition];
  EXPECT_EQ(positions, (std::map<int32_t, int64_t>{{0, 0}, {1, 0}, {2, 0}}));
  EXPECT_EQ(counts, (std::map<int32_t, int>{{0, 10}, {1, 3}}));
  SLUICE_ASSERT_OK(consumer->resume(std::vector<TopicPartition>{{topic, 2}}));
  EXPECT_EQ(consume(*consumer, 10).size(), 10U);
  const auto position = consumer->position({topic, 1}, kPatience);
  SLUICE_ASSERT_OK(position);
  EXPECT_EQ(*position, 10);
}

TEST_F(ConsumerBrokerTest, PositionsFollowTheResetPolicy) {
  const std::string topic = new_topic("reset", 1);
  produce_numbers(topic, 0, 0, 10);
  auto latest = new_consumer({{"auto.offset.reset", "latest"}});
  SLUICE_ASSERT_OK(latest->assign({{{topic, 0}, {-1, {}}}}));
  EXPECT_EQ(latest->position({topic, 0}, kPatience).value(), 10);
  produce_numbers(topic, 0, 10, 1);
  EXPECT_EQ(consume(*latest, 1).at(0).offset, 10);
  auto beginning = new_consumer({{"auto.offset.reset", "latest"}});
  SLUICE_ASSERT_OK(beginning->assign({{{topic, 0}, {kFromBeginning, {}}}}));
  EXPECT_EQ(beginning->position({topic, 0}, kPatience).value(), 0);
  EXPECT_EQ(consume(*beginning, 11).at(0).offset, 0);
  Notes notes;
  auto none = new_consumer({{"auto.offset.reset", "none"}, {"group.id", unique_name("g")}});
  SLUICE_ASSERT_OK(none->subscribe({topic}, notes));
  MessageBatch batch;
  Status status;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (status.ok() && std::chrono::steady_clock::now() < deadline) status = none->poll(kTick, 10, batch);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kFailed);
}

void rebalances_between_two(const char* assignor, bool cooperative) {
  const std::string topic = new_topic("rebalance", 2);
  const std::string group = unique_name("g");
  const sdk::Properties properties = {{"group.id", group},
                                      {"partition.assignment.strategy", assignor},
                                      {"heartbeat.interval.ms", "200"},
                                      {"session.timeout.ms", "6000"}};
  Notes first_notes;
  Notes second_notes;
  auto first = new_consumer(properties);
  first_notes.on_revoked = [&](const std::set<TopicPartition>& partitions) {
    CommitOffsets offsets;
    for (const TopicPartition& partition : partitions) offsets[partition] = {7, {}};
    EXPECT_TRUE(first->commit_sync(offsets, kPatience).ok());
  };
  SLUICE_ASSERT_OK(first->subscribe({topic}, first_notes));
  poll_until(*first, [&] { return first->assignment().size() == 2; });
  // Two threads, as two tasks would be.
  auto second = new_consumer(properties);
  SLUICE_ASSERT_OK(second->subscribe({topic}, second_notes));
  std::atomic<bool> stop = false;
  std::thread other([&] {
    MessageBatch batch;
    while (!stop) EXPECT_TRUE(second->poll(kTick, 500, batch).ok());
  });
  poll_until(*first, [&] { return first->assignment().size() == 1; });
  poll_until(*first, [&] { return second_notes.events.size() == 1; });
  stop = true;
  second->wakeup();
  other.join();
  EXPECT_EQ(first->assignment().size(), 1U);
  EXPECT_EQ(second->assignment().size(), 1U);
  const std::string both = fmt::format("{0}-0 {0}-1", topic);
  if (cooperative) {
    const TopicPartition moved = *second->assignment().begin();
    EXPECT_EQ(first_notes.events,
              (std::vector<std::string>{"+" + both, fmt::format("-{}-{}", moved.topic, moved.partition)}));
  } else {
    const TopicPartition kept = *first->assignment().begin();
    EXPECT_EQ(first_notes.events,
              (std::vector<std::string>{"+" + both, "-" + both,
                                        fmt::format("+{}-{}", kept.topic, kept.partition)}));
  }
  const auto committed = second->committed(second->assignment(), kPatience);
  SLUICE_ASSERT_OK(committed);
  EXPECT_EQ(committed->begin()->second.offset, 7);
  // The one that is left takes over at once.
  SLUICE_ASSERT_OK(second->close(kPatience));
  poll_until(*first, [&] { return first->assignment().size() == 2; });
}

TEST_F(ConsumerBrokerTest, RebalancesEagerly) {
  rebalances_between_two("org.apache.kafka.clients.consumer.RangeAssignor", false);
}

TEST_F(ConsumerBrokerTest, RebalancesCooperatively) {
  rebalances_between_two("org.apache.kafka.clients.consumer.CooperativeStickyAssignor", true);
}

TEST_F(ConsumerBrokerTest, KnowsTheNewGroupProtocol) {
  const std::string topic = new_topic("kip848", 2);
  produce_numbers(topic, 0, 0, 10);
  Notes notes;
  auto consumer = new_consumer({{"group.id", unique_name("g")}, {"group.protocol", "consumer"}});
  SLUICE_ASSERT_OK(consumer->subscribe({topic}, notes));
  EXPECT_EQ(consume(*consumer, 10).size(), 10U);
  SLUICE_ASSERT_OK(consumer->commit_sync({{{topic, 0}, {10, {}}}}, kPatience));
  SLUICE_ASSERT_OK(consumer->close(kPatience));
}

TEST_F(ConsumerBrokerTest, ASecondInstanceFencesTheFirst) {
  const std::string topic = new_topic("static", 1);
  const sdk::Properties properties = {{"group.id", unique_name("g")},
                                      {"group.instance.id", "one"},
                                      {"heartbeat.interval.ms", "200"},
                                      {"session.timeout.ms", "6000"}};
  Notes first_notes;
  auto first = new_consumer(properties);
  SLUICE_ASSERT_OK(first->subscribe({topic}, first_notes));
  poll_until(*first, [&] { return first->assignment().size() == 1; });
  Notes second_notes;
  auto second = new_consumer(properties);
  SLUICE_ASSERT_OK(second->subscribe({topic}, second_notes));
  poll_until(*second, [&] { return second->assignment().size() == 1; });
  MessageBatch batch;
  Status status;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (status.ok() && std::chrono::steady_clock::now() < deadline) status = first->poll(kTick, 500, batch);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::kFenced);
  EXPECT_EQ(status.error().exception_class(), "org.apache.kafka.common.errors.FencedInstanceIdException");
  EXPECT_EQ(first->commit_sync({{{topic, 0}, {1, {}}}}, kPatience).error().kind(), ErrorKind::kFenced);
  SLUICE_ASSERT_OK(first->close(kPatience));
  EXPECT_EQ(first_notes.events.back(), fmt::format("!{}-0", topic));
}

TEST_F(ConsumerBrokerTest, AStaticMemberComesBackToItsPartitions) {
  const std::string topic = new_topic("static-back", 1);
  const sdk::Properties properties = {{"group.id", unique_name("g")}, {"group.instance.id", "one"}};
  Notes notes;
  auto first = new_consumer(properties);
  SLUICE_ASSERT_OK(first->subscribe({topic}, notes));
  poll_until(*first, [&] { return first->assignment().size() == 1; });
  SLUICE_ASSERT_OK(first->close(kPatience));
  const auto start = std::chrono::steady_clock::now();
  auto again = new_consumer(properties);
  SLUICE_ASSERT_OK(again->subscribe({topic}, notes));
  poll_until(*again, [&] { return again->assignment().size() == 1; });
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(10'000));
}

TEST_F(ConsumerBrokerTest, APatternIsAFullMatchAndFindsNewTopics) {
  const std::string stem = unique_name("pattern");
  auto admin = new_admin();
  const auto make = [&](const std::string& name) {
    SLUICE_ASSERT_OK(admin->create_topic({name, 1, 1, {}}, kPatience));
  };
  make("x" + stem);
  make(stem + "-ax");
  Notes notes;
  auto consumer = new_consumer({{"group.id", unique_name("g")}, {"metadata.max.age.ms", "1000"}});
  SLUICE_ASSERT_OK(consumer->subscribe_pattern(stem + "-(a|b+)", notes));
  EXPECT_TRUE(consume_for(*consumer, milliseconds(1500)).empty());
  EXPECT_TRUE(notes.events.empty());
  make(stem + "-a");
  poll_until(*consumer, [&] { return !consumer->assignment().empty(); });
  EXPECT_EQ(consumer->assignment(), (std::set<TopicPartition>{{stem + "-a", 0}}));
  make(stem + "-bbb");
  poll_until(*consumer, [&] { return consumer->assignment().size() == 2; });
  produce_numbers(stem + "-bbb", 0, 0, 3);
  EXPECT_EQ(consume(*consumer, 3).size(), 3U);
  EXPECT_EQ(consumer->subscribe_pattern("(", notes).error().kind(), ErrorKind::kBadConfig);
}

TEST_F(ConsumerBrokerTest, WaitsForATopicThatIsMissing) {
  const std::string topic = unique_name("later");
  Notes notes;
  auto consumer = new_consumer({{"group.id", unique_name("g")}, {"allow.auto.create.topics", "false"}});
  SLUICE_ASSERT_OK(consumer->subscribe({topic}, notes));
  EXPECT_TRUE(consume_for(*consumer, milliseconds(1500)).empty());
  auto admin = new_admin();
  SLUICE_ASSERT_OK(admin->create_topic({topic, 1, 1, {}}, kPatience));
  const auto start = std::chrono::steady_clock::now();
  poll_until(*consumer, [&] { return !consumer->assignment().empty(); });
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(10'000));
}

TEST_F(ConsumerBrokerTest, WithoutAGroupThereIsNoSubscription) {
  Notes notes;
  auto consumer = new_consumer({});
  EXPECT_EQ(consumer->subscribe({"t"}, notes).error().kind(), ErrorKind::kBadConfig);
  EXPECT_FALSE(consumer->commit_sync({{{"t", 0}, {1, {}}}}, kTick).ok());
  consumer->commit_async({{{"t", 0}, {1, {}}}});
  EXPECT_FALSE(consumer->take_commit_results().at(0).status.ok());
}

}  // namespace
}  // namespace sluice::kafka::testing
