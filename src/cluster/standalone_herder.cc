#include "cluster/standalone_herder.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "base/log.h"
#include "cluster/backoff.h"
#include "cluster/request_steps.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;
using store::TargetState;

constexpr milliseconds kRequestTimeout{90'000};
constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{60'000};

RequestError unknown(const std::string& connector) {
  return request_error(RequestProblem::kNotFound, fmt::format("Unknown connector {}", connector));
}

/// An answer without a value.
Work::Done answer_nothing(const Callback<Nothing>& done) {
  return [done](const Status& status) {
    if (status.ok()) return done(Nothing{});
    done(request_error(RequestProblem::kInternal, status.error().message()));
  };
}

}  // namespace

StandaloneHerder::StandaloneHerder(StandaloneOptions options, const Parts& parts)
    : options_(std::move(options)),
      scheduler_(parts.scheduler),
      work_(parts.work),
      catalogue_(parts.catalogue),
      admin_(parts.admin),
      queue_(scheduler_, kRequestTimeout) {
  work_.set_events(*this);
  scheduler_.post([this] {
    work_.extend_lease(std::numeric_limits<int64_t>::max());  // there is nobody else
    queue_.release();
  });
}

StandaloneHerder::~StandaloneHerder() = default;

StandaloneHerder::Connector* StandaloneHerder::find(const std::string& name) {
  const auto found = connectors_.find(name);
  return found == connectors_.end() ? nullptr : &found->second;
}

void StandaloneHerder::put_connector(PutConnector request, Callback<PutOutcome> done) {
  RawConfig config = request.config;
  const auto checked = [this, request = std::move(request), done](const Answer<ConfigChecks>& checks) {
    if (auto refusal = refusal_of(checks)) return done(std::move(*refusal));
    enqueue<PutOutcome>("connector " + request.name, done,
                        [this, request](const Callback<PutOutcome>& answer) { store(request, answer); });
  };
  scheduler_.post([this, config = std::move(config), checked]() mutable {
    catalogue_.validate(std::move(config), scheduler_.guarded(checked));
  });
}

void StandaloneHerder::store(const PutConnector& request, const Callback<PutOutcome>& done) {
  Connector* existing = find(request.name);
  if (existing != nullptr && !request.allow_replace) {
    return done(
        request_error(RequestProblem::kConflict, fmt::format("Connector {} already exists", request.name)));
  }
  const bool is_new = existing == nullptr;
  if (is_new) {
    connectors_[request.name] = {
        request.config, target_of(request.initial_state).value_or(TargetState::kStarted), {}, 0};
  } else {
    existing->config = request.config;
  }
  const auto started = [this, name = request.name, is_new, done](const Status& status) {
    if (status.ok()) return done(PutOutcome{is_new, info(name)});
    done(request_error(RequestProblem::kInternal, status.error().message()));
  };
  if (is_new) return start(request.name, started);
  restart_whole(request.name, Farewell::kStay, started);
}

void StandaloneHerder::patch_connector(const std::string& name, RawConfig patch, Callback<PutOutcome> done) {
  scheduler_.post([this, name, patch = std::move(patch), done = std::move(done)] {
    const Connector* connector = find(name);
    if (connector == nullptr) return done(connector_not_found(name));
    put_connector({name, patched(connector->config, patch), {}, true}, done);
  });
}

void StandaloneHerder::delete_connector(const std::string& name, Callback<Nothing> done) {
  enqueue<Nothing>("removal of connector " + name, std::move(done),
                   [this, name](const Callback<Nothing>& answer) {
                     if (find(name) == nullptr) return answer(connector_not_found(name));
                     stop_tasks(name, Farewell::kLeave, [this, name, answer] {
                       work_.stop_connector(name, [this, name, answer] {
                         connectors_.erase(name);
                         states_.erase(name);
                         topics_.erase(name);
                         answer(Nothing{});
                       });
                     });
                   });
}

/// The connector, and its tasks if it is to run. `done` has the connector's own failure only: tasks have
/// theirs.
void StandaloneHerder::start(const std::string& name, Work::Done done) {
  const Connector& connector = connectors_.at(name);
  const bool is_to_run = connector.target == TargetState::kStarted;
  work_.start_connector({name, connector.config, connector.target},
                        [this, name, is_to_run, done = std::move(done)](const Status& status) {
                          if (!status.ok() || !is_to_run) return done(status);
                          reconfigure(name, true, done);
                        });
}

void StandaloneHerder::restart_whole(const std::string& name, Farewell farewell, Work::Done done) {
  const bool had_tasks = connectors_.at(name).target == TargetState::kPaused;
  const std::vector<RawConfig> tasks = connectors_.at(name).tasks;
  stop_tasks(name, farewell, [this, name, had_tasks, tasks, done = std::move(done)] {
    work_.stop_connector(name, [this, name, had_tasks, tasks, done] {
      start(name, [this, name, had_tasks, tasks, done](const Status& status) {
        // A paused connector is not asked for tasks; those it had wait with it.
        if (status.ok() && had_tasks) {
          connectors_.at(name).tasks = tasks;
          start_tasks(name);
        }
        done(status);
      });
    });
  });
}

void StandaloneHerder::reconfigure(const std::string& name, bool always, Work::Done done) {
  work_.generate_task_configs(
      name, [this, name, always, done = std::move(done)](Result<std::vector<RawConfig>> configs) {
        Connector* connector = find(name);
        if (connector == nullptr || connector->target != TargetState::kStarted) return done({});
        if (!configs.ok() && configs.error().kind() == ErrorKind::kRetry) {
          const milliseconds pause = backoff(connector->failed_requests++, kFirstPause, kLongestPause);
          log::warn("Connector {} could not configure its tasks, trying again in {} ms: {}", name,
                    pause.count(), configs.error().message());
          scheduler_.post_after(pause, [this, name, always, done] {
            if (find(name) == nullptr) return done({});
            reconfigure(name, always, done);
          });
          return;
        }
        connector->failed_requests = 0;
        if (!configs.ok()) return done(configs.error());
        if (!always && *configs == connector->tasks) return done({});
        run_tasks(name, std::move(configs).value(), done);
      });
}

void StandaloneHerder::run_tasks(const std::string& name, std::vector<RawConfig> configs, Work::Done done) {
  stop_tasks(name, Farewell::kStay, [this, name, configs = std::move(configs), done = std::move(done)] {
    Connector* connector = find(name);
    if (connector == nullptr) return done({});
    connector->tasks = configs;
    start_tasks(name);
    done({});
  });
}

void StandaloneHerder::start_task(const TaskName& task, Work::Done done) {
  const Connector& connector = connectors_.at(task.connector);
  const RawConfig& config = connector.tasks[static_cast<size_t>(task.task)];
  work_.start_task({task, connector.config, config, connector.target}, std::move(done));
}

void StandaloneHerder::start_tasks(const std::string& name) {
  for (const TaskName& task : task_names(name)) start_task(task, [](const Status&) {});
}

/// Stops them and forgets them, their states too.
void StandaloneHerder::stop_tasks(const std::string& name, Farewell farewell, Work::Stopped done) {
  auto names = task_names(name);
  if (names.empty()) return done();
  work_.stop_tasks(std::move(names), farewell, [this, name, done = std::move(done)] {
    if (Connector* connector = find(name)) connector->tasks.clear();
    states_[name].tasks.clear();
    done();
  });
}

std::vector<TaskName> StandaloneHerder::task_names(const std::string& name) const {
  std::vector<TaskName> names;
  const auto& tasks = connectors_.at(name).tasks;
  for (size_t i = 0; i < tasks.size(); ++i) names.push_back({name, static_cast<int32_t>(i)});
  return names;
}

void StandaloneHerder::pause(const std::string& name, Callback<Nothing> done) {
  enqueue<Nothing>("pause of connector " + name, std::move(done),
                   [this, name](const Callback<Nothing>& answer) {
                     Connector* connector = find(name);
                     if (connector == nullptr) return answer(unknown(name));
                     connector->target = TargetState::kPaused;
                     work_.set_connector_target(name, TargetState::kPaused, [](const Status&) {});
                     for (const TaskName& task : task_names(name))
                       work_.set_task_target(task, TargetState::kPaused);
                     answer(Nothing{});
                   });
}

void StandaloneHerder::resume(const std::string& name, Callback<Nothing> done) {
  enqueue<Nothing>(
      "resumption of connector " + name, std::move(done), [this, name](const Callback<Nothing>& answer) {
        Connector* connector = find(name);
        if (connector == nullptr) return answer(unknown(name));
        connector->target = TargetState::kStarted;
        for (const TaskName& task : task_names(name)) work_.set_task_target(task, TargetState::kStarted);
        work_.set_connector_target(name, TargetState::kStarted, [this, name, answer](const Status& status) {
          if (!status.ok() || find(name) == nullptr) return answer(Nothing{});
          reconfigure(name, false, [answer](const Status&) { answer(Nothing{}); });
        });
      });
}

void StandaloneHerder::stop(const std::string& name, Callback<Nothing> done) {
  enqueue<Nothing>(
      "stop of connector " + name, std::move(done), [this, name](const Callback<Nothing>& answer) {
        Connector* connector = find(name);
        if (connector == nullptr) {
          return answer(
              request_error(RequestProblem::kInternal, fmt::format("No connector `{}` configured", name)));
        }
        connector->target = TargetState::kStopped;
        stop_tasks(name, Farewell::kLeave, [this, name, answer] {
          work_.set_connector_target(name, TargetState::kStopped, answer_nothing(answer));
        });
      });
}

void StandaloneHerder::restart_connector(const std::string& name, Callback<Nothing> done) {
  enqueue<Nothing>(
      "restart of connector " + name, std::move(done), [this, name](const Callback<Nothing>& answer) {
        if (find(name) == nullptr) return answer(connector_not_found(name));
        work_.stop_connector(name, [this, name, answer] {
          const Connector& connector = connectors_.at(name);
          work_.start_connector(
              {name, connector.config, connector.target}, [this, name, answer](const Status& status) {
                if (!status.ok())
                  return answer(request_error(RequestProblem::kInternal,
                                              fmt::format("Failed to start connector: {}", name)));
                reconfigure(name, false, answer_nothing(answer));
              });
        });
      });
}

void StandaloneHerder::restart_task(const TaskName& task, Callback<Nothing> done) {
  enqueue<Nothing>(
      "restart of task " + task.text(), std::move(done), [this, task](const Callback<Nothing>& answer) {
        const Connector* connector = find(task.connector);
        if (connector == nullptr) return answer(connector_not_found(task.connector));
        const auto index = static_cast<size_t>(task.task);
        if (task.task < 0 || index >= connector->tasks.size())
          return answer(
              request_error(RequestProblem::kNotFound, fmt::format("Task {} not found", task.text())));
        work_.stop_tasks({task}, Farewell::kStay,
                         [this, task, answer] { start_task(task, answer_nothing(answer)); });
      });
}

void StandaloneHerder::restart(const RestartOptions& options, Callback<ConnectorStatus> plan) {
  enqueue<ConnectorStatus>(
      "restart of connector " + options.connector, std::move(plan),
      [this, options](const Callback<ConnectorStatus>& answer) { run_restart(options, answer); });
}

void StandaloneHerder::run_restart(const RestartOptions& options, const Callback<ConnectorStatus>& plan) {
  const std::string& name = options.connector;
  if (find(name) == nullptr)
    return plan(request_error(RequestProblem::kNotFound, fmt::format("Unknown connector: {}", name)));
  auto status = status_of(name);
  if (!status)
    return plan(
        request_error(RequestProblem::kNotFound, fmt::format("Status for connector {} not found", name)));
  const auto is_chosen = [&](const WorkerState& state) {
    return !options.only_failed || state.state == "FAILED";
  };
  const auto mark = [](WorkerState& state) {
    state.state = "RESTARTING";
    state.trace.clear();
  };
  const bool with_connector = is_chosen(status->connector);
  if (with_connector) mark(status->connector);
  std::vector<TaskName> tasks;
  for (TaskState& task : status->tasks) {
    if (!options.include_tasks || !is_chosen(task)) continue;
    mark(task);
    tasks.push_back({name, task.id});
  }
  const auto start_chosen = [this, name, tasks, answer = plan, shown = *status] {
    const size_t count = connectors_.at(name).tasks.size();
    for (const TaskName& task : tasks) {
      if (static_cast<size_t>(task.task) < count) start_task(task, [](const Status&) {});
    }
    answer(shown);
  };
  work_.stop_tasks(tasks, Farewell::kStay, [this, name, with_connector, start_chosen] {
    if (!with_connector) return start_chosen();
    work_.stop_connector(name, [this, name, start_chosen] {
      const Connector& connector = connectors_.at(name);
      work_.start_connector({name, connector.config, connector.target},
                            [this, name, start_chosen](const Status& status) {
                              start_chosen();
                              if (status.ok()) reconfigure(name, false, [](const Status&) {});
                            });
    });
  });
}

void StandaloneHerder::connector_reported(const std::string& connector, const WorkReport& report) {
  if (find(connector) != nullptr) states_[connector].connector = report;
}

void StandaloneHerder::task_reported(const TaskName& task, const WorkReport& report) {
  const Connector* connector = find(task.connector);
  const bool is_known =
      connector != nullptr && task.task >= 0 && static_cast<size_t>(task.task) < connector->tasks.size();
  if (is_known) states_[task.connector].tasks[task.task] = report;
}

void StandaloneHerder::topic_used(const TaskName& task, const std::string& topic) {
  if (options_.topic_tracking && find(task.connector) != nullptr) topics_[task.connector].insert(topic);
}

void StandaloneHerder::reconfiguration_requested(const std::string& connector) {
  enqueue<Nothing>(
      "new tasks of connector " + connector, [](const Answer<Nothing>&) {},
      [this, connector](const Callback<Nothing>& answer) {
        if (find(connector) == nullptr) return answer(Nothing{});
        reconfigure(connector, false, answer_nothing(answer));
      });
}

void StandaloneHerder::fence_predecessors(const TaskName&, Done done) { done({}); }
void StandaloneHerder::confirm_start(const TaskName&, int32_t, Done done) { done({}); }

}  // namespace sluice::cluster
