#pragma once
// What every sink connector must do, as a GoogleTest suite. A connector's test gives a plugin and a world to
// write:
//
//   INSTANTIATE_TEST_SUITE_P(File, SinkConformance, testing::Values(SinkCase{"file", plugin, make_world}));
//
// Each test makes its own world.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "sdk/testkit/sink_run.h"

namespace sluice::sdk::testkit {

/// The outside system of one test, and how to use it.
class SinkWorld {
 public:
  virtual ~SinkWorld() = default;
  /// A valid connector configuration for this world, without the framework's keys. It should make the task
  /// write early (small flush sizes), as the tests have few records.
  virtual Properties properties() = 0;
  /// Configurations that must be refused, each with the key to blame.
  virtual std::vector<std::pair<std::string, Properties>> bad_properties() = 0;
  /// Fills record `offset`; different for every partition and offset.
  virtual void make_record(const TopicPartition& partition, int64_t offset, Arena& arena, Record& record) = 0;
  /// The offsets of a partition's records that a reader of the target sees, in the target's order, doubles
  /// included.
  virtual std::vector<int64_t> visible(const TopicPartition& partition) = 0;
  /// Whether a restart may leave doubles in the target.
  virtual bool exactly_once() const { return false; }
};

struct SinkCase {
  std::string name;
  SinkPlugin plugin;
  std::function<std::unique_ptr<SinkWorld>()> make_world;
};
inline void PrintTo(const SinkCase& sink, std::ostream* out) { *out << sink.name; }

class SinkConformance : public testing::TestWithParam<SinkCase> {
 protected:
  void SetUp() override { world_ = GetParam().make_world(); }
  void TearDown() override {
    if (connector_) {
      EXPECT_TRUE(connector_->stop().ok());
    }
    EXPECT_FALSE(connector_context_.raised().has_value());
  }

  Properties task_properties() {
    if (!connector_) {
      connector_ = GetParam().plugin.connector();
      expect_ok(connector_->start(world_->properties(), connector_context_));
    }
    const auto configs = connector_->task_configs(1);
    EXPECT_TRUE(configs.ok() && configs->size() == 1U);
    return configs.ok() && !configs->empty() ? configs->front() : Properties{};
  }

  std::unique_ptr<SinkRun> start_run() {
    auto run = std::make_unique<SinkRun>(
        GetParam().plugin, task_properties(), group_, std::set<TopicPartition>{kFirst, kSecond},
        [this](const TopicPartition& partition, int64_t offset, Arena& arena, Record& record) {
          world_->make_record(partition, offset, arena, record);
        });
    expect_ok(run->start());
    return run;
  }

  static void expect_ok(const Status& status) {
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message());
  }

  /// Every record below the committed offset is visible, in order of first appearance; once if so promised.
  void expect_committed_is_visible(bool exactly) {
    for (const TopicPartition& partition : {kFirst, kSecond}) {
      const auto committed = group_.find(partition);
      const int64_t end = committed == group_.end() ? 0 : std::max<int64_t>(0, committed->second.offset);
      const auto seen = world_->visible(partition);
      std::vector<int64_t> firsts;
      for (const int64_t offset : seen) {
        if (std::find(firsts.begin(), firsts.end(), offset) == firsts.end()) firsts.push_back(offset);
      }
      if (exactly) {
        EXPECT_EQ(firsts.size(), seen.size()) << "doubles in partition " << partition.partition;
      }
      ASSERT_GE(static_cast<int64_t>(firsts.size()), end) << "committed but not visible";
      for (int64_t i = 0; i < end; ++i) EXPECT_EQ(firsts[static_cast<size_t>(i)], i);
    }
  }

  int64_t committed(const TopicPartition& partition) {
    const auto found = group_.find(partition);
    return found == group_.end() ? -1 : found->second.offset;
  }

  inline static const TopicPartition kFirst{"conformance", 0};
  inline static const TopicPartition kSecond{"conformance", 1};

  std::unique_ptr<SinkWorld> world_;
  FakeConnectorContext connector_context_;
  std::unique_ptr<SinkConnector> connector_;
  GroupMemory group_;
};

TEST_P(SinkConformance, RefusesBadConfigurationNamingTheKey) {
  for (const auto& [key, properties] : world_->bad_properties()) {
    const auto values = GetParam().plugin.connector()->validate(properties);
    const auto blamed = std::find_if(values.begin(), values.end(), [&key = key](const ConfigValue& value) {
      return value.name == key && !value.errors.empty();
    });
    EXPECT_NE(blamed, values.end()) << "nothing is said against " << key;
  }
}

TEST_P(SinkConformance, AcceptsAGoodConfiguration) {
  for (const ConfigValue& value : GetParam().plugin.connector()->validate(world_->properties())) {
    EXPECT_TRUE(value.errors.empty()) << value.name << ": " << value.errors.front();
  }
}

TEST_P(SinkConformance, MakesNoMoreTasksThanAllowed) {
  task_properties();
  for (const int tasks_max : {1, 2, 7}) {
    const auto configs = connector_->task_configs(tasks_max);
    ASSERT_TRUE(configs.ok()) << configs.error().message();
    EXPECT_FALSE(configs->empty());
    EXPECT_LE(configs->size(), static_cast<size_t>(tasks_max));
  }
}

TEST_P(SinkConformance, StopsWithoutEverHavingWritten) {
  auto run = start_run();
  for (int i = 0; i < 3; ++i) expect_ok(run->deliver_nothing());
  expect_ok(run->commit());
  expect_ok(run->stop());
  EXPECT_TRUE(world_->visible(kFirst).empty());
}

TEST_P(SinkConformance, WhatIsCommittedIsInTheTarget) {
  auto run = start_run();
  for (int i = 0; i < 10; ++i) {
    expect_ok(run->deliver(7));
    expect_ok(run->commit());
    expect_committed_is_visible(true);
  }
  expect_ok(run->stop());
  expect_committed_is_visible(true);
}

TEST_P(SinkConformance, LosesNothingWhenItCrashes) {
  for (int round = 0; round < 4; ++round) {
    auto run = start_run();
    for (int i = 0; i < 3; ++i) expect_ok(run->deliver(5));
    if (round != 1) expect_ok(run->commit());
    expect_ok(run->deliver(3));  // never committed
  }
  auto last = start_run();
  expect_ok(last->deliver(11));
  expect_ok(last->stop());
  expect_committed_is_visible(world_->exactly_once());
}

TEST_P(SinkConformance, GoesOnAfterARebalanceThatGaveItsPartitionsBack) {
  auto run = start_run();
  for (int i = 0; i < 3; ++i) {
    expect_ok(run->deliver(4));
    expect_ok(run->reopen());
  }
  expect_ok(run->deliver(4));
  expect_ok(run->stop());
  expect_committed_is_visible(world_->exactly_once());
}

TEST_P(SinkConformance, TakesRedeliveryFromAnEarlierOffset) {
  auto run = start_run();
  expect_ok(run->deliver(6));
  expect_ok(run->stop());
  const int64_t end = committed(kFirst);
  for (auto& [partition, offset] : group_) offset.offset = std::min<int64_t>(offset.offset, 2);
  auto again = start_run();
  expect_ok(again->deliver(8));
  expect_ok(again->stop());
  EXPECT_GE(committed(kFirst), end);
  expect_committed_is_visible(false);
}

TEST_P(SinkConformance, GoesOnAfterAPause) {
  auto run = start_run();
  expect_ok(run->deliver(3));
  const std::vector<TopicPartition> both{kFirst, kSecond};
  run->context().pause(both);
  for (int i = 0; i < 3; ++i) {
    expect_ok(run->deliver(3));  // a worker goes on calling put while it is paused for the task
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  run->context().resume(both);
  expect_ok(run->deliver(3));
  expect_ok(run->stop());
  expect_committed_is_visible(true);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SinkConformance);

}  // namespace sluice::sdk::testkit
