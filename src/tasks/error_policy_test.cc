#include "tasks/error_policy.h"

#include <gtest/gtest.h>

namespace sluice::tasks {
namespace {

class CountingReporter final : public ErrorReporter {
 public:
  explicit CountingReporter(int& count) : count_(count) {}
  void report(const FailureContext&) override { ++count_; }

 private:
  int& count_;
};

class ErrorPolicyTest : public testing::Test {
 protected:
  ErrorPolicy make(ErrorPolicyOptions options) {
    ErrorPolicy policy(options, system_clock(), stop_);
    policy.add_reporter(std::make_unique<CountingReporter>(reports_));
    return policy;
  }
  static FailureContext failure(Stage stage, const Error& error) {
    return {.stage = stage,
            .class_name = "X",
            .error = error,
            .message = nullptr,
            .message_owner = nullptr,
            .source_record = nullptr};
  }

  StopSignal stop_;
  int reports_ = 0;
};

TEST_F(ErrorPolicyTest, WithoutToleranceTheTaskFailsAndTheReportIsMadeAllTheSame) {
  auto policy = make({});
  const Error error = bad_record("no number");
  const Status status = policy.resolve(failure(Stage::kValueConverter, error));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message(), "Tolerance exceeded in error handler");
  ASSERT_NE(status.error().cause(), nullptr);
  EXPECT_EQ(status.error().cause()->message(), "VALUE_CONVERTER: no number");
  EXPECT_EQ(reports_, 1);
}

TEST_F(ErrorPolicyTest, EverythingIsCounted) {
  metrics::Registry registry;
  const ErrorMetrics metrics(registry, {"orders", 1});
  ErrorPolicy policy({.retry_timeout_ms = 1'000, .retry_delay_max_ms = 1, .tolerate_all = true},
                     system_clock(), stop_, metrics);
  int left = 2;
  const auto again = [&left]() -> std::optional<Error> {
    return --left > 0 ? std::optional(retriable("not yet")) : std::nullopt;
  };
  EXPECT_FALSE(policy.retry(retriable("not yet"), again));
  const Error error = bad_record("no number");
  EXPECT_TRUE(policy.resolve(failure(Stage::kValueConverter, error)).ok());
  EXPECT_EQ(metrics.failures->get(), 3);
  EXPECT_EQ(metrics.retries->get(), 2);
  EXPECT_EQ(metrics.errors->get(), 1);
  EXPECT_EQ(metrics.skipped->get(), 1);
  EXPECT_GT(metrics.last_error_ms->get(), 0);
  EXPECT_NE(registry.prometheus_text().find(
                "kafka_connect_task_error_metrics_total_retries{connector=\"orders\",task=\"1\"} 2\n"),
            std::string::npos);
}

TEST_F(ErrorPolicyTest, TheErrorNamesTheRecordThatFailed) {
  auto policy = make({});
  const Error error = bad_record("no number");
  kafka::ConsumedMessage message;
  message.topic = "orders";
  message.partition = 3;
  message.offset = 17;
  FailureContext context = failure(Stage::kValueConverter, error);
  context.message = &message;
  const Status status = policy.resolve(context);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().cause()->message(), "orders-3@17: no number");
}

TEST_F(ErrorPolicyTest, WithToleranceConvertersAndTransformsMaySkipAnyRecord) {
  auto policy = make({.tolerate_all = true});
  const Error error = bad_record("no number");
  EXPECT_TRUE(policy.resolve(failure(Stage::kTransformation, error)).ok());
  EXPECT_TRUE(policy.resolve(failure(Stage::kKeyConverter, error)).ok());
  const Status polled = policy.resolve(failure(Stage::kTaskPoll, error));
  ASSERT_FALSE(polled.ok());
  EXPECT_EQ(polled.error().message(), "Unhandled exception in error handler");
}

TEST_F(ErrorPolicyTest, OnlyRetriableErrorsAreRetried) {
  auto policy = make({.retry_timeout_ms = 10'000});
  int attempts = 0;
  const auto again = [&]() -> std::optional<Error> {
    ++attempts;
    return bad_record("still");
  };
  EXPECT_EQ(policy.retry(bad_record("no"), again)->message(), "no");
  EXPECT_EQ(attempts, 0);
  EXPECT_EQ(policy.retry(retriable("busy"), again)->message(), "still");
  EXPECT_EQ(attempts, 1);
}

TEST_F(ErrorPolicyTest, ARetryThatWorksIsNoFailure) {
  auto policy = make({.retry_timeout_ms = -1, .retry_delay_max_ms = 1});
  int attempts = 0;
  const auto again = [&]() -> std::optional<Error> {
    return ++attempts < 5 ? std::optional(retriable("busy")) : std::nullopt;
  };
  EXPECT_EQ(policy.retry(retriable("busy"), again), std::nullopt);
  EXPECT_EQ(attempts, 5);
}

class ViolationTest : public ErrorPolicyTest {
 protected:
  FailureContext violation(int64_t offset) {
    message_ = {.topic = "t", .key = {}, .value = {}, .headers = {}, .offset = offset, .partition = 2};
    FailureContext context = failure(Stage::kValueConverter, error_);
    context.message = &message_;
    return context;
  }
  const Error error_{ErrorKind::kViolation, "Contract violation: field a is missing"};
  kafka::ConsumedMessage message_;
};

TEST_F(ViolationTest, HaltFailsTheTaskWhateverIsTolerated) {
  auto policy =
      make({.tolerate_all = true, .contract = sdk::ContractPolicy::kHalt, .has_dead_letters = true});
  const Status status = policy.resolve(violation(5));
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().trace().find("t-2@5: Contract violation"), std::string::npos)
      << status.error().trace();
  EXPECT_EQ(reports_, 0);
}

TEST_F(ViolationTest, QuarantineKeepsTheRecordWhateverIsNotTolerated) {
  auto policy = make({.contract = sdk::ContractPolicy::kQuarantine, .has_dead_letters = true});
  EXPECT_TRUE(policy.resolve(violation(5)).ok());
  EXPECT_EQ(reports_, 1);
  EXPECT_TRUE(policy.take_held().empty());
}

TEST_F(ViolationTest, QuarantineWithoutAQueueHoldsThePartitionBeforeTheFirstSuchRecord) {
  auto policy = make({.tolerate_all = true, .contract = sdk::ContractPolicy::kQuarantine});
  EXPECT_TRUE(policy.resolve(violation(5)).ok());
  EXPECT_TRUE(policy.resolve(violation(6)).ok());
  const sdk::TopicPartition partition{"t", 2};
  EXPECT_EQ(policy.take_held(), (std::map<sdk::TopicPartition, int64_t>{{partition, 5}}));
  EXPECT_TRUE(policy.take_held().empty());
}

TEST_F(ViolationTest, OtherwiseTheToleranceDecides) {
  auto strict = make({.contract = sdk::ContractPolicy::kRegistry});
  EXPECT_FALSE(strict.resolve(violation(5)).ok());
  auto tolerant = make({.tolerate_all = true, .contract = sdk::ContractPolicy::kEvolve});
  EXPECT_TRUE(tolerant.resolve(violation(5)).ok());
}

/// Each look at it takes 600 ms.
class SlowClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 0; }
  int64_t steady_ms() const override { return now_ms_ += 600; }

 private:
  mutable int64_t now_ms_ = 0;
};

TEST_F(ErrorPolicyTest, ALongWaitIsToldAndItsEnd) {
  const SlowClock clock;
  ErrorPolicy policy({.retry_timeout_ms = -1, .retry_delay_max_ms = 1}, clock, stop_);
  std::vector<std::string> told;
  policy.on_trouble([&](const Error* cause) { told.push_back(cause == nullptr ? "" : cause->message()); });
  EXPECT_EQ(policy.retry(retriable("busy"), [] { return std::nullopt; }), std::nullopt);
  EXPECT_TRUE(told.empty()) << "over at once";
  int attempts = 0;
  const auto again = [&]() -> std::optional<Error> {
    return ++attempts < 5 ? std::optional(retriable("busy")) : std::nullopt;
  };
  EXPECT_EQ(policy.retry(retriable("busy"), again), std::nullopt);
  EXPECT_EQ(told, (std::vector<std::string>{"busy", ""}));
}

TEST_F(ErrorPolicyTest, RetriesEndWithTheTimeAndWithAStop) {
  auto brief = make({.retry_timeout_ms = 20, .retry_delay_max_ms = 5});
  const auto never = []() -> std::optional<Error> { return retriable("busy"); };
  EXPECT_EQ(brief.retry(retriable("busy"), never)->kind(), ErrorKind::kRetry);
  auto endless = make({.retry_timeout_ms = -1});
  stop_.request_stop();
  EXPECT_EQ(endless.retry(retriable("busy"), never)->kind(), ErrorKind::kRetry);
}

TEST(FailureText, ReadsAsKafkaConnectWritesIt) {
  const Error error = bad_record("no number");
  const kafka::ConsumedMessage message{.topic = "t",
                                       .key = {},
                                       .value = {},
                                       .headers = {},
                                       .offset = 5,
                                       .timestamp = 1,
                                       .partition = 0,
                                       .timestamp_type = kafka::TimestampType::kCreateTime};
  const FailureContext failure{.stage = Stage::kValueConverter,
                               .class_name = "a.B",
                               .error = error,
                               .message = &message,
                               .message_owner = nullptr,
                               .source_record = nullptr};
  EXPECT_EQ(failure_text("c-0", failure, false),
            "Error encountered in task c-0. Executing stage 'VALUE_CONVERTER' with class 'a.B'.");
  EXPECT_EQ(failure_text("c-0", failure, true),
            "Error encountered in task c-0. Executing stage 'VALUE_CONVERTER' with class 'a.B', where "
            "consumed record "
            "is {topic='t', partition=0, offset=5, timestamp=1, timestampType=CreateTime}.");
}

}  // namespace
}  // namespace sluice::tasks
