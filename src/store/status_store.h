#pragma once
// States of connectors and tasks, and active topics: Kafka Connect's status topic as a table
// (KafkaStatusBackingStore of 4.1; KIP-558). On the scheduler's thread only.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/scheduler.h"
#include "kafka/log.h"
#include "store/states.h"

namespace sluice::store {

struct WorkStatus {
  WorkState state = WorkState::kUnassigned;
  std::string trace;  // empty: none
  std::string worker_id;
  int32_t generation = -1;
  std::optional<std::string> version;  // of the plugin
};

struct ActiveTopic {
  std::string topic;
  std::string connector;
  int32_t task = 0;
  int64_t discovered_ms = 0;
};

class StatusStore {
 public:
  virtual ~StatusStore() = default;
  /// The topic's records go in here (kafka::Log::RecordsCallback).
  virtual void consume(std::span<const kafka::LogRecord> records) = 0;

  virtual std::optional<WorkStatus> connector(const std::string& connector) const = 0;
  virtual std::map<int32_t, WorkStatus> tasks(const std::string& connector) const = 0;
  virtual std::set<std::string> connectors() const = 0;
  virtual std::set<std::string> active_topics(const std::string& connector) const = 0;

  // Writes: in the background, sent again on retriable errors while still true. The state above changes when
  // the record is read back. A `safe` write is dropped if another worker of a later generation wrote last.
  virtual void put_connector(const std::string& connector, const WorkStatus& status, bool safe) = 0;
  virtual void put_task(const std::string& connector, int32_t task, const WorkStatus& status, bool safe) = 0;
  virtual void remove_connector(const std::string& connector) = 0;
  virtual void remove_task(const std::string& connector, int32_t task) = 0;
  virtual void put_topic(const ActiveTopic& topic) = 0;
  virtual void remove_topic(const std::string& connector, const std::string& topic) = 0;

  /// Waits until what was put is acknowledged, at most `timeout`.
  virtual void flush(std::chrono::milliseconds timeout, kafka::Log::Done done) = 0;
};

std::unique_ptr<StatusStore> make_status_store(kafka::Log& log, Scheduler& scheduler);

}  // namespace sluice::store
