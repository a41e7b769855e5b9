#include "cluster/task_config_publisher.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "cluster/request_steps.h"
#include "cluster/url_path.h"
#include "tasks/config_transformer.h"

namespace sluice::cluster {
namespace {

constexpr std::chrono::milliseconds kRequestTimeout{90'000};
constexpr int32_t kForbidden = 403;
constexpr int32_t kErrorsFrom = 400;

std::string as_json(const std::vector<RawConfig>& configs) {
  auto list = nlohmann::json::array();
  for (const RawConfig& config : configs) {
    auto object = nlohmann::json::object();
    for (const auto& [key, value] : config) {
      object[key] = value ? nlohmann::json(*value) : nlohmann::json(nullptr);
    }
    list.push_back(std::move(object));
  }
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool holds_tasks(const store::ConnectorEntry& entry, const std::vector<RawConfig>& configs) {
  if (entry.inconsistent || static_cast<size_t>(entry.task_count) != configs.size()) return false;
  for (size_t i = 0; i < configs.size(); ++i) {
    const auto found = entry.tasks.find(static_cast<int32_t>(i));
    if (found == entry.tasks.end() || found->second != configs[i]) return false;
  }
  return true;
}

}  // namespace

std::vector<RawConfig> with_references(const RawConfig& connector, std::vector<RawConfig> configs) {
  for (const auto& [key, value] : connector) {
    if (!value || !tasks::has_reference(*value)) continue;
    for (RawConfig& config : configs) {
      if (const auto found = config.find(key); found != config.end()) found->second = value;
    }
  }
  return configs;
}

bool task_configs_changed(const store::ConnectorEntry& entry, const std::vector<RawConfig>& configs) {
  return !holds_tasks(entry, configs) || !entry.applied || *entry.applied != entry.config;
}

bool TaskConfigPublisher::was_overtaken(const std::string& connector) const {
  const auto published = published_.find(connector);
  const auto entry = parts_.config.state().connectors.find(connector);
  return published != published_.end() && entry != parts_.config.state().connectors.end() &&
         !holds_tasks(entry->second, published->second);
}

void TaskConfigPublisher::publish(const std::string& connector, std::vector<RawConfig> configs, Done done) {
  const auto entry = parts_.config.state().connectors.find(connector);
  if (entry == parts_.config.state().connectors.end()) {
    done(closed(fmt::format("connector {} has been removed", connector)));
    return;
  }
  configs = with_references(entry->second.config, std::move(configs));
  published_[connector] = configs;
  if (!task_configs_changed(entry->second, configs)) {
    done({});
    return;
  }
  if (!parts_.group.is_settled()) {
    done(retriable("a rebalance is under way"));
  } else if (parts_.group.is_leader()) {
    write(connector, std::move(configs), [done = std::move(done)](const Answer<Nothing>& answer) {
      const auto* error = std::get_if<RequestError>(&answer);
      done(error == nullptr ? Status() : Status(retriable(error->message)));
    });
  } else {
    hand_to_leader(connector, configs, std::move(done));
  }
}

void TaskConfigPublisher::hand_to_leader(const std::string& connector, const std::vector<RawConfig>& configs,
                                         Done done) {
  const std::string leader = parts_.group.leader_url();
  if (leader.empty()) {
    done(retriable("the leader's URL is not known"));
    return;
  }
  PeerRequest request{
      "POST", fmt::format("{}connectors/{}/tasks", leader, url_path(connector)), as_json(configs), {}, {}};
  if (parts_.group.signs_requests()) {
    const auto signature = parts_.keys.sign(request.body);
    if (!signature) {
      done(retriable("there is no session key yet"));
      return;
    }
    request.signature = signature->value;
    request.algorithm = signature->algorithm;
  }
  const auto answered = [connector, leader, done = std::move(done)](const Result<PeerResponse>& response) {
    if (!response.ok()) {
      done(retriable(response.error().message()));
    } else if (response->status == kForbidden) {
      done(retriable("the leader did not accept the signature, perhaps because the key was just rotated"));
    } else if (response->status >= kErrorsFrom) {
      done(retriable(
          fmt::format("the leader at {} answered {}: {}", leader, response->status, response->body)));
    } else {
      done({});
    }
  };
  parts_.peers.request(std::move(request), kRequestTimeout, parts_.scheduler.guarded(answered));
}

void TaskConfigPublisher::write(const std::string& connector, std::vector<RawConfig> configs,
                                Callback<Nothing> done) {
  const auto run = [this, connector, configs = std::move(configs), done](const RequestQueue::Finish& finish) {
    const auto refuse = [&](RequestProblem problem, std::string message, std::string url = {}) {
      done(request_error(problem, std::move(message), std::move(url)));
      finish();
    };
    if (!parts_.group.is_leader()) {
      return refuse(RequestProblem::kForward, "Only the leader may write task configurations.",
                    parts_.group.leader_url());
    }
    const auto entry = parts_.config.state().connectors.find(connector);
    if (entry == parts_.config.state().connectors.end()) {
      return refuse(RequestProblem::kNotFound, fmt::format("Connector {} not found", connector));
    }
    if (!configs.empty() && entry->second.target == store::TargetState::kStopped) {
      return refuse(
          RequestProblem::kBadRequest,
          fmt::format("Cannot submit non-empty set of task configs for stopped connector {}", connector));
    }
    log::info("Writing {} task configurations of connector {}", configs.size(), connector);
    parts_.writes.write(
        [connector, configs](store::ConfigStore& config, const LeaderWrites::Done& written) {
          config.put_tasks(connector, configs, written);
        },
        [done, finish](const Status& status) {
          done(status.ok() ? Answer<Nothing>(Nothing{}) : LeaderWrites::refusal(status.error()));
          finish();
        });
  };
  parts_.queue.add("task configurations of " + connector, run, [done] { done(shutting_down()); });
}

}  // namespace sluice::cluster
