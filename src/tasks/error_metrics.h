#pragma once
// What goes wrong in a task, counted: Kafka Connect's task-error-metrics (KIP-298), and records that break
// their contract. Counted on the task's thread, read by anybody.

#include "base/metrics.h"
#include "tasks/client_settings.h"

namespace sluice::tasks {

struct ErrorMetrics {
  /// Of a task that nobody watches.
  ErrorMetrics();
  ErrorMetrics(metrics::Registry& registry, const TaskId& task);

  metrics::NumberPtr failures;  // attempts, those that are repeated too
  metrics::NumberPtr errors;    // operations that failed in the end
  metrics::NumberPtr skipped;
  metrics::NumberPtr retries;
  metrics::NumberPtr logged;
  metrics::NumberPtr letters;         // sent to the dead letter queue
  metrics::NumberPtr letters_failed;  // that did not get there
  metrics::NumberPtr last_error_ms;   // wall clock; 0: none
  metrics::NumberPtr violations;      // of the contract
};

}  // namespace sluice::tasks
