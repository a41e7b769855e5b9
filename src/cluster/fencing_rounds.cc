#include "cluster/fencing_rounds.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "cluster/request_steps.h"
#include "cluster/url_path.h"

namespace sluice::cluster {
namespace {

constexpr std::chrono::milliseconds kRequestTimeout{90'000};
/// Java waits for ever here; a task that starts can wait, and is told to stop if it should not.
constexpr std::chrono::milliseconds kReadTimeout{900'000};
constexpr int32_t kErrorsFrom = 400;

/// A rebalance, a key that was just rotated, a worker that is starting: it will be otherwise soon.
bool is_passing(int32_t status) { return status == 403 || status == 409 || status == 503; }

Status as_status(const Answer<Nothing>& answer) {
  const auto* error = std::get_if<RequestError>(&answer);
  if (error == nullptr) return {};
  const bool passes =
      error->problem == RequestProblem::kForward || error->problem == RequestProblem::kConflict;
  return passes ? retriable(error->message) : failed(error->message);
}

}  // namespace

void FencingRounds::fence(const std::string& connector, Callback<Nothing> done) {
  if (!parts_.group.is_leader()) {
    done(request_error(RequestProblem::kForward, "Only the leader may perform zombie fencing.",
                       parts_.group.leader_url()));
    return;
  }
  const auto& connectors = parts_.config.state().connectors;
  const auto entry = connectors.find(connector);
  if (entry == connectors.end()) {
    done(request_error(RequestProblem::kNotFound, fmt::format("Connector {} not found", connector)));
    return;
  }
  const auto class_name = entry->second.config.find("connector.class");
  if (class_name == entry->second.config.end() || !class_name->second ||
      parts_.catalogue.type_of(*class_name->second) != ConnectorType::kSource) {
    done(request_error(RequestProblem::kBadRequest,
                       fmt::format("Connector {} is not a source connector", connector)));
    return;
  }
  auto& waiting = rounds_[connector];
  waiting.push_back(std::move(done));
  if (waiting.size() == 1) begin(connector);
}

void FencingRounds::begin(const std::string& connector) {
  parts_.config.read_to_end(parts_.options.sync_timeout, [this, connector](const Status& status) {
    if (!rounds_.contains(connector)) return;
    if (!status.ok()) {
      end(connector, request_error(RequestProblem::kInternal, "Failed to read to end of config topic"));
      return;
    }
    const auto entry = parts_.config.state().connectors.find(connector);
    if (entry == parts_.config.state().connectors.end()) {
      end(connector,
          request_error(RequestProblem::kNotFound, fmt::format("Connector {} not found", connector)));
    } else if (!entry->second.pending_fencing) {
      end(connector, Nothing{});
    } else {
      fence_old(connector, entry->second);
    }
  });
}

/// One task that follows one task fences it by itself, by taking over its transactional id; a connector
/// without a record has never had exactly-once tasks.
void FencingRounds::fence_old(const std::string& connector, const store::ConnectorEntry& entry) {
  const int32_t generation = entry.task_generation;
  const int32_t count = entry.task_count;
  const bool needs_none = !entry.fenced_tasks || (*entry.fenced_tasks == 1 && count == 1);
  if (needs_none) {
    record(connector, generation, count);
    return;
  }
  log::info("Fencing the producers of {} former tasks of connector {}", *entry.fenced_tasks, connector);
  parts_.admin.fence_tasks(connector, entry.config, *entry.fenced_tasks,
                           [this, connector, generation, count](const Answer<Nothing>& answer) {
                             if (!rounds_.contains(connector)) return;
                             if (std::holds_alternative<RequestError>(answer)) {
                               end(connector, answer);
                             } else {
                               record(connector, generation, count);
                             }
                           });
}

void FencingRounds::record(const std::string& connector, int32_t task_generation, int32_t task_count) {
  if (!parts_.group.is_leader()) {
    end(connector, request_error(RequestProblem::kForward, "Only the leader may write task count records.",
                                 parts_.group.leader_url()));
    return;
  }
  const auto entry = parts_.config.state().connectors.find(connector);
  if (entry == parts_.config.state().connectors.end() || entry->second.task_generation > task_generation) {
    tasks_committed(connector);
    return;
  }
  parts_.writes.write(
      [connector, task_count](store::ConfigStore& config, const LeaderWrites::Done& written) {
        config.put_fenced_tasks(connector, task_count, written);
      },
      [this, connector](const Status& status) {
        end(connector, status.ok() ? Answer<Nothing>(Nothing{}) : LeaderWrites::refusal(status.error()));
      });
}

void FencingRounds::tasks_committed(const std::string& connector) {
  end(connector,
      request_error(RequestProblem::kConflict,
                    "Fencing failed because new task configurations were generated for the connector"));
}

void FencingRounds::end(const std::string& connector, const Answer<Nothing>& answer) {
  const auto node = rounds_.extract(connector);
  if (node.empty()) return;
  for (const auto& done : node.mapped()) done(answer);
}

void FencingRounds::ask(const std::string& connector, std::function<void(const Status&)> done) {
  if (parts_.group.is_leader()) {
    fence(connector, [done = std::move(done)](const Answer<Nothing>& answer) { done(as_status(answer)); });
    return;
  }
  const std::string leader = parts_.group.leader_url();
  if (leader.empty() || !parts_.group.is_settled()) {
    done(retriable("Cannot fence the task's predecessors: a rebalance is under way"));
    return;
  }
  PeerRequest request{"PUT", fmt::format("{}connectors/{}/fence", leader, url_path(connector)), {}, {}, {}};
  if (parts_.group.signs_requests()) {
    const auto signature = parts_.keys.sign(request.body);
    if (!signature) {
      done(retriable("Cannot fence the task's predecessors: there is no session key yet"));
      return;
    }
    request.signature = signature->value;
    request.algorithm = signature->algorithm;
  }
  const auto answered = [leader, done = std::move(done)](const Result<PeerResponse>& response) {
    if (!response.ok()) {
      done(retriable("The leader could not be asked to fence the task's predecessors: " +
                     response.error().message()));
    } else if (response->status >= kErrorsFrom) {
      const std::string message =
          fmt::format("The leader at {} did not fence the task's predecessors, status {}: {}", leader,
                      response->status, response->body);
      done(is_passing(response->status) ? retriable(message) : failed(message));
    } else {
      done({});
    }
  };
  parts_.peers.request(std::move(request), kRequestTimeout, parts_.scheduler.guarded(answered));
}

void FencingRounds::confirm(const TaskName& task, int32_t task_generation, const LocalWork& local,
                            std::function<void(const Status&)> done) {
  parts_.config.read_to_end(
      kReadTimeout, [this, task, task_generation, &local, done = std::move(done)](const Status& status) {
        if (!status.ok()) {
          done(failed("Failed to read to end of config topic"));
          return;
        }
        const auto entry = parts_.config.state().connectors.find(task.connector);
        const bool is_replaced = entry == parts_.config.state().connectors.end() ||
                                 entry->second.task_generation > task_generation;
        if (is_replaced) {
          done(
              failed(fmt::format("Cannot start source task {} with exactly-once support as the connector "
                                 "has already generated a new set of task configs",
                                 task.text())));
        } else if (!local.runs(task)) {
          done(
              failed(fmt::format("Cannot start source task {} with exactly-once support as the worker is no "
                                 "longer assigned the task",
                                 task.text())));
        } else {
          done({});
        }
      });
}

}  // namespace sluice::cluster
