#include "tasks/error_metrics.h"

namespace sluice::tasks {
namespace {

using metrics::Kind;

metrics::Description error_metric(const char* attribute, const char* help, Kind kind = Kind::kCounter) {
  return {std::string("kafka_connect_task_error_metrics_") + attribute, kind, help};
}

}  // namespace

ErrorMetrics::ErrorMetrics() {
  for (auto* number : {&failures, &errors, &skipped, &retries, &logged, &letters, &letters_failed,
                       &last_error_ms, &violations}) {
    *number = std::make_shared<metrics::Number>();
  }
}

ErrorMetrics::ErrorMetrics(metrics::Registry& registry, const TaskId& task) {
  const auto add = [&](const metrics::Description& description) {
    return registry.add(description, {{"connector", task.connector}, {"task", std::to_string(task.task)}});
  };
  failures = add(error_metric("total_record_failures", "Failed attempts of operations on records."));
  errors = add(error_metric("total_record_errors", "Operations on records that failed after all retries."));
  skipped = add(error_metric("total_records_skipped", "Records skipped because of errors."));
  retries = add(error_metric("total_retries", "Operations that were repeated."));
  logged = add(error_metric("total_errors_logged", "Errors that were logged."));
  letters = add(error_metric("deadletterqueue_produce_requests", "Records sent to the dead letter queue."));
  letters_failed = add(
      error_metric("deadletterqueue_produce_failures", "Records that did not reach the dead letter queue."));
  last_error_ms =
      add(error_metric("last_error_timestamp",
                       "When this task last met an error, in milliseconds since the epoch.", Kind::kGauge));
  violations = add({"sluice_contract_violations_total", Kind::kCounter,
                    "Records whose schema breaks the contract (sluice.contract.policy)."});
}

}  // namespace sluice::tasks
