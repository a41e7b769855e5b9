#pragma once
// What every source connector must do, as a GoogleTest suite. A connector's test gives a plugin and a world
// to read:
//
//   INSTANTIATE_TEST_SUITE_P(File, SourceConformance, testing::Values(SourceCase{"file", plugin,
//   make_world}));
//
// Each test makes its own world. Include from one test file per binary and case.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "sdk/testkit/source_run.h"

namespace sluice::sdk::testkit {

/// The outside system of one test, and how to use it.
class SourceWorld {
 public:
  virtual ~SourceWorld() = default;
  /// A valid connector configuration for this world, without the framework's keys.
  virtual Properties properties() = 0;
  /// Makes `count` more records appear, each different from all others.
  virtual void add(int count) = 0;
  /// Configurations that must be refused, each with the key to blame.
  virtual std::vector<std::pair<std::string, Properties>> bad_properties() = 0;
  /// False for sources that repeat everything when they are restarted (bulk loads) or make their own records:
  /// the tests that need a bounded, resumable stream are then left out.
  virtual bool resumable() const { return true; }
  virtual bool bounded() const { return true; }
};

struct SourceCase {
  std::string name;
  SourcePlugin plugin;
  std::function<std::unique_ptr<SourceWorld>()> make_world;
};
inline void PrintTo(const SourceCase& source, std::ostream* out) { *out << source.name; }

class SourceConformance : public testing::TestWithParam<SourceCase> {
 protected:
  void SetUp() override { world_ = GetParam().make_world(); }

  /// The configuration of the first task; the connector is started once per test.
  Properties task_properties() {
    if (!connector_) {
      connector_ = GetParam().plugin.connector();
      const Status started = connector_->start(world_->properties(), connector_context_);
      EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message());
    }
    const auto configs = connector_->task_configs(1);
    EXPECT_TRUE(configs.ok()) << (configs.ok() ? "" : configs.error().message());
    return configs.ok() && !configs->empty() ? configs->front() : Properties{};
  }

  std::unique_ptr<SourceRun> start_run() {
    auto run = std::make_unique<SourceRun>(GetParam().plugin, task_properties(), offsets_);
    const Status started = run->start();
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message());
    return run;
  }

  bool exactly_once() {
    return GetParam().plugin.connector()->exactly_once_support(world_->properties()) ==
           ExactlyOnceSupport::kSupported;
  }

  static std::vector<std::string> values_of(const SourceRun& run) {
    std::vector<std::string> values;
    for (const PolledRecord& record : run.records()) values.push_back(record.value);
    return values;
  }

  /// A crash after the first `cut` records were acknowledged and committed, then a second life.
  std::vector<std::string> second_life(size_t cut, size_t total) {
    offsets_ = OffsetMemory();
    {
      auto first = start_run();
      EXPECT_TRUE(poll_until(*first, total));
      EXPECT_TRUE(first->commit(cut).ok());
    }
    auto second = start_run();
    EXPECT_TRUE(poll_until(*second, total - cut));
    second->stop();
    return values_of(*second);
  }

  static testing::AssertionResult poll_until(SourceRun& run, size_t count) {
    const Status done = run.poll_until(count);
    return done.ok() ? testing::AssertionSuccess() : testing::AssertionFailure() << done.error().message();
  }

  void TearDown() override {
    if (connector_) {
      EXPECT_TRUE(connector_->stop().ok());
    }
    EXPECT_FALSE(connector_context_.raised().has_value());
  }

  std::unique_ptr<SourceWorld> world_;
  FakeConnectorContext connector_context_;
  std::unique_ptr<SourceConnector> connector_;
  OffsetMemory offsets_;
};

TEST_P(SourceConformance, RefusesBadConfigurationNamingTheKey) {
  for (const auto& [key, properties] : world_->bad_properties()) {
    const auto connector = GetParam().plugin.connector();
    const auto values = connector->validate(properties);
    const auto blamed = std::find_if(values.begin(), values.end(), [&key = key](const ConfigValue& value) {
      return value.name == key && !value.errors.empty();
    });
    EXPECT_NE(blamed, values.end()) << "nothing is said against " << key;
    FakeConnectorContext context;
    const auto other = GetParam().plugin.connector();
    const Status started = other->start(properties, context);
    EXPECT_FALSE(started.ok()) << "starts with a bad " << key;
    EXPECT_TRUE(other->stop().ok());
  }
}

TEST_P(SourceConformance, AcceptsAGoodConfiguration) {
  for (const ConfigValue& value : GetParam().plugin.connector()->validate(world_->properties())) {
    EXPECT_TRUE(value.errors.empty()) << value.name << ": " << value.errors.front();
  }
}

TEST_P(SourceConformance, MakesNoMoreTasksThanAllowed) {
  task_properties();
  for (const int tasks_max : {1, 2, 7}) {
    const auto configs = connector_->task_configs(tasks_max);
    ASSERT_TRUE(configs.ok()) << configs.error().message();
    EXPECT_FALSE(configs->empty());
    EXPECT_LE(configs->size(), static_cast<size_t>(tasks_max));
  }
}

TEST_P(SourceConformance, StopsWithoutEverHavingPolled) {
  auto run = start_run();
  run->stop();
}

TEST_P(SourceConformance, PollReturnsSoonWhenThereIsNothing) {
  auto run = start_run();
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(run->poll().ok());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(4));
  run->stop();
}

TEST_P(SourceConformance, StopEndsAPollThatWaits) {
  auto run = start_run();
  auto polled = std::async(std::launch::async, [&] {
    while (!run->context().stop().stop_requested()) {
      if (auto status = run->poll(); !status.ok()) return status;
    }
    return Status{};
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  run->context().request_stop();
  ASSERT_EQ(polled.wait_for(std::chrono::milliseconds(900)), std::future_status::ready)
      << "stop is not heard";
  EXPECT_TRUE(polled.get().ok());
  run->stop();
}

TEST_P(SourceConformance, DeliversEverythingOnceWhileItLives) {
  world_->add(100);
  auto run = start_run();
  ASSERT_TRUE(poll_until(*run, 100));
  if (!world_->bounded()) return;
  if (world_->resumable()) {
    ASSERT_TRUE(run->poll().ok());
    EXPECT_EQ(run->records().size(), 100U);
  }
  auto values = values_of(*run);
  values.resize(100);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(std::adjacent_find(values.begin(), values.end()), values.end()) << "a record came twice";
  run->stop();
}

TEST_P(SourceConformance, GoesOnAfterAPause) {
  if (!world_->resumable()) GTEST_SKIP();
  world_->add(20);
  auto run = start_run();
  ASSERT_TRUE(poll_until(*run, 20));
  ASSERT_TRUE(run->commit(20).ok());
  world_->add(20);  // while nobody polls
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ASSERT_TRUE(poll_until(*run, 40));
  run->stop();
}

TEST_P(SourceConformance, CommitsWithoutRecordsAreHarmless) {
  auto run = start_run();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(run->commit(0).ok());
  world_->add(5);
  ASSERT_TRUE(poll_until(*run, 5));
  EXPECT_TRUE(run->commit(5).ok());
  EXPECT_TRUE(run->commit(5).ok());
  run->stop();
}

TEST_P(SourceConformance, LosesNothingWhereverItCrashes) {
  if (!world_->resumable()) GTEST_SKIP();
  constexpr size_t kTotal = 60;
  world_->add(kTotal);
  auto reference = start_run();
  ASSERT_TRUE(poll_until(*reference, kTotal));
  const auto all = values_of(*reference);
  reference->stop();
  for (const size_t cut : {0U, 1U, 17U, 59U}) {
    const auto again = second_life(cut, kTotal);
    for (size_t i = cut; i < kTotal; ++i) {
      EXPECT_NE(std::find(again.begin(), again.end(), all[i]), again.end())
          << "record " << i << " is lost after a crash at " << cut;
    }
  }
}

TEST_P(SourceConformance, RepeatsNothingAfterACommittedPollIfExactlyOnce) {
  if (!world_->resumable() || !exactly_once()) GTEST_SKIP();
  constexpr size_t kTotal = 60;
  world_->add(kTotal);
  auto reference = start_run();
  ASSERT_TRUE(poll_until(*reference, kTotal));
  const auto all = values_of(*reference);
  std::vector<size_t> borders{0};
  for (size_t i = 1; i < kTotal; ++i) {
    if (reference->records()[i].batch != reference->records()[i - 1].batch) borders.push_back(i);
  }
  reference->stop();
  for (const size_t border : borders) {
    const auto again = second_life(border, kTotal);
    const std::vector<std::string> expected(all.begin() + static_cast<ptrdiff_t>(border),
                                            all.begin() + kTotal);
    ASSERT_GE(again.size(), expected.size());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), again.begin())) << "after a crash at " << border;
  }
}

TEST_P(SourceConformance, StartsAfreshWhereNothingWasCommitted) {
  world_->add(10);
  const auto first = second_life(0, 10);
  EXPECT_GE(first.size(), 10U);
}

// A binary may include both suites and instantiate one.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SourceConformance);

}  // namespace sluice::sdk::testkit
