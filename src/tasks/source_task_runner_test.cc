#include "tasks/source_task_runner.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tasks/testing_fakes.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Hands out the texts in batches of two; the offset is the count.
class ListTask final : public sdk::SourceTask {
 public:
  explicit ListTask(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  Status start(const sdk::Properties&, sdk::SourceTaskContext& context) override {
    context_ = &context;
    sdk::Arena arena;
    partition_ = context.partition(sdk::single_entry_map(arena, "list", sdk::Value::string("l")));
    SLUICE_ASSIGN_OR_RETURN(const sdk::Value offset, context.offset(*partition_, arena));
    if (!offset.is_null()) next_ = static_cast<size_t>(sdk::map_get(offset, "count").as_integer());
    return {};
  }
  Status poll(sdk::RecordBatch& batch) override {
    if (next_ == texts_.size()) context_->stop().wait_for(milliseconds(5));
    for (int i = 0; i < 2 && next_ < texts_.size(); ++i) {
      if (texts_[next_] == "stop here") return failed("the list is broken");
      sdk::Record record;
      record.topic = "t";
      record.value = sdk::Value::string(texts_[next_++]);
      if (record.value.as_string() == "number") record.value = sdk::Value::int64(1);
      record.source_partition = partition_;
      record.source_offset =
          sdk::single_entry_map(batch.arena(), "count", sdk::Value::int64(static_cast<int64_t>(next_)));
      batch.records().push_back(record);
    }
    return {};
  }
  Status commit() override {
    ++commits;
    return {};
  }

  static inline std::atomic<int> commits = 0;

 private:
  std::vector<std::string> texts_;
  size_t next_ = 0;
  sdk::SourceTaskContext* context_ = nullptr;
  const sdk::SourcePartition* partition_ = nullptr;
};

class SourceTaskRunnerTest : public testing::Test {
 protected:
  std::unique_ptr<SourceTaskRunner> make(const std::vector<std::string>& texts,
                                         ErrorPolicyOptions options = {},
                                         TargetState target = TargetState::kStarted) {
    return std::make_unique<SourceTaskRunner>(
        TaskId{"c", 0}, target, listener_,
        [this, texts, options](const StopSignal& stop) -> Result<SourceTaskParts> {
          return SourceTaskParts{.config = {},
                                 .task = std::make_unique<ListTask>(texts),
                                 .pipeline = text_pipeline(stop, options),
                                 .producer = std::make_unique<FakeProducer>(producer_),
                                 .offsets = store::SourceOffsets(offsets_, "c"),
                                 .offset_flush_timeout = milliseconds(200)};
        });
  }

  std::vector<std::string> sent() {
    std::lock_guard lock(producer_.mutex);
    return producer_.values;
  }
  bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }
  void stop(SourceTaskRunner& runner) {
    runner.request_stop();
    EXPECT_TRUE(runner.await_stopped(std::chrono::steady_clock::now() + seconds(30)));
  }
  std::string stored() { return offsets_.get(R"(["c",{"list":"l"}])")->value_or("none"); }

  RecordingListener listener_;
  MemoryOffsetStore offsets_;
  FakeProducer::State producer_;
};

TEST_F(SourceTaskRunnerTest, SendsInOrderAndCommitsAtItsEnd) {
  auto runner = make({"a", "b", "c"});
  runner->start();
  EXPECT_TRUE(eventually([&] { return sent().size() == 3; }));
  stop(*runner);
  EXPECT_EQ(sent(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(stored(), R"({"count":3})");
  EXPECT_EQ(listener_.states(), (std::vector<State>{State::kRunning, State::kUnassigned}));
}

TEST_F(SourceTaskRunnerTest, GoesOnFromTheCommittedOffset) {
  stop(*[&] {
    static std::unique_ptr<SourceTaskRunner> first;
    first = make({"a", "b", "c"});
    first->start();
    EXPECT_TRUE(eventually([&] { return sent().size() == 3; }));
    return first.get();
  }());
  auto second = make({"a", "b", "c", "d"});
  second->start();
  EXPECT_TRUE(eventually([&] { return sent().size() == 4; }));
  stop(*second);
  EXPECT_EQ(sent().back(), "d");
}

TEST_F(SourceTaskRunnerTest, AnUnacknowledgedRecordIsNotCommitted) {
  producer_.acknowledge_at_once = false;
  auto runner = make({"a", "b", "c"});
  runner->start();
  EXPECT_TRUE(eventually([&] { return sent().size() == 3; }));
  stop(*runner);
  EXPECT_EQ(stored(), "none");
}

TEST_F(SourceTaskRunnerTest, AFullProducerHoldsThePollsBack) {
  producer_.room = 1;
  auto runner = make({"a", "b", "c", "d", "e"});
  runner->start();
  EXPECT_TRUE(eventually([&] { return sent().size() == 5; }));
  stop(*runner);
  EXPECT_EQ(stored(), R"({"count":5})");
}

TEST_F(SourceTaskRunnerTest, AFailedPollFailsTheTaskAfterALastCommit) {
  auto runner = make({"a", "b", "stop here"});
  runner->start();
  EXPECT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_EQ(listener_.trace(), "org.apache.kafka.connect.errors.ConnectException: the list is broken");
  EXPECT_EQ(stored(), R"({"count":2})");
}

TEST_F(SourceTaskRunnerTest, ARefusedRecordFailsTheTaskUnlessAllIsTolerated) {
  producer_.refuse = "b";
  auto strict = make({"a", "b", "c"});
  strict->start();
  EXPECT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_NE(listener_.trace().find("Unrecoverable exception from producer send callback"), std::string::npos);
  auto tolerant = make({"a", "b", "c"}, {.tolerate_all = true});
  tolerant->start();
  EXPECT_TRUE(eventually([&] { return !sent().empty() && sent().back() == "c"; }));
  stop(*tolerant);
  EXPECT_EQ(stored(), R"({"count":3})");
}

TEST_F(SourceTaskRunnerTest, AFailedDeliveryFailsTheTaskAndKeepsItsOffsetBack) {
  producer_.fail = "b";
  auto runner = make({"a", "b", "c"});
  runner->start();
  EXPECT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_EQ(stored(), R"({"count":1})");
}

TEST_F(SourceTaskRunnerTest, ARecordThatCannotBeConvertedIsSkippedWithItsOffset) {
  auto runner = make({"a", "number"}, {.tolerate_all = true});
  runner->start();
  EXPECT_TRUE(eventually([&] { return sent().size() == 1; }));
  stop(*runner);
  EXPECT_EQ(stored(), R"({"count":1})");
}

TEST_F(SourceTaskRunnerTest, AFailedOffsetWriteIsTriedAgain) {
  auto runner = make({"a"});
  runner->start();
  EXPECT_TRUE(eventually([&] { return sent().size() == 1; }));
  offsets_.fail_next();
  EXPECT_TRUE(eventually([&] {
    runner->commit_offsets();
    return stored() == R"({"count":1})";
  }));
  const int before = ListTask::commits;
  EXPECT_TRUE(eventually([&] {
    runner->commit_offsets();
    return ListTask::commits > before;
  }));
  stop(*runner);
}

TEST_F(SourceTaskRunnerTest, PausesAndResumesInPlace) {
  auto runner = make({"a"}, {}, TargetState::kPaused);
  runner->start();
  EXPECT_TRUE(listener_.wait_for(State::kPaused));
  EXPECT_TRUE(sent().empty());
  runner->set_target(TargetState::kStarted);
  EXPECT_TRUE(listener_.wait_for(State::kRunning));
  EXPECT_TRUE(eventually([&] { return sent().size() == 1; }));
  runner->set_target(TargetState::kPaused);
  EXPECT_TRUE(listener_.wait_for(State::kPaused));
  stop(*runner);
}

TEST_F(SourceTaskRunnerTest, ACancelledTaskWritesNothing) {
  producer_.acknowledge_at_once = false;
  auto runner = make({"a"});
  runner->start();
  EXPECT_TRUE(eventually([&] { return sent().size() == 1; }));
  runner->cancel();
  EXPECT_TRUE(runner->await_stopped(std::chrono::steady_clock::now() + seconds(30)));
  EXPECT_EQ(stored(), "none");
  EXPECT_EQ(listener_.states().back(), State::kRunning);
}

}  // namespace
}  // namespace sluice::tasks
