#pragma once
// Effective Java client properties of a task's clients: runtime defaults, then the worker's prefix, then the
// connector's overrides as far as the policy lets them (KIP-458; Kafka Connect 4.1, Worker.java).

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::tasks {

struct TaskId {
  std::string connector;
  int task = 0;
  std::string text() const { return connector + "-" + std::to_string(task); }
};

sdk::Properties source_producer_settings(const sdk::Properties& worker, const sdk::Properties& connector);
/// Of an exactly-once task: idempotent whatever the user says. The transactional id is not among them.
sdk::Properties exactly_once_producer_settings(const sdk::Properties& worker,
                                               const sdk::Properties& connector);
/// "<group.id>-<connector>-<task>", as Java workers of the same cluster have it: they fence each other.
std::string transactional_id(const sdk::Properties& worker, const TaskId& task);
/// Reads a connector's own offsets topic.
sdk::Properties offsets_consumer_settings(const sdk::Properties& worker, const sdk::Properties& connector,
                                          bool exactly_once);
sdk::Properties sink_consumer_settings(const sdk::Properties& worker, const sdk::Properties& connector,
                                       const std::string& connector_name);
/// Also of the dead letter queue's.
sdk::Properties admin_settings(const sdk::Properties& worker, const sdk::Properties& connector);

/// Overrides in `connector` that the worker's policy forbids: key and Kafka's text.
std::vector<std::pair<std::string, std::string>> refused_overrides(const sdk::Properties& worker,
                                                                   const sdk::Properties& connector);

}  // namespace sluice::tasks
