#include "tasks/error_policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "sdk/data/values.h"
#include "sdk/source_offsets.h"

namespace sluice::tasks {
namespace {

constexpr int64_t kFirstDelayMs = 300;

/// Stages in which any error may be tolerated; in the others only retriable ones.
bool tolerates_any_error(Stage stage) {
  return stage == Stage::kTransformation || stage == Stage::kKeyConverter ||
         stage == Stage::kValueConverter || stage == Stage::kHeaderConverter;
}

std::string_view timestamp_type_name(kafka::TimestampType type) {
  return type == kafka::TimestampType::kLogAppendTime ? "LogAppendTime" : "CreateTime";
}

std::string describe(const kafka::ConsumedMessage& message) {
  std::string text =
      fmt::format("{{topic='{}', partition={}, offset={}", message.topic, message.partition, message.offset);
  if (message.timestamp_type != kafka::TimestampType::kNone) {
    text += fmt::format(", timestamp={}, timestampType={}", message.timestamp,
                        timestamp_type_name(message.timestamp_type));
  }
  return text + "}";
}

std::string describe(const sdk::Record& record) {
  std::string text =
      fmt::format("SourceRecord{{topic='{}', kafkaPartition={}, key=", record.topic,
                  record.partition == sdk::kNoPartition ? "null" : std::to_string(record.partition));
  sdk::append_java_text(text, record.key);
  text += ", value=";
  sdk::append_java_text(text, record.value);
  text += ", sourceOffset=";
  sdk::append_java_text(text, record.source_offset);
  return text + "}";
}

}  // namespace

std::string_view stage_name(Stage stage) {
  static constexpr std::string_view kNames[] = {"TASK_POLL",     "TASK_PUT",        "TRANSFORMATION",
                                                "KEY_CONVERTER", "VALUE_CONVERTER", "HEADER_CONVERTER",
                                                "KAFKA_PRODUCE", "KAFKA_CONSUME"};
  return kNames[static_cast<size_t>(stage)];
}

std::string place_of(const FailureContext& failure) {
  if (failure.message != nullptr) {
    return fmt::format("{}-{}@{}", failure.message->topic, failure.message->partition,
                       failure.message->offset);
  }
  if (failure.source_record == nullptr) return std::string(stage_name(failure.stage));
  std::string place = fmt::format("record for topic {}, source partition ", failure.source_record->topic);
  const sdk::SourcePartition* partition = failure.source_record->source_partition;
  sdk::append_java_text(place, partition == nullptr ? sdk::Value() : partition->map);
  place += ", source offset ";
  sdk::append_java_text(place, failure.source_record->source_offset);
  return place;
}

ErrorPolicyOptions ErrorPolicyOptions::from(const sdk::Config& config) {
  return {.retry_timeout_ms = config.get_int("errors.retry.timeout"),
          .retry_delay_max_ms = config.get_int("errors.retry.delay.max.ms"),
          .tolerate_all = config.get_string("errors.tolerance") == "all",
          .log_enable = config.get_boolean("errors.log.enable"),
          .log_include_messages = config.get_boolean("errors.log.include.messages")};
}

ErrorPolicy::ErrorPolicy(ErrorPolicyOptions options, const Clock& clock, const StopSignal& stop,
                         ErrorMetrics metrics)
    : options_(options),
      clock_(clock),
      stop_(stop),
      metrics_(std::move(metrics)),
      random_(static_cast<uint32_t>(clock.wall_ms())) {}

std::chrono::milliseconds ErrorPolicy::delay_before(int attempt) {
  const int64_t doubled = kFirstDelayMs << std::min(attempt - 1, 30);
  if (doubled <= options_.retry_delay_max_ms) return std::chrono::milliseconds(doubled);
  std::uniform_int_distribution<int64_t> below_max(0, std::max<int64_t>(options_.retry_delay_max_ms - 1, 0));
  return std::chrono::milliseconds(below_max(random_));
}

/// One record's wait: told once it is worth telling, and again when it is over.
class ErrorPolicy::Wait {
 public:
  explicit Wait(const ErrorPolicy& policy) : policy_(policy), started_ms_(policy.clock_.steady_ms()) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() {
    if (is_told_) policy_.trouble_listener_(nullptr);
  }

  int64_t started_ms() const { return started_ms_; }
  void goes_on(const Error& cause) {
    if (is_told_ || policy_.clock_.steady_ms() - started_ms_ < kWorthTellingMs) return;
    is_told_ = true;
    log::warn("A record waits, and is tried again: {}", cause.trace());
    policy_.trouble_listener_(&cause);
  }

 private:
  static constexpr int64_t kWorthTellingMs = 1'000;
  const ErrorPolicy& policy_;
  const int64_t started_ms_;
  bool is_told_ = false;
};

std::optional<Error> ErrorPolicy::retry(Error error, const std::function<std::optional<Error>()>& attempt) {
  if (options_.retry_timeout_ms == 0) return error;
  Wait wait(*this);
  for (int tries = 1; error.kind() == ErrorKind::kRetry; ++tries) {
    auto delay = delay_before(tries);
    if (options_.retry_timeout_ms > 0) {
      const int64_t left = wait.started_ms() + options_.retry_timeout_ms - clock_.steady_ms();
      if (left <= 0) break;
      delay = std::min(delay, std::chrono::milliseconds(left));
    }
    metrics_.failures->add();
    wait.goes_on(error);
    if (stop_.wait_for(delay)) break;
    metrics_.retries->add();
    std::optional<Error> again = attempt();
    if (!again) return std::nullopt;
    error = *std::move(again);
  }
  return error;
}

void ErrorPolicy::tell_violation(const Error& error) {
  const std::string text = error.trace();
  if (std::exchange(told_violation_, text) == text) return;  // one line per kind, not per record
  log::warn("{}", text);
  trouble_listener_(&error);
}

/// The task fails with it, it goes to the dead letter queue, or its partition waits.
Status ErrorPolicy::resolve_violation(const FailureContext& failure) {
  if (options_.contract == sdk::ContractPolicy::kHalt)
    return failure.error.with_context(place_of(failure))
        .wrap(ErrorKind::kFailed, "A record breaks its contract");
  tell_violation(failure.error);
  if (options_.has_dead_letters) {
    report(failure);
    metrics_.skipped->add();
    return {};
  }
  const sdk::TopicPartition partition{std::string(failure.message->topic), failure.message->partition};
  const auto [held, is_first] = held_.emplace(partition, failure.message->offset);
  if (is_first)
    log::warn(
        "Partition {}-{} waits before offset {}: its record breaks the contract, and there is no dead letter "
        "queue (errors.deadletterqueue.topic.name) to keep it",
        partition.topic, partition.partition, held->second);
  return {};
}

Status ErrorPolicy::resolve(const FailureContext& failure) {
  metrics_.failures->add();
  metrics_.errors->add();
  metrics_.last_error_ms->set(clock_.wall_ms());
  if (failure.error.kind() == ErrorKind::kViolation) metrics_.violations->add();
  return decide(failure);
}

void ErrorPolicy::report(const FailureContext& failure) {
  for (const auto& reporter : reporters_) reporter->report(failure);
}

Status ErrorPolicy::decide(const FailureContext& failure) {
  const bool has_own_policy = options_.contract == sdk::ContractPolicy::kHalt ||
                              options_.contract == sdk::ContractPolicy::kQuarantine;
  if (failure.error.kind() == ErrorKind::kViolation && has_own_policy) return resolve_violation(failure);
  report(failure);
  // Kafka Connect skips a record whose retries are used up without asking for the tolerance (4.1,
  // RetryWithToleranceOperator): losing data silently under errors.tolerance=none is not worth copying.
  if (!options_.tolerate_all) {
    return failure.error.with_context(place_of(failure))
        .wrap(ErrorKind::kFailed, "Tolerance exceeded in error handler");
  }
  if (!tolerates_any_error(failure.stage) && failure.error.kind() != ErrorKind::kRetry &&
      failure.stage != Stage::kKafkaProduce && failure.stage != Stage::kTaskPut) {
    return failure.error.with_context(place_of(failure))
        .wrap(ErrorKind::kFailed, "Unhandled exception in error handler");
  }
  metrics_.skipped->add();
  return {};
}

void ErrorPolicy::await_reports(std::chrono::milliseconds timeout) {
  for (const auto& reporter : reporters_) reporter->await(timeout);
}

std::string failure_text(std::string_view task_id, const FailureContext& failure, bool include_message) {
  std::string text = fmt::format("Error encountered in task {}. Executing stage '{}' with class '{}'",
                                 task_id, stage_name(failure.stage), failure.class_name);
  if (include_message && failure.message != nullptr) {
    text += fmt::format(", where consumed record is {}", describe(*failure.message));
  } else if (include_message && failure.source_record != nullptr) {
    text += fmt::format(", where source record is = {}", describe(*failure.source_record));
  }
  return text + ".";
}

void LogReporter::report(const FailureContext& failure) {
  logged_->add();
  // Kafka's first line names no place unless messages are included; the error below it always does.
  log::error("{}\n{}", failure_text(task_id_, failure, include_messages_),
             failure.error.with_context(place_of(failure)).trace());
}

}  // namespace sluice::tasks
