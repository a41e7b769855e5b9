// What a standalone herder answers without changing what runs.

#include <fmt/format.h>

#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "cluster/standalone_herder.h"
#include "store/states.h"

namespace sluice::cluster {
void StandaloneHerder::set_kafka_cluster_id(std::string id) {
  kafka_cluster_id_ = std::move(id);
  knows_cluster_id_ = true;
}

const std::string& StandaloneHerder::kafka_cluster_id() const {
  static const std::string unknown;
  return knows_cluster_id_ ? kafka_cluster_id_ : unknown;
}

void StandaloneHerder::ping(Callback<Nothing> done) {
  scheduler_.post([done = std::move(done)] { done(Nothing{}); });
}

ConnectorType StandaloneHerder::type_of(const RawConfig& config) const {
  const auto class_name = config.find("connector.class");
  if (class_name == config.end() || !class_name->second) return ConnectorType::kUnknown;
  return catalogue_.type_of(*class_name->second);
}

ConnectorInfo StandaloneHerder::info(const std::string& name) const {
  const Connector& connector = connectors_.at(name);
  return {name, connector.config, task_names(name), type_of(connector.config)};
}

WorkerState StandaloneHerder::worker_state(const WorkReport& report) const {
  return {std::string(store::state_name(report.state)), options_.worker_id, report.version, report.trace};
}

std::optional<ConnectorStatus> StandaloneHerder::status_of(const std::string& name) const {
  const auto states = states_.find(name);
  const auto connector = connectors_.find(name);
  if (connector == connectors_.end() || states == states_.end() || !states->second.connector)
    return std::nullopt;
  ConnectorStatus status{
      name, worker_state(*states->second.connector), {}, type_of(connector->second.config)};
  for (const auto& [id, report] : states->second.tasks) status.tasks.push_back({worker_state(report), id});
  return status;
}

void StandaloneHerder::connectors(Callback<std::vector<std::string>> done) {
  scheduler_.post([this, done = std::move(done)] {
    std::vector<std::string> names;
    for (const auto& [name, connector] : connectors_) names.push_back(name);
    done(std::move(names));
  });
}

void StandaloneHerder::connector(const std::string& name, Callback<ConnectorInfo> done) {
  scheduler_.post([this, name, done = std::move(done)] {
    if (find(name) != nullptr) return done(info(name));
    done(connector_not_found(name));
  });
}

void StandaloneHerder::tasks(const std::string& name, Callback<std::vector<TaskInfo>> done) {
  scheduler_.post([this, name, done = std::move(done)] {
    const Connector* connector = find(name);
    if (connector == nullptr) return done(connector_not_found(name));
    std::vector<TaskInfo> infos;
    for (const TaskName& task : task_names(name))
      infos.push_back({task, connector->tasks[static_cast<size_t>(task.task)]});
    done(std::move(infos));
  });
}

void StandaloneHerder::status(const std::string& name, Callback<ConnectorStatus> done) {
  scheduler_.post([this, name, done = std::move(done)] {
    if (auto status = status_of(name)) return done(*std::move(status));
    done(request_error(RequestProblem::kNotFound, fmt::format("No status found for connector {}", name)));
  });
}

void StandaloneHerder::task_status(const TaskName& task, Callback<TaskState> done) {
  scheduler_.post([this, task, done = std::move(done)] {
    const auto states = states_.find(task.connector);
    if (states != states_.end()) {
      const auto report = states->second.tasks.find(task.task);
      if (report != states->second.tasks.end())
        return done(TaskState{worker_state(report->second), task.task});
    }
    done(request_error(RequestProblem::kNotFound, fmt::format("No status found for task {}", task.text())));
  });
}

void StandaloneHerder::active_topics(const std::string& name, Callback<std::set<std::string>> done) {
  scheduler_.post([this, name, done = std::move(done)] {
    if (!options_.topic_tracking)
      return done(request_error(RequestProblem::kForbidden, "Topic tracking is disabled."));
    const auto found = topics_.find(name);
    done(found == topics_.end() ? std::set<std::string>() : found->second);
  });
}

void StandaloneHerder::reset_active_topics(const std::string& name, Callback<Nothing> done) {
  scheduler_.post([this, name, done = std::move(done)] {
    if (!options_.topic_tracking)
      return done(request_error(RequestProblem::kForbidden, "Topic tracking is disabled."));
    if (!options_.topic_tracking_reset)
      return done(request_error(RequestProblem::kForbidden, "Topic tracking reset is disabled."));
    topics_.erase(name);
    done(Nothing{});
  });
}

void StandaloneHerder::offsets(const std::string& name, Callback<std::vector<OffsetEntry>> done) {
  scheduler_.post([this, name, done = std::move(done)] {
    const Connector* connector = find(name);
    if (connector == nullptr) return done(connector_not_found(name));
    admin_.offsets(name, connector->config, done);
  });
}

std::optional<RequestError> StandaloneHerder::offsets_refusal(const std::string& name) {
  const Connector* connector = find(name);
  if (connector == nullptr) return connector_not_found(name);
  if (connector->target == store::TargetState::kStopped && connector->tasks.empty()) return std::nullopt;
  return request_error(
      RequestProblem::kBadRequest,
      fmt::format("Connectors must be in the STOPPED state before their offsets can be modified. This can be "
                  "done for the specified connector by issuing a 'PUT' request to the '/connectors/{}/stop' "
                  "endpoint",
                  name));
}

void StandaloneHerder::alter_offsets(const std::string& name, std::vector<OffsetEntry> offsets,
                                     Callback<std::string> done) {
  enqueue<std::string>("offsets of connector " + name, std::move(done),
                       [this, name, offsets = std::move(offsets)](const Callback<std::string>& answer) {
                         if (auto refusal = offsets_refusal(name)) return answer(*std::move(refusal));
                         admin_.alter_offsets(name, find(name)->config, offsets, answer);
                       });
}

void StandaloneHerder::reset_offsets(const std::string& name, Callback<std::string> done) {
  enqueue<std::string>("offsets of connector " + name, std::move(done),
                       [this, name](const Callback<std::string>& answer) {
                         if (auto refusal = offsets_refusal(name)) return answer(*std::move(refusal));
                         admin_.reset_offsets(name, find(name)->config, answer);
                       });
}

void StandaloneHerder::dead_letters(const std::string& name, DeadLetterQuery query,
                                    Callback<DeadLetterPage> done) {
  scheduler_.post([this, name, query = std::move(query), done = std::move(done)]() mutable {
    const Connector* connector = find(name);
    if (connector == nullptr) return done(connector_not_found(name));
    admin_.dead_letters(name, connector->config, std::move(query), done);
  });
}

void StandaloneHerder::replay(const std::string& name, ReplayRequest request, Callback<ReplayOutcome> done) {
  scheduler_.post([this, name, request = std::move(request), done = std::move(done)]() mutable {
    const Connector* connector = find(name);
    if (connector == nullptr) return done(connector_not_found(name));
    admin_.replay(name, connector->config, std::move(request), done);
  });
}

void StandaloneHerder::signal(const std::string& name, std::string signal, Callback<std::string> done) {
  scheduler_.post([this, name, signal = std::move(signal), done = std::move(done)]() mutable {
    const Connector* connector = find(name);
    if (connector == nullptr) return done(connector_not_found(name));
    admin_.signal(name, connector->config, std::move(signal), done);
  });
}

void StandaloneHerder::validate(RawConfig config, Callback<ConfigChecks> done) {
  scheduler_.post([this, config = std::move(config), done = std::move(done)]() mutable {
    catalogue_.validate(std::move(config), done);
  });
}

void StandaloneHerder::set_cluster_log_level(const std::string& logger, const std::string& level,
                                             Callback<Nothing> done) {
  scheduler_.post([logger, level, done = std::move(done)] {
    if (const auto parsed = log::parse_level(level))
      log::set_level(logger, *parsed, system_clock().wall_ms());
    done(Nothing{});
  });
}

void StandaloneHerder::put_task_configs(const std::string&, std::vector<RawConfig>, InternalRequest,
                                        Callback<Nothing> done) {
  scheduler_.post([done = std::move(done)] {
    done(request_error(
        RequestProblem::kInternal,
        "Kafka Connect in standalone mode does not support externally setting task configurations."));
  });
}

void StandaloneHerder::fence_zombies(const std::string&, InternalRequest, Callback<Nothing> done) {
  scheduler_.post([done = std::move(done)] {
    done(request_error(RequestProblem::kInternal,
                       "Kafka Connect in standalone mode does not support exactly-once source connectors."));
  });
}

}  // namespace sluice::cluster
