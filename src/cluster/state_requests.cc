#include "cluster/state_requests.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "cluster/status_answers.h"

namespace sluice::cluster {
namespace {

RequestError unknown_connector(const std::string& connector, std::string_view colon) {
  return request_error(RequestProblem::kNotFound, fmt::format("Unknown connector{} {}", colon, connector));
}

Answer<Nothing> written(const Status& status) {
  return status.ok() ? Answer<Nothing>(Nothing{}) : LeaderWrites::refusal(status.error());
}

}  // namespace

void StateRequests::set_target(const std::string& connector, store::TargetState target,
                               Callback<Nothing> done) {
  if (desk_.entry(connector) == nullptr) {
    done(unknown_connector(connector, ""));
    return;
  }
  desk_.writes.write_plainly(
      [connector, target](store::ConfigStore& config, const LeaderWrites::Done& target_written) {
        config.put_target(connector, target, target_written);
      },
      [done = std::move(done)](const Status& status) { done(written(status)); });
}

void StateRequests::stop(const std::string& connector, Callback<Nothing> done) {
  desk_.enqueue<Nothing>(
      "stop of connector " + connector, std::move(done), [this, connector](const Callback<Nothing>& answer) {
        desk_.config.read_to_end(desk_.options.sync_timeout, [this, connector, answer](const Status& status) {
          if (status.ok()) return run_stop(connector, answer);
          answer(LeaderWrites::refusal(status.error()));
        });
      });
}

/// The empty set of tasks comes first: a worker that died in between leaves a connector without tasks, which
/// its owner mends, not a stopped one with tasks.
void StateRequests::run_stop(const std::string& connector, const Callback<Nothing>& done) {
  if (desk_.entry(connector) == nullptr) return done(unknown_connector(connector, ""));
  if (!desk_.group.is_leader()) {
    return done(not_leader(desk_.group, "Only the leader can transition connectors to the STOPPED state."));
  }
  log::info("Stopping connector {}", connector);
  desk_.writes.write(
      [connector](store::ConfigStore& config, const LeaderWrites::Done& tasks_written) {
        config.put_tasks(connector, {}, tasks_written);
      },
      [this, connector, done](const Status& status) {
        if (!status.ok()) return done(LeaderWrites::refusal(status.error()));
        desk_.config.put_target(connector, store::TargetState::kStopped, [this, done](const Status& target) {
          if (!target.ok()) return done(LeaderWrites::refusal(target.error()));
          desk_.config.read_to_end(desk_.options.sync_timeout, [done](const Status&) { done(Nothing{}); });
        });
      });
}

void StateRequests::restart_connector(const std::string& connector, Callback<Nothing> done) {
  desk_.enqueue<Nothing>("restart of connector " + connector, std::move(done),
                         [this, connector](const Callback<Nothing>& answer) {
                           desk_.after_rebalance<Nothing>(
                               answer, [this, connector](const Callback<Nothing>& settled) {
                                 run_restart_connector(connector, settled);
                               });
                         });
}

void StateRequests::run_restart_connector(const std::string& connector, const Callback<Nothing>& done) {
  if (desk_.entry(connector) == nullptr) return done(unknown_connector(connector, ":"));
  if (!desk_.local.runs(connector)) {
    const std::string url =
        desk_.group.is_leader() ? desk_.group.owner_url(connector) : desk_.group.leader_url();
    return done(request_error(RequestProblem::kForward,
                              "Cannot restart connector since it is not assigned to this member", url));
  }
  desk_.lifecycle.restart(connector, [connector, done](const Status& status) {
    if (status.ok()) return done(Nothing{});
    done(request_error(RequestProblem::kInternal, fmt::format("Failed to start connector: {}", connector)));
  });
}

void StateRequests::restart_task(const TaskName& task, Callback<Nothing> done) {
  desk_.enqueue<Nothing>(
      "restart of task " + task.text(), std::move(done), [this, task](const Callback<Nothing>& answer) {
        desk_.after_rebalance<Nothing>(
            answer, [this, task](const Callback<Nothing>& settled) { run_restart_task(task, settled); });
      });
}

void StateRequests::run_restart_task(const TaskName& task, const Callback<Nothing>& done) {
  const store::ConnectorEntry* entry = desk_.entry(task.connector);
  if (entry == nullptr) return done(unknown_connector(task.connector, ":"));
  if (!entry->tasks.contains(task.task)) {
    return done(request_error(RequestProblem::kNotFound, fmt::format("Unknown task: {}", task.text())));
  }
  if (!desk_.local.runs(task)) {
    const std::string url = desk_.group.is_leader() ? desk_.group.owner_url(task) : desk_.group.leader_url();
    return done(request_error(RequestProblem::kForward,
                              "Cannot restart task since it is not assigned to this member", url));
  }
  desk_.local.stop_tasks({task}, Farewell::kStay, [this, task, done] {
    desk_.local.start_task(task, [task, done](const Status& status) {
      if (status.ok()) return done(Nothing{});
      done(request_error(RequestProblem::kInternal, fmt::format("Failed to start task: {}", task.text())));
    });
  });
}

void StateRequests::restart(const RestartOptions& options, Callback<ConnectorStatus> plan) {
  desk_.enqueue<ConnectorStatus>("restart of connector " + options.connector, std::move(plan),
                                 [this, options](const Callback<ConnectorStatus>& answer) {
                                   desk_.after_rebalance<ConnectorStatus>(
                                       answer, [this, options](const Callback<ConnectorStatus>& settled) {
                                         write_restart(options, settled);
                                       });
                                 });
}

void StateRequests::write_restart(const RestartOptions& options, const Callback<ConnectorStatus>& done) {
  if (desk_.entry(options.connector) == nullptr) return done(unknown_connector(options.connector, ":"));
  if (!desk_.group.is_leader()) {
    return done(not_leader(desk_.group, "Only the leader can process restart requests."));
  }
  const store::RestartRequest request{options.connector, options.only_failed, options.include_tasks};
  const auto plan = plan_restart(request, desk_.statuses);
  const auto status = connector_status(options.connector, desk_.statuses);
  if (!plan || !status) {
    return done(request_error(RequestProblem::kNotFound,
                              fmt::format("Status for connector {} not found", options.connector)));
  }
  ConnectorStatus planned = planned_status(*status, *plan);
  planned.type = desk_.type_of(desk_.entry(options.connector)->config);
  desk_.writes.write(
      [request](store::ConfigStore& config, const LeaderWrites::Done& restart_written) {
        config.put_restart(request, restart_written);
      },
      [planned, done](const Status& outcome) {
        if (outcome.ok()) return done(planned);
        done(LeaderWrites::refusal(outcome.error()));
      });
}

void StateRequests::run_restart(const store::RestartRequest& request) {
  const auto plan = plan_restart(request, desk_.statuses);
  if (!plan) {
    log::debug("Connector {} has no status yet: nothing is restarted", request.connector);
    return;
  }
  const bool restarts_connector = plan->restarts_connector && desk_.local.runs(request.connector);
  std::set<TaskName> tasks;
  for (const int32_t task : plan->tasks) {
    if (desk_.local.runs(TaskName{request.connector, task})) tasks.insert({request.connector, task});
  }
  if (!restarts_connector && tasks.empty()) return;
  log::info("Restarting connector {}: {}the connector and {} of its tasks here", request.connector,
            restarts_connector ? "" : "not ", tasks.size());
  std::set<std::string> connectors;
  if (restarts_connector) connectors.insert(request.connector);
  desk_.local.stop(connectors, tasks, Farewell::kStay, [this, connectors, tasks] {
    for (const std::string& connector : connectors) {
      desk_.status_writer.connector_restarts(connector);
      desk_.lifecycle.start(connector, {});
    }
    for (const TaskName& task : tasks) {
      desk_.status_writer.task_restarts(task);
      desk_.local.start_task(task, {});
    }
  });
}

}  // namespace sluice::cluster
