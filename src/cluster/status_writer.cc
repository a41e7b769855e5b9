#include "cluster/status_writer.h"

#include <utility>

namespace sluice::cluster {
namespace {

using store::WorkState;

/// Another worker of a later generation must not be overwritten by the news that something has ended here.
bool is_safe(WorkState state) { return state == WorkState::kUnassigned || state == WorkState::kFailed; }

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
  statuses_.put_connector(connector, status(report), is_safe(report.state));
}

void StatusWriter::report_task(const TaskName& task, const WorkReport& report) {
  statuses_.put_task(task.connector, task.task, status(report), is_safe(report.state));
}

void StatusWriter::connector_restarts(const std::string& connector) {
  report_connector(connector, {WorkState::kRestarting, {}, {}});
}

void StatusWriter::task_restarts(const TaskName& task) {
  report_task(task, {WorkState::kRestarting, {}, {}});
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
