#pragma once
// What happens to a record that fails (KIP-298): retries, tolerance, reports. One per task, on the task's
// thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/stop_signal.h"
#include "kafka/message.h"
#include "sdk/config/config_def.h"
#include "sdk/contract.h"
#include "sdk/data/record.h"
#include "sdk/topic_partition.h"
#include "tasks/error_metrics.h"

namespace sluice::tasks {

enum class Stage : uint8_t {
  kTaskPoll,
  kTaskPut,
  kTransformation,
  kKeyConverter,
  kValueConverter,
  kHeaderConverter,
  kKafkaProduce,
  kKafkaConsume,
};
/// Kafka Connect's name, e.g. "VALUE_CONVERTER".
std::string_view stage_name(Stage stage);

/// Everything a report tells about one failed operation.
struct FailureContext {
  Stage stage;
  std::string_view class_name;  // Java class name of the converter, transform, task
  const Error& error;
  const kafka::ConsumedMessage* message = nullptr;  // of sink tasks
  std::shared_ptr<const void> message_owner;        // keeps its bytes alive
  const sdk::Record* source_record = nullptr;       // of source tasks, as it was polled
};

/// Where the failed record is: "topic-partition@offset", or the source's partition and offset. For the error
/// that ends a task: Java's leaves one guessing.
std::string place_of(const FailureContext& failure);

/// Where failed operations are told: the log, the dead letter queue.
class ErrorReporter {
 public:
  virtual ~ErrorReporter() = default;
  virtual void report(const FailureContext& failure) = 0;
  /// Waits until earlier reports have arrived. Reports that failed to arrive are logged, not returned.
  virtual void await(std::chrono::milliseconds) {}
};

struct ErrorPolicyOptions {
  int64_t retry_timeout_ms = 0;  // -1: for ever
  int64_t retry_delay_max_ms = 60'000;
  bool tolerate_all = false;
  bool log_enable = false;
  bool log_include_messages = false;
  std::optional<sdk::ContractPolicy> contract{};
  bool has_dead_letters = false;
  static ErrorPolicyOptions from(const sdk::Config& config);
};

class ErrorPolicy {
 public:
  ErrorPolicy(ErrorPolicyOptions options, const Clock& clock, const StopSignal& stop,
              ErrorMetrics metrics = {});

  /// Told what keeps records from being delivered though the task runs: when one has waited for more than a
  /// second, or breaks its contract; and with null when a wait is over.
  using TroubleListener = std::function<void(const Error* cause)>;
  void on_trouble(TroubleListener listener) { trouble_listener_ = std::move(listener); }
  /// Partitions that wait before a record that breaks its contract, since the last call.
  std::map<sdk::TopicPartition, int64_t> take_held() { return std::exchange(held_, {}); }
  void add_reporter(std::unique_ptr<ErrorReporter> reporter) { reporters_.push_back(std::move(reporter)); }
  bool has_reporters() const { return !reporters_.empty(); }
  bool tolerates_all() const { return options_.tolerate_all; }

  /// Repeats `attempt` (empty: success) while its error is of kind kRetry and the time lasts; `error` is what
  /// the first attempt gave. Returns the last error, or nothing after a success.
  std::optional<Error> retry(Error error, const std::function<std::optional<Error>()>& attempt);

  /// Reports the failed operation; ok: the record is skipped, an error: the task fails with it.
  Status resolve(const FailureContext& failure);
  void await_reports(std::chrono::milliseconds timeout);

 private:
  class Wait;
  Status decide(const FailureContext& failure);
  void report(const FailureContext& failure);
  Status resolve_violation(const FailureContext& failure);
  void tell_violation(const Error& error);
  std::chrono::milliseconds delay_before(int attempt);

  const ErrorPolicyOptions options_;
  const Clock& clock_;
  const StopSignal& stop_;
  const ErrorMetrics metrics_;
  std::vector<std::unique_ptr<ErrorReporter>> reporters_;
  TroubleListener trouble_listener_ = [](const Error*) {};
  std::string told_violation_;
  std::map<sdk::TopicPartition, int64_t> held_;
  std::minstd_rand random_;
};

/// Writes failed operations to the log, as Kafka Connect words them.
class LogReporter final : public ErrorReporter {
 public:
  LogReporter(std::string task_id, bool include_messages, metrics::NumberPtr logged)
      : task_id_(std::move(task_id)), include_messages_(include_messages), logged_(std::move(logged)) {}
  void report(const FailureContext& failure) override;

 private:
  const std::string task_id_;
  const bool include_messages_;
  const metrics::NumberPtr logged_;
};

/// The log line's text, without the trace.
std::string failure_text(std::string_view task_id, const FailureContext& failure, bool include_message);

}  // namespace sluice::tasks
