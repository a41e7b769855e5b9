#include "cluster/distributed_herder.h"

#include <fmt/format.h>

#include <utility>

#include "cluster/herder_core.h"
#include "cluster/status_answers.h"

namespace sluice::cluster {
namespace {

RequestError no_connector(const std::string& connector) {
  return request_error(RequestProblem::kNotFound, fmt::format("Connector {} not found", connector));
}

RequestError no_tracking(std::string_view what) {
  return request_error(RequestProblem::kForbidden, fmt::format("{} is disabled.", what));
}

}  // namespace

DistributedHerder::DistributedHerder(HerderOptions options, HerderParts parts,
                                     std::function<void(const Error&)> on_fatal)
    : core_(std::make_unique<HerderCore>(std::move(options), std::move(parts), std::move(on_fatal))) {}

DistributedHerder::~DistributedHerder() = default;

void DistributedHerder::consume_config(std::span<const kafka::LogRecord> records) {
  core_->consume_config(records);
}

void DistributedHerder::consume_statuses(std::span<const kafka::LogRecord> records) {
  core_->consume_statuses(records);
}

void DistributedHerder::start() {
  core_->post([core = core_.get()] { core->start(); });
}

void DistributedHerder::shut_down(std::function<void()> done) {
  core_->post([core = core_.get(), done = std::move(done)]() mutable { core->shut_down(std::move(done)); });
}

void DistributedHerder::ping(Callback<Nothing> done) {
  core_->post(
      [core = core_.get(), done = std::move(done)] { core->when_ready([done] { done(Nothing{}); }); });
}

bool DistributedHerder::is_ready() const { return core_->is_ready(); }
const std::string& DistributedHerder::kafka_cluster_id() const { return core_->options().kafka_cluster_id; }

void DistributedHerder::connectors(Callback<std::vector<std::string>> done) {
  core_->post([core = core_.get(), done = std::move(done)] {
    std::vector<std::string> names;
    for (const auto& [name, entry] : core->config().state().connectors) names.push_back(name);
    done(std::move(names));
  });
}

void DistributedHerder::connector(const std::string& name, Callback<ConnectorInfo> done) {
  core_->post([core = core_.get(), name, done = std::move(done)] {
    const store::ConnectorEntry* entry = core->desk().entry(name);
    if (entry == nullptr) return done(no_connector(name));
    done(core->desk().info(name, entry->config));
  });
}

void DistributedHerder::tasks(const std::string& connector, Callback<std::vector<TaskInfo>> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)] {
    const store::ConnectorEntry* entry = core->desk().entry(connector);
    if (entry == nullptr) return done(no_connector(connector));
    std::vector<TaskInfo> tasks;
    for (const auto& [task, config] : entry->tasks) tasks.push_back({{connector, task}, config});
    done(std::move(tasks));
  });
}

void DistributedHerder::status(const std::string& connector, Callback<ConnectorStatus> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)] {
    auto status = connector_status(connector, core->statuses());
    if (!status) {
      return done(request_error(RequestProblem::kNotFound,
                                fmt::format("No status found for connector {}", connector)));
    }
    if (const store::ConnectorEntry* entry = core->desk().entry(connector)) {
      status->type = core->desk().type_of(entry->config);
    }
    done(std::move(*status));
  });
}

void DistributedHerder::task_status(const TaskName& task, Callback<TaskState> done) {
  core_->post([core = core_.get(), task, done = std::move(done)] {
    const auto tasks = core->statuses().tasks(task.connector);
    const auto found = tasks.find(task.task);
    if (found == tasks.end()) {
      return done(
          request_error(RequestProblem::kNotFound, fmt::format("No status found for task {}", task.text())));
    }
    done(task_state(task.task, found->second));
  });
}

void DistributedHerder::put_connector(PutConnector request, Callback<PutOutcome> done) {
  core_->post([core = core_.get(), request = std::move(request), done = std::move(done)]() mutable {
    core->connectors().put(std::move(request), done);
  });
}

void DistributedHerder::patch_connector(const std::string& name, RawConfig patch, Callback<PutOutcome> done) {
  core_->post([core = core_.get(), name, patch = std::move(patch), done = std::move(done)]() mutable {
    core->connectors().patch(name, std::move(patch), done);
  });
}

void DistributedHerder::delete_connector(const std::string& name, Callback<Nothing> done) {
  core_->post([core = core_.get(), name, done = std::move(done)]() mutable {
    core->connectors().remove(name, std::move(done));
  });
}

void DistributedHerder::pause(const std::string& connector, Callback<Nothing> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)]() mutable {
    core->states().set_target(connector, store::TargetState::kPaused, std::move(done));
  });
}

void DistributedHerder::resume(const std::string& connector, Callback<Nothing> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)]() mutable {
    core->states().set_target(connector, store::TargetState::kStarted, std::move(done));
  });
}

void DistributedHerder::stop(const std::string& connector, Callback<Nothing> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)]() mutable {
    core->states().stop(connector, std::move(done));
  });
}

void DistributedHerder::restart_connector(const std::string& connector, Callback<Nothing> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)]() mutable {
    core->states().restart_connector(connector, std::move(done));
  });
}

void DistributedHerder::restart(const RestartOptions& options, Callback<ConnectorStatus> plan) {
  core_->post([core = core_.get(), options, plan = std::move(plan)]() mutable {
    core->states().restart(options, std::move(plan));
  });
}

void DistributedHerder::restart_task(const TaskName& task, Callback<Nothing> done) {
  core_->post([core = core_.get(), task, done = std::move(done)]() mutable {
    core->states().restart_task(task, std::move(done));
  });
}

void DistributedHerder::active_topics(const std::string& connector, Callback<std::set<std::string>> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)] {
    if (!core->options().topic_tracking) return done(no_tracking("Topic tracking"));
    done(core->statuses().active_topics(connector));
  });
}

void DistributedHerder::reset_active_topics(const std::string& connector, Callback<Nothing> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)] {
    if (!core->options().topic_tracking) return done(no_tracking("Topic tracking"));
    if (!core->options().topic_tracking_reset) return done(no_tracking("Topic tracking reset"));
    core->desk().status_writer.remove_topics(connector);
    done(Nothing{});
  });
}

void DistributedHerder::offsets(const std::string& connector, Callback<std::vector<OffsetEntry>> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)]() mutable {
    core->offsets().read(connector, std::move(done));
  });
}

void DistributedHerder::alter_offsets(const std::string& connector, std::vector<OffsetEntry> offsets,
                                      Callback<std::string> done) {
  core_->post(
      [core = core_.get(), connector, offsets = std::move(offsets), done = std::move(done)]() mutable {
        core->offsets().modify(connector, std::move(offsets), std::move(done));
      });
}

void DistributedHerder::reset_offsets(const std::string& connector, Callback<std::string> done) {
  core_->post([core = core_.get(), connector, done = std::move(done)]() mutable {
    core->offsets().modify(connector, std::nullopt, std::move(done));
  });
}

void DistributedHerder::dead_letters(const std::string& connector, DeadLetterQuery query,
                                     Callback<DeadLetterPage> done) {
  core_->post([core = core_.get(), connector, query = std::move(query), done = std::move(done)]() mutable {
    const HerderDesk& desk = core->desk();
    const store::ConnectorEntry* entry = desk.entry(connector);
    if (entry == nullptr) return done(connector_not_found(connector));
    desk.admin.dead_letters(connector, entry->config, std::move(query),
                            desk.scheduler.guarded(std::move(done)));
  });
}

void DistributedHerder::replay(const std::string& connector, ReplayRequest request,
                               Callback<ReplayOutcome> done) {
  core_->post([core = core_.get(), connector, request = std::move(request),
               done = std::move(done)]() mutable {
    const HerderDesk& desk = core->desk();
    const store::ConnectorEntry* entry = desk.entry(connector);
    if (entry == nullptr) return done(connector_not_found(connector));
    desk.admin.replay(connector, entry->config, std::move(request), desk.scheduler.guarded(std::move(done)));
  });
}

void DistributedHerder::signal(const std::string& connector, std::string signal, Callback<std::string> done) {
  core_->post([core = core_.get(), connector, signal = std::move(signal), done = std::move(done)]() mutable {
    const HerderDesk& desk = core->desk();
    const store::ConnectorEntry* entry = desk.entry(connector);
    if (entry == nullptr) return done(connector_not_found(connector));
    desk.admin.signal(connector, entry->config, std::move(signal), desk.scheduler.guarded(std::move(done)));
  });
}

void DistributedHerder::validate(RawConfig config, Callback<ConfigChecks> done) {
  core_->post([core = core_.get(), config = std::move(config), done = std::move(done)]() mutable {
    core->desk().validation.validate(std::move(config), core->desk().scheduler.guarded(std::move(done)));
  });
}

void DistributedHerder::set_cluster_log_level(const std::string& logger, const std::string& level,
                                              Callback<Nothing> done) {
  core_->post([core = core_.get(), logger, level, done = std::move(done)] {
    core->desk().writes.write_plainly(
        [logger, level](store::ConfigStore& config, const LeaderWrites::Done& written) {
          config.put_logger_level(logger, level, written);
        },
        [done](const Status& status) {
          done(status.ok() ? Answer<Nothing>(Nothing{}) : LeaderWrites::refusal(status.error()));
        });
  });
}

void DistributedHerder::put_task_configs(const std::string& connector, std::vector<RawConfig> configs,
                                         InternalRequest request, Callback<Nothing> done) {
  core_->post([core = core_.get(), connector, configs = std::move(configs), request = std::move(request),
               done = std::move(done)]() mutable {
    core->put_task_configs(connector, std::move(configs), request, std::move(done));
  });
}

void DistributedHerder::fence_zombies(const std::string& connector, InternalRequest request,
                                      Callback<Nothing> done) {
  core_->post(
      [core = core_.get(), connector, request = std::move(request), done = std::move(done)]() mutable {
        core->fence_zombies(connector, request, std::move(done));
      });
}

}  // namespace sluice::cluster
