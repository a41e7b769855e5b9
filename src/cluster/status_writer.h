#pragma once
// Writes what happens to connectors and tasks of this worker to the status topic, and, as leader, removes the
// statuses of what is no longer configured. On the scheduler's thread.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "cluster/local_work.h"
#include "cluster/work.h"
#include "kafka/log.h"
#include "store/config_store.h"
#include "store/status_records.h"
#include "store/status_store.h"

namespace sluice::cluster {

class StatusWriter {
 public:
  /// References outlive it.
  StatusWriter(std::string worker_id, store::StatusStore& statuses, const store::ConfigStore& config);

  /// Of the group, when a round is complete; statuses carry it.
  void set_generation(int32_t generation) { generation_ = generation; }

  void report_connector(const std::string& connector, const WorkReport& report);
  void report_task(const TaskName& task, const WorkReport& report);
  void connector_restarts(const std::string& connector);
  void task_restarts(const TaskName& task);

  /// What was read from the topic. A worker that was cut off, or a leader that was behind, may write what has
  /// long become wrong: then the worker that runs it tells again what is true, and the leader removes again
  /// what is no longer configured.
  void correct(std::span<const kafka::LogRecord> records, const LocalWork& local, bool is_leader);

  /// The leader's, after each round.
  void remove_unconfigured();
  void remove_topics(const std::string& connector);

 private:
  store::WorkStatus status(const WorkReport& report) const;
  bool is_configured(const std::string& connector, int32_t task) const;
  bool is_outdated(const store::WorkStatus& read) const;
  void correct(const store::ConnectorStatusRecord& read, const LocalWork& local, bool is_leader);
  void correct(const store::TaskStatusRecord& read, const LocalWork& local, bool is_leader);

  const std::string worker_id_;
  store::StatusStore& statuses_;
  const store::ConfigStore& config_;
  int32_t generation_ = -1;
  // What was reported last of what runs here.
  std::map<std::string, WorkReport> connectors_;
  std::map<TaskName, WorkReport> tasks_;
};

}  // namespace sluice::cluster
