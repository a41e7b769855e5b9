#include "tasks/exactly_once_runner.h"

#include <gtest/gtest.h>

#include <atomic>

#include "sdk/source_offsets.h"
#include "store/offset_table.h"
#include "tasks/testing_fakes.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kOffsetsTopic = "connect-offsets";

/// What is committed, as "topic:value", one list per transaction. Shared with the test.
struct Broker {
  std::mutex mutex;
  std::vector<std::string> calls;  // "init", "fence", …
  std::vector<std::vector<std::string>> transactions;
  std::vector<std::string> aborted;
  std::optional<Error> commit_error;
  std::optional<std::string> fail;  // a value whose delivery fails
  size_t room = 1000;

  void note(std::string call) {
    const std::lock_guard lock(mutex);
    calls.push_back(std::move(call));
  }
};

class FakeTransactionalProducer final : public kafka::TransactionalProducer {
 public:
  explicit FakeTransactionalProducer(Broker& broker) : broker_(broker) {}
  ~FakeTransactionalProducer() override {
    const std::lock_guard lock(broker_.mutex);
    if (!open_.empty()) broker_.calls.push_back("left open");
  }

  Result<size_t> send(std::span<const kafka::OutgoingMessage> messages, uint64_t first_sequence) override {
    const std::lock_guard lock(broker_.mutex);
    EXPECT_TRUE(in_transaction_);
    size_t taken = 0;
    while (taken < messages.size() && unacknowledged_.size() < broker_.room) {
      const std::string value(messages[taken].value);
      if (broker_.fail == value) {
        failed_.push_back({first_sequence + taken, failed("not authorized")});
      } else {
        unacknowledged_.push_back(first_sequence + taken);
      }
      open_.push_back(std::string(messages[taken].topic) + ":" + value);
      ++taken;
    }
    return taken;
  }
  void poll_acks(milliseconds, kafka::Acks& acks) override {
    const std::lock_guard lock(broker_.mutex);
    for (auto& failure : std::exchange(failed_, {})) acks.failed.push_back(std::move(failure));
    for (const uint64_t sequence : std::exchange(unacknowledged_, {})) acks.acked.push_back({sequence, 1});
  }
  size_t in_flight() const override {
    const std::lock_guard lock(broker_.mutex);
    return unacknowledged_.size();
  }
  void purge() override {}
  Status init_transactions(milliseconds) override {
    broker_.note("init");
    return {};
  }
  Status begin_transaction() override {
    EXPECT_FALSE(in_transaction_);
    in_transaction_ = true;
    return {};
  }
  Status send_offsets(const kafka::CommitOffsets&, const std::string&, milliseconds) override { return {}; }
  Status commit_transaction(milliseconds) override {
    const std::lock_guard lock(broker_.mutex);
    EXPECT_TRUE(in_transaction_);
    if (broker_.commit_error) return *broker_.commit_error;
    in_transaction_ = false;
    broker_.transactions.push_back(std::exchange(open_, {}));
    return {};
  }
  Status abort_transaction(milliseconds) override {
    const std::lock_guard lock(broker_.mutex);
    in_transaction_ = false;
    for (auto& value : std::exchange(open_, {})) broker_.aborted.push_back(std::move(value));
    return {};
  }

 private:
  Broker& broker_;
  bool in_transaction_ = false;
  std::vector<std::string> open_;
  std::vector<uint64_t> unacknowledged_;
  std::vector<kafka::FailedSend> failed_;
};

/// An offsets topic in memory.
class FakeOffsets final : public store::OffsetStore, public store::TransactionalOffsets {
 public:
  explicit FakeOffsets(Broker& broker) : broker_(broker) {}
  Status refresh(milliseconds) override {
    broker_.note("read offsets");
    return {};
  }
  Result<std::optional<std::string>> get(const std::string& key) override {
    const std::lock_guard lock(mutex_);
    return table_.get(key);
  }
  Status set(const store::OffsetEntries& entries, milliseconds) override {
    note_written(entries);
    return {};
  }
  const std::string& topic() const override { return topic_; }
  store::OffsetEntries as_stored(const store::OffsetEntries& entries) const override { return entries; }
  void note_written(const store::OffsetEntries& stored) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, value] : stored) table_.apply(key, value);
  }

 private:
  Broker& broker_;
  const std::string topic_ = kOffsetsTopic;
  std::mutex mutex_;
  store::OffsetTable table_;
};

/// Hands out "0", "1", … in batches of three; "x" is what no converter takes. Every batch may come with
/// wishes for its transaction.
class CountTask final : public sdk::SourceTask {
 public:
  using Wish = std::function<void(sdk::TransactionContext& context, int batch)>;
  CountTask(int count, Wish wish) : count_(count), wish_(std::move(wish)) {}

  Status start(const sdk::Properties&, sdk::SourceTaskContext& context) override {
    context_ = &context;
    sdk::Arena arena;
    partition_ = context.partition(sdk::single_entry_map(arena, "p", sdk::Value::string("1")));
    SLUICE_ASSIGN_OR_RETURN(const sdk::Value offset, context.offset(*partition_, arena));
    if (!offset.is_null()) next_ = static_cast<int>(sdk::map_get(offset, "n").as_integer());
    return {};
  }
  Status poll(sdk::RecordBatch& batch) override {
    if (next_ >= count_) {
      context_->stop().wait_for(milliseconds(5));
      return {};
    }
    for (int i = 0; i < 3 && next_ < count_; ++i) {
      sdk::Record record;
      record.topic = "t";
      record.value = sdk::Value::string(batch.arena().copy(std::to_string(next_++)));
      record.source_partition = partition_;
      record.source_offset = sdk::single_entry_map(batch.arena(), "n", sdk::Value::int64(next_));
      batch.records().push_back(record);
    }
    if (wish_) wish_(*context_->transaction(), batches_);
    ++batches_;
    return {};
  }

 private:
  const int count_;
  const Wish wish_;
  int next_ = 0;
  int batches_ = 0;
  sdk::SourceTaskContext* context_ = nullptr;
  const sdk::SourcePartition* partition_ = nullptr;
};

std::string offset(int n) { return std::string(kOffsetsTopic) + ":{\"n\":" + std::to_string(n) + "}"; }

class ExactlyOnceRunnerTest : public testing::Test {
 protected:
  std::unique_ptr<ExactlyOnceRunner> make(int count, const CountTask::Wish& wish = {}) {
    Preflight preflight;
    preflight.fence_predecessors = [this](const StopSignal&) {
      broker_.note("fence");
      return Status();
    };
    preflight.confirm_start = [this](const StopSignal&) {
      broker_.note("confirm");
      return confirmation_;
    };
    return std::make_unique<ExactlyOnceRunner>(
        TaskId{"c", 0}, TargetState::kStarted, listener_, std::move(preflight),
        [this, count, wish](const StopSignal& stop) -> Result<ExactlyOnceParts> {
          return ExactlyOnceParts{.config = {},
                                  .task = std::make_unique<CountTask>(count, wish),
                                  .pipeline = text_pipeline(stop, {}),
                                  .producer = std::make_unique<FakeTransactionalProducer>(broker_),
                                  .abort_leftovers = {},
                                  .topics = nullptr,
                                  .offsets = store::SourceOffsets(offsets_, "c"),
                                  .own_offsets = &offsets_,
                                  .worker_offsets = nullptr,
                                  .offsets_owner = nullptr,
                                  .boundary = boundary_,
                                  .interval = interval_,
                                  .transaction_timeout = seconds(1),
                                  .offset_flush_timeout = seconds(1)};
        });
  }
  bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(30);
    while (std::chrono::steady_clock::now() < deadline) {
      {
        const std::lock_guard lock(broker_.mutex);
        if (condition()) return true;
      }
      std::this_thread::sleep_for(milliseconds(2));
    }
    return false;
  }
  void stop(ExactlyOnceRunner& runner) {
    runner.request_stop();
    ASSERT_TRUE(runner.await_stopped(std::chrono::steady_clock::now() + seconds(30)));
  }

  Broker broker_;
  FakeOffsets offsets_{broker_};
  RecordingListener listener_;
  TransactionBoundary boundary_ = TransactionBoundary::kPoll;
  milliseconds interval_{0};
  Status confirmation_;
};

using Transactions = std::vector<std::vector<std::string>>;

TEST_F(ExactlyOnceRunnerTest, EachPollIsATransactionWithItsOffset) {
  auto runner = make(5);
  runner->start();
  ASSERT_TRUE(eventually([&] { return broker_.transactions.size() == 2; }));
  stop(*runner);
  EXPECT_EQ(broker_.transactions,
            (Transactions{{"t:0", "t:1", "t:2", offset(3)}, {"t:3", "t:4", offset(5)}}));
  EXPECT_EQ(broker_.calls, (std::vector<std::string>{"fence", "init", "confirm", "read offsets"}));
  EXPECT_EQ(listener_.states(), (std::vector<State>{State::kRunning, State::kUnassigned}));
}

TEST_F(ExactlyOnceRunnerTest, GoesOnWhereTheLastTransactionEnded) {
  for (int round = 0; round < 2; ++round) {
    auto runner = make(round == 0 ? 3 : 6);
    runner->start();
    ASSERT_TRUE(eventually([&] { return broker_.transactions.size() == static_cast<size_t>(round) + 1; }));
    stop(*runner);
  }
  EXPECT_EQ(broker_.transactions.back(), (std::vector<std::string>{"t:3", "t:4", "t:5", offset(6)}));
}

TEST_F(ExactlyOnceRunnerTest, AnIntervalHoldsSeveralPolls) {
  boundary_ = TransactionBoundary::kInterval;
  interval_ = seconds(600);
  auto runner = make(9);
  runner->start();
  ASSERT_TRUE(listener_.wait_for(State::kRunning));
  std::this_thread::sleep_for(milliseconds(50));
  {
    const std::lock_guard lock(broker_.mutex);
    EXPECT_TRUE(broker_.transactions.empty());
  }
  stop(*runner);
  ASSERT_EQ(broker_.transactions.size(), 1U) << "a task that is stopped commits what it has";
  EXPECT_EQ(broker_.transactions[0].size(), 10U);
  EXPECT_EQ(broker_.transactions[0].back(), offset(9));
}

TEST_F(ExactlyOnceRunnerTest, AnIntervalEndsWithoutNewRecords) {
  boundary_ = TransactionBoundary::kInterval;
  interval_ = milliseconds(30);
  auto runner = make(3);
  runner->start();
  EXPECT_TRUE(eventually([&] { return !broker_.transactions.empty(); }));
  stop(*runner);
}

TEST_F(ExactlyOnceRunnerTest, TheConnectorCutsItsTransactions) {
  boundary_ = TransactionBoundary::kConnector;
  auto runner = make(9, [](sdk::TransactionContext& context, int batch) {
    if (batch == 0) context.commit_transaction(1);
    if (batch == 1) context.commit_transaction();
  });
  runner->start();
  ASSERT_TRUE(eventually([&] { return broker_.transactions.size() == 2; }));
  stop(*runner);
  EXPECT_EQ(broker_.transactions,
            (Transactions{{"t:0", "t:1", offset(2)}, {"t:2", "t:3", "t:4", "t:5", offset(6)}}));
  EXPECT_EQ(broker_.aborted, (std::vector<std::string>{"t:6", "t:7", "t:8"}))
      << "nobody asked for the rest to be committed";
}

TEST_F(ExactlyOnceRunnerTest, OffsetsOfAbortedRecordsCount) {
  boundary_ = TransactionBoundary::kConnector;
  auto runner = make(6, [](sdk::TransactionContext& context, int batch) {
    if (batch == 0) context.abort_transaction();
    if (batch == 1) {
      context.abort_transaction(0);
      context.commit_transaction();
    }
  });
  runner->start();
  ASSERT_TRUE(eventually([&] { return broker_.transactions.size() == 3; }));
  stop(*runner);
  EXPECT_EQ(broker_.transactions, (Transactions{{offset(3)}, {offset(4)}, {"t:4", "t:5", offset(6)}}));
  EXPECT_EQ(broker_.aborted, (std::vector<std::string>{"t:0", "t:1", "t:2", "t:3"}));
}

TEST_F(ExactlyOnceRunnerTest, BothAtOnceAreTooMuch) {
  boundary_ = TransactionBoundary::kConnector;
  auto runner = make(3, [](sdk::TransactionContext& context, int) {
    context.abort_transaction();
    context.commit_transaction();
  });
  runner->start();
  ASSERT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_NE(listener_.trace().find("Connector requested both commit and abort of same transaction"),
            std::string::npos);
  runner.reset();
  EXPECT_TRUE(broker_.transactions.empty());
}

TEST_F(ExactlyOnceRunnerTest, ADeliveryThatFailsFailsTheTaskAndItsTransaction) {
  broker_.fail = "4";
  auto runner = make(9);
  runner->start();
  ASSERT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_NE(listener_.trace().find("not authorized"), std::string::npos) << listener_.trace();
  runner.reset();
  EXPECT_EQ(broker_.transactions, (Transactions{{"t:0", "t:1", "t:2", offset(3)}}));
  EXPECT_EQ(broker_.aborted.size(), 3U);
}

/// As after the process has stood still: others may run the task, and their producer is not to be fenced.
TEST_F(ExactlyOnceRunnerTest, WithoutALeaseNothingIsFencedOrStarted) {
  Lease lease(system_clock());
  lease.set(0);
  auto runner = make(3);
  runner->set_lease(&lease);
  runner->start();
  ASSERT_TRUE(eventually([&] { return !broker_.calls.empty(); }));
  std::this_thread::sleep_for(milliseconds(50));
  {
    const std::lock_guard lock(broker_.mutex);
    EXPECT_EQ(broker_.calls, (std::vector<std::string>{"fence"}));
  }
  lease.set(std::numeric_limits<int64_t>::max());
  EXPECT_TRUE(eventually([&] { return broker_.transactions.size() == 1; }));
  stop(*runner);
}

TEST_F(ExactlyOnceRunnerTest, ATaskThatIsStoppedBeforeItHasALeaseNeverStarts) {
  Lease lease(system_clock());
  lease.set(0);
  auto runner = make(3);
  runner->set_lease(&lease);
  runner->start();
  ASSERT_TRUE(eventually([&] { return !broker_.calls.empty(); }));
  stop(*runner);
  EXPECT_EQ(broker_.calls, (std::vector<std::string>{"fence"}));
  EXPECT_EQ(listener_.states(), (std::vector<State>{State::kUnassigned}));
}

TEST_F(ExactlyOnceRunnerTest, AFencedTaskFails) {
  broker_.commit_error = fenced("a successor has come");
  auto runner = make(3);
  runner->start();
  ASSERT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_NE(listener_.trace().find("before its producer transaction expired"), std::string::npos);
}

TEST_F(ExactlyOnceRunnerTest, ATaskThatIsNotCurrentNeverStarts) {
  confirmation_ = failed("Failed to perform preflight check for task c-0");
  auto runner = make(3);
  runner->start();
  ASSERT_TRUE(listener_.wait_for(State::kFailed));
  EXPECT_EQ(broker_.calls, (std::vector<std::string>{"fence", "init", "confirm"}));
  EXPECT_EQ(listener_.states(), (std::vector<State>{State::kFailed}));
}

TEST_F(ExactlyOnceRunnerTest, PausingCommits) {
  boundary_ = TransactionBoundary::kInterval;
  interval_ = seconds(600);
  auto runner = make(3);
  runner->start();
  ASSERT_TRUE(listener_.wait_for(State::kRunning));
  std::this_thread::sleep_for(milliseconds(20));
  runner->set_target(TargetState::kPaused);
  ASSERT_TRUE(listener_.wait_for(State::kPaused));
  EXPECT_TRUE(eventually([&] { return broker_.transactions.size() == 1; }));
  runner->set_target(TargetState::kStarted);
  ASSERT_TRUE(listener_.wait_for(State::kRunning));
  stop(*runner);
}

TEST_F(ExactlyOnceRunnerTest, AFullBufferIsWaitedFor) {
  broker_.room = 1;
  auto runner = make(30);
  runner->start();
  ASSERT_TRUE(eventually([&] { return broker_.transactions.size() == 10; }));
  stop(*runner);
}

TEST_F(ExactlyOnceRunnerTest, ATaskThatWasGivenUpCommitsNothing) {
  boundary_ = TransactionBoundary::kInterval;
  interval_ = seconds(600);
  auto runner = make(3);
  runner->start();
  ASSERT_TRUE(listener_.wait_for(State::kRunning));
  runner->cancel();
  ASSERT_TRUE(runner->await_stopped(std::chrono::steady_clock::now() + seconds(30)));
  EXPECT_TRUE(broker_.transactions.empty());
}

}  // namespace
}  // namespace sluice::tasks
