#include "cluster/status_writer.h"

#include <utility>
#include <variant>

namespace sluice::cluster {
namespace {

using store::WorkState;

/// Another worker of a later generation must not be overwritten by the news that something has ended here.
bool is_safe(WorkState state) { return state == WorkState::kUnassigned || state == WorkState::kFailed; }

constexpr int32_t kNoTask = -1;

template <typename Name>
void remember(std::map<Name, WorkReport>& reports, const Name& name, const WorkReport& report) {
  if (report.state == WorkState::kUnassigned)
    reports.erase(name);
  else
    reports.insert_or_assign(name, report);
}

}  // namespace

StatusWriter::StatusWriter(std::string worker_id, store::StatusStore& statuses,
                           const store::ConfigStore& config)
    : worker_id_(std::move(worker_id)), statuses_(statuses), config_(config) {}

store::WorkStatus StatusWriter::status(const WorkReport& report) const {
  store::WorkStatus status;
  status.state = report.state;
  status.trace = report.trace;
  status.worker_id = worker_id_;
  status.generation = generation_;
  if (report.state != WorkState::kUnassigned && report.state != WorkState::kRestarting) {
    status.version = report.version;
  }
  return status;
}

void StatusWriter::report_connector(const std::string& connector, const WorkReport& report) {
  remember(connectors_, connector, report);
  statuses_.put_connector(connector, status(report), is_safe(report.state));
}

void StatusWriter::report_task(const TaskName& task, const WorkReport& report) {
  remember(tasks_, task, report);
  statuses_.put_task(task.connector, task.task, status(report), is_safe(report.state));
}

void StatusWriter::connector_restarts(const std::string& connector) {
  report_connector(connector, {WorkState::kRestarting, {}, {}});
}

void StatusWriter::task_restarts(const TaskName& task) {
  report_task(task, {WorkState::kRestarting, {}, {}});
}

bool StatusWriter::is_configured(const std::string& connector, int32_t task) const {
  const auto found = config_.state().connectors.find(connector);
  return found != config_.state().connectors.end() && task < found->second.task_count;
}

/// Two workers that both run something, one of them not knowing yet that it should not, must not argue: the
/// later generation is right, and nobody else speaks up.
bool StatusWriter::is_outdated(const store::WorkStatus& read) const {
  return read.worker_id != worker_id_ &&
         (read.generation < generation_ || read.state == WorkState::kUnassigned);
}

void StatusWriter::correct(std::span<const kafka::LogRecord> records, const LocalWork& local,
                           bool is_leader) {
  if (generation_ < 0) return;  // what was there before this worker
  for (const kafka::LogRecord& record : records) {
    const auto parsed = store::parse_status_record(record.key, record.value);
    if (!parsed.ok()) continue;
    if (const auto* connector = std::get_if<store::ConnectorStatusRecord>(&*parsed))
      correct(*connector, local, is_leader);
    else if (const auto* task = std::get_if<store::TaskStatusRecord>(&*parsed))
      correct(*task, local, is_leader);
  }
}

void StatusWriter::correct(const store::ConnectorStatusRecord& read, const LocalWork& local, bool is_leader) {
  const bool configured = is_configured(read.connector, kNoTask);
  if (read.status && !configured && is_leader) statuses_.remove_connector(read.connector);
  const auto mine = connectors_.find(read.connector);
  if (mine == connectors_.end() || !local.runs(mine->first)) return;
  if (read.status ? is_outdated(*read.status) : configured)
    statuses_.put_connector(read.connector, status(mine->second), false);
}

void StatusWriter::correct(const store::TaskStatusRecord& read, const LocalWork& local, bool is_leader) {
  const bool configured = is_configured(read.connector, read.task);
  if (read.status && !configured && is_leader) statuses_.remove_task(read.connector, read.task);
  const auto mine = tasks_.find({read.connector, read.task});
  if (mine == tasks_.end() || !local.runs(mine->first)) return;
  if (read.status ? is_outdated(*read.status) : configured)
    statuses_.put_task(read.connector, read.task, status(mine->second), false);
}

void StatusWriter::remove_unconfigured() {
  const auto& configured = config_.state().connectors;
  for (const std::string& connector : statuses_.connectors()) {
    const auto found = configured.find(connector);
    const bool is_gone = found == configured.end();
    for (const auto& [task, status] : statuses_.tasks(connector)) {
      if (is_gone || task >= found->second.task_count) statuses_.remove_task(connector, task);
    }
    if (is_gone) statuses_.remove_connector(connector);
  }
}

void StatusWriter::remove_topics(const std::string& connector) {
  for (const std::string& topic : statuses_.active_topics(connector))
    statuses_.remove_topic(connector, topic);
}

}  // namespace sluice::cluster
