#include "tasks/sink_task_runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>

#include "tasks/testing_fakes.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const sdk::TopicPartition kZero{"t", 0};
const sdk::TopicPartition kOne{"t", 1};

/// A log of two partitions and a group with this one member; the test scripts rebalances and reads commits.
struct FakeGroup {
  std::mutex mutex;
  std::map<sdk::TopicPartition, std::vector<std::string>> log;
  kafka::CommitOffsets committed;
  std::vector<std::string> events;
  std::deque<std::set<sdk::TopicPartition>> assignments;  // each poll takes one

  void note(std::string event) { events.push_back(std::move(event)); }
  std::vector<std::string> take_events() {
    std::lock_guard lock(mutex);
    return events;
  }
};

class FakeConsumer final : public kafka::Consumer {
 public:
  explicit FakeConsumer(FakeGroup& group) : group_(group) {}

  Status subscribe(const std::vector<std::string>&, kafka::RebalanceListener& listener) override {
    listener_ = &listener;
    return {};
  }
  Status subscribe_pattern(const std::string&, kafka::RebalanceListener& listener) override {
    listener_ = &listener;
    return {};
  }
  Status assign(const kafka::CommitOffsets&) override { return {}; }
  Status assign_more(const kafka::CommitOffsets&) override { return {}; }

  Status poll(milliseconds timeout, size_t, kafka::MessageBatch& batch) override {
    batch.clear();
    rebalance();
    std::unique_lock lock(group_.mutex);
    for (const auto& partition : assignment_) {
      auto& position = positions_[partition];
      const auto& log = group_.log[partition];
      if (paused_.contains(partition)) continue;
      for (; position < static_cast<int64_t>(log.size()); ++position) {
        kafka::ConsumedMessage message;
        message.topic = "t";
        message.partition = partition.partition;
        message.offset = position;
        message.value = log[static_cast<size_t>(position)];
        batch.messages.push_back(message);
      }
    }
    if (batch.messages.empty()) {
      lock.unlock();
      std::this_thread::sleep_for(std::min(timeout, milliseconds(2)));
    }
    return {};
  }
  void wakeup() override {}
  const std::set<sdk::TopicPartition>& assignment() const override { return assignment_; }
  Status seek(const sdk::TopicPartition& partition, int64_t offset) override {
    positions_[partition] = offset;
    return {};
  }
  Status pause(std::span<const sdk::TopicPartition> partitions) override {
    paused_.insert(partitions.begin(), partitions.end());
    return {};
  }
  Status resume(std::span<const sdk::TopicPartition> partitions) override {
    for (const auto& partition : partitions) paused_.erase(partition);
    return {};
  }
  Result<int64_t> position(const sdk::TopicPartition& partition, milliseconds) override {
    return positions_[partition];
  }
  Result<kafka::CommitOffsets> committed(const std::set<sdk::TopicPartition>& partitions,
                                         milliseconds) override {
    std::lock_guard lock(group_.mutex);
    kafka::CommitOffsets result;
    for (const auto& partition : partitions) {
      if (group_.committed.contains(partition)) result[partition] = group_.committed[partition];
    }
    return result;
  }
  Status commit_sync(const kafka::CommitOffsets& offsets, milliseconds) override { return store(offsets); }
  uint64_t commit_async(const kafka::CommitOffsets& offsets) override {
    results_.push_back({++commit_id_, store(offsets)});
    return commit_id_;
  }
  std::vector<kafka::CommitResult> take_commit_results() override { return std::exchange(results_, {}); }
  Status close(milliseconds) override {
    if (listener_ != nullptr && !assignment_.empty()) listener_->revoked(assignment_);
    assignment_.clear();
    return {};
  }

 private:
  Status store(const kafka::CommitOffsets& offsets) {
    std::lock_guard lock(group_.mutex);
    for (const auto& [partition, offset] : offsets) {
      group_.committed[partition] = offset;
      group_.note("commit " + std::to_string(partition.partition) + "@" + std::to_string(offset.offset));
    }
    return {};
  }
  void rebalance() {
    std::set<sdk::TopicPartition> next;
    {
      std::lock_guard lock(group_.mutex);
      if (group_.assignments.empty()) return;
      next = group_.assignments.front();
      group_.assignments.pop_front();
    }
    std::set<sdk::TopicPartition> revoked;
    std::set<sdk::TopicPartition> added;
    for (const auto& partition : assignment_) {
      if (!next.contains(partition)) revoked.insert(partition);
    }
    for (const auto& partition : next) {
      if (!assignment_.contains(partition)) added.insert(partition);
    }
    if (!revoked.empty()) listener_->revoked(revoked);
    assignment_ = next;
    for (const auto& partition : added) {
      std::lock_guard lock(group_.mutex);
      positions_[partition] = std::max<int64_t>(group_.committed[partition].offset, 0);
    }
    if (!added.empty()) listener_->assigned(added);
  }

  FakeGroup& group_;
  kafka::RebalanceListener* listener_ = nullptr;
  std::set<sdk::TopicPartition> assignment_;
  std::set<sdk::TopicPartition> paused_;
  std::map<sdk::TopicPartition, int64_t> positions_;
  std::vector<kafka::CommitResult> results_;
  uint64_t commit_id_ = 0;
};

/// Keeps what it is given; `busy` puts are refused for now.
class KeepingTask final : public sdk::SinkTask {
 public:
  struct Script {
    std::atomic<int> busy = 0;
    std::function<Status(sdk::SinkTaskContext&, sdk::RecordBatch&)> on_put;
    std::function<Result<sdk::Offsets>(const sdk::Offsets&)> on_pre_commit;
  };
  KeepingTask(FakeGroup& group, Script& script) : group_(group), script_(script) {}

  Status start(const sdk::Properties&, sdk::SinkTaskContext& context) override {
    context_ = &context;
    return {};
  }
  Status open(std::span<const sdk::TopicPartition> partitions) override {
    std::lock_guard lock(group_.mutex);
    for (const auto& partition : partitions) group_.note("open " + std::to_string(partition.partition));
    return {};
  }
  Status close(std::span<const sdk::TopicPartition> partitions) override {
    std::lock_guard lock(group_.mutex);
    for (const auto& partition : partitions) group_.note("close " + std::to_string(partition.partition));
    return {};
  }
  Status put(sdk::RecordBatch& batch) override {
    if (script_.on_put) SLUICE_RETURN_IF_ERROR(script_.on_put(*context_, batch));
    if (!batch.empty() && script_.busy > 0) {
      --script_.busy;
      context_->set_timeout(milliseconds(1));
      return retriable("busy");
    }
    std::lock_guard lock(group_.mutex);
    for (const sdk::Record& record : batch.records())
      group_.note("put " + std::string(record.value.as_string()));
    return {};
  }
  Result<sdk::Offsets> pre_commit(const sdk::Offsets& offsets) override {
    return script_.on_pre_commit ? script_.on_pre_commit(offsets) : Result<sdk::Offsets>(offsets);
  }
  void stop() override {
    std::lock_guard lock(group_.mutex);
    group_.note("stop");
  }

 private:
  FakeGroup& group_;
  Script& script_;
  sdk::SinkTaskContext* context_ = nullptr;
};

class SinkTaskRunnerTest : public testing::Test {
 protected:
  void SetUp() override {
    group_.log[kZero] = {"a", "b", "c"};
    group_.assignments.push_back({kZero});
  }
  std::unique_ptr<SinkTaskRunner> make(ErrorPolicyOptions options = {},
                                       milliseconds flush_interval = seconds(60)) {
    return std::make_unique<SinkTaskRunner>(
        TaskId{"s", 0}, TargetState::kStarted, listener_, system_clock(),
        [=, this](const StopSignal& stop) -> Result<SinkTaskParts> {
          return SinkTaskParts{.config = {},
                               .task = std::make_unique<KeepingTask>(group_, script_),
                               .pipeline = text_pipeline(stop, options),
                               .consumer = std::make_unique<FakeConsumer>(group_),
                               .topics = {"t"},
                               .topics_regex = "",
                               .messages_per_poll_max = 100,
                               .offset_flush_interval = flush_interval,
                               .offset_flush_timeout = milliseconds(1000)};
        },
        [this]() -> Status {
          group_.note("leave");
          return {};
        });
  }
  bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }
  bool happened(const std::string& event) {
    return eventually([&] {
      const auto events = group_.take_events();
      return std::find(events.begin(), events.end(), event) != events.end();
    });
  }
  void stop(SinkTaskRunner& runner) {
    runner.request_stop();
    EXPECT_TRUE(runner.await_stopped(std::chrono::steady_clock::now() + seconds(30)));
  }
  using Events = std::vector<std::string>;

  RecordingListener listener_;
  FakeGroup group_;
  KeepingTask::Script script_;
};

TEST_F(SinkTaskRunnerTest, PutsThenCommitsAndClosesAtItsEnd) {
  auto runner = make();
  runner->start();
  EXPECT_TRUE(happened("put c"));
  stop(*runner);
  EXPECT_EQ(group_.take_events(),
            (Events{"open 0", "put a", "put b", "put c", "commit 0@3", "close 0", "stop"}));
}

TEST_F(SinkTaskRunnerTest, CommitsAtItsIntervalAndOnlyWhatIsNew) {
  auto runner = make({}, milliseconds(5));
  runner->start();
  EXPECT_TRUE(happened("commit 0@3"));
  {
    std::lock_guard lock(group_.mutex);
    group_.log[kZero].push_back("d");
  }
  EXPECT_TRUE(happened("commit 0@4"));
  stop(*runner);
  const Events events = group_.take_events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "commit 0@3"), 1);
}

TEST_F(SinkTaskRunnerTest, ABusyTaskGetsTheSameBatchAgain) {
  script_.busy = 5;
  auto runner = make();
  runner->start();
  EXPECT_TRUE(happened("put c"));
  stop(*runner);
  EXPECT_EQ(group_.take_events(),
            (Events{"open 0", "put a", "put b", "put c", "commit 0@3", "close 0", "stop"}));
}

TEST_F(SinkTaskRunnerTest, APartitionLostWhileItsBatchWaitsIsNeitherPutNorCommitted) {
  group_.assignments = {{kZero, kOne}};
  group_.log[kOne] = {"x"};
  script_.busy = 1'000'000;
  auto runner = make();
  runner->start();
  EXPECT_TRUE(eventually([&] { return script_.busy < 999'990; }));
  {
    std::lock_guard lock(group_.mutex);
    group_.assignments.push_back({kOne});
  }
  EXPECT_TRUE(happened("close 0"));
  script_.busy = 0;
  EXPECT_TRUE(happened("put x"));
  stop(*runner);
  EXPECT_EQ(group_.take_events(),
            (Events{"open 0", "open 1", "close 0", "put x", "commit 1@1", "close 1", "stop"}));
}

TEST_F(SinkTaskRunnerTest, AFailedPreCommitGoesBackToTheLastCommit) {
  std::atomic<bool> fail = true;
  script_.on_pre_commit = [&](const sdk::Offsets& offsets) -> Result<sdk::Offsets> {
    if (fail.exchange(false)) return failed("the disk is full");
    return offsets;
  };
  auto runner = make({}, milliseconds(5));
  runner->start();
  EXPECT_TRUE(happened("commit 0@3"));
  stop(*runner);
  const Events events = group_.take_events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "put a"), 2);
}

TEST_F(SinkTaskRunnerTest, WhatTheTaskHoldsBackIsNotCommitted) {
  script_.on_pre_commit = [](const sdk::Offsets&) -> Result<sdk::Offsets> {
    return sdk::Offsets{{kZero, 2}};
  };
  auto runner = make();
  runner->start();
  EXPECT_TRUE(happened("put c"));
  stop(*runner);
  EXPECT_EQ(group_.committed[kZero].offset, 2);
}

TEST_F(SinkTaskRunnerTest, ATaskThatCommitsItselfKeepsItsMetadata) {
  script_.on_put = [](sdk::SinkTaskContext& context, sdk::RecordBatch& batch) -> Status {
    return batch.empty() ? Status() : context.commit_now(kZero, 1, "intent");
  };
  auto runner = make({}, milliseconds(2));
  runner->start();
  EXPECT_TRUE(happened("put c"));
  stop(*runner);
  EXPECT_EQ(group_.committed[kZero], (kafka::OffsetAndMetadata{1, "intent"}));
}

TEST_F(SinkTaskRunnerTest, ARewindReadsAgain) {
  std::atomic<bool> once = true;
  script_.on_put = [&](sdk::SinkTaskContext& context, sdk::RecordBatch& batch) -> Status {
    if (!batch.empty() && once.exchange(false)) context.rewind(kZero, 1);
    return {};
  };
  auto runner = make({}, milliseconds(5));
  runner->start();
  EXPECT_TRUE(eventually([&] {
    const Events events = group_.take_events();
    return std::count(events.begin(), events.end(), "put b") == 2;
  }));
  stop(*runner);
  EXPECT_EQ(group_.committed[kZero].offset, 3);
}

TEST_F(SinkTaskRunnerTest, ABadRecordFailsTheTaskOrIsSkippedWithItsOffset) {
  group_.log[kZero] = {"a", "bad", "c"};
  auto strict = make();
  strict->start();
  EXPECT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_NE(listener_.trace().find("Tolerance exceeded in error handler"), std::string::npos)
      << listener_.trace();
  EXPECT_NE(listener_.trace().find("bad bytes"), std::string::npos);
  EXPECT_EQ(group_.committed[kZero].offset, -1);

  group_.assignments.push_back({kZero});
  auto tolerant = make({.tolerate_all = true});
  tolerant->start();
  EXPECT_TRUE(happened("put c"));
  stop(*tolerant);
  EXPECT_EQ(group_.committed[kZero].offset, 3);
}

TEST_F(SinkTaskRunnerTest, OnlyATaskThatFailsLeavesItsGroupByItself) {
  const auto has_left = [this] {
    const Events events = group_.take_events();
    return std::find(events.begin(), events.end(), "leave") != events.end();
  };
  auto runner = make();
  runner->start();
  EXPECT_TRUE(happened("put c"));
  stop(*runner);
  EXPECT_FALSE(has_left()) << "that is the herder's business";

  group_.assignments.push_back({kZero});
  group_.log[kZero].push_back("bad");
  auto failing = make();
  failing->start();
  EXPECT_TRUE(listener_.wait_for(State::kFailed));
  const Events events = group_.take_events();
  EXPECT_EQ(events.back(), "leave") << "after the last commit, before anybody hears of the failure";
}

TEST_F(SinkTaskRunnerTest, PausesAndResumesInPlace) {
  auto runner = make();
  runner->start();
  EXPECT_TRUE(happened("put c"));
  runner->set_target(TargetState::kPaused);
  EXPECT_TRUE(listener_.wait_for(State::kPaused));
  EXPECT_TRUE(happened("commit 0@3"));
  {
    std::lock_guard lock(group_.mutex);
    group_.log[kZero].push_back("d");
  }
  runner->set_target(TargetState::kStarted);
  EXPECT_TRUE(listener_.wait_for(State::kRunning));
  EXPECT_TRUE(happened("put d"));
  stop(*runner);
}

}  // namespace
}  // namespace sluice::tasks
