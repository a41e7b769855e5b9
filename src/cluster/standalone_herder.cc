#include "cluster/standalone_herder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "cluster/connector_validation.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kFirstRetryMs = 250;
constexpr int64_t kRetryMsMax = 60'000;

milliseconds retry_delay(int failures) {
  return milliseconds(std::min(kFirstRetryMs << std::min(failures, 20), kRetryMsMax));
}

}  // namespace

StandaloneHerder::StandaloneHerder(tasks::WorkerOptions options, const plugins::Plugins& plugins,
                                   store::OffsetStore& offsets, const Clock& clock)
    : worker_properties_(options.properties),
      plugins_(plugins),
      worker_(std::make_unique<tasks::Worker>(std::move(options), plugins, offsets, clock, status_)) {}

StandaloneHerder::~StandaloneHerder() {
  loop_.stop();
  worker_.reset();
}

Status StandaloneHerder::check(const sdk::Properties& config) const {
  const RawConfig raw(config.begin(), config.end());
  const auto checks = validate_connector({plugins_, worker_properties_}, raw);
  if (const auto* problem = std::get_if<RequestError>(&checks)) return bad_config(problem->message);
  if (const auto refusal = refusal_of(std::get<ConfigChecks>(checks))) return bad_config(refusal->message);
  const std::string& name = config.at("name");
  for (const std::string& key : unknown_keys(plugins_, raw)) {
    log::warn("Connector {}: unknown configuration key '{}' is ignored; is it misspelt?", name, key);
  }
  return {};
}

Status StandaloneHerder::create_connector(const sdk::Properties& config, tasks::TargetState target) {
  SLUICE_RETURN_IF_ERROR(check(config));
  const Done done = std::make_shared<std::promise<Status>>();
  auto outcome = done->get_future();
  loop_.post([this, config, target, done] { create(config, target, done); });
  return outcome.get();
}

void StandaloneHerder::create(const sdk::Properties& config, tasks::TargetState target, const Done& done) {
  const std::string& name = config.at("name");
  if (connectors_.contains(name)) {
    done->set_value(bad_config(fmt::format("Connector {} already exists", name)));
    return;
  }
  const auto reconfigure = [this](const std::string& connector) {
    loop_.post([this, connector] { request_tasks(connector, nullptr); });
  };
  const auto started = [this, name, target, done](const Status& status) {
    loop_.post([this, name, target, done, status] {
      if (!status.ok() || target != tasks::TargetState::kStarted) {
        done->set_value(status);
      } else {
        request_tasks(name, done);
      }
    });
  };
  const Status status = worker_->start_connector(name, config, target, reconfigure, started);
  if (!status.ok()) {
    done->set_value(status);
    return;
  }
  connectors_[name] = Connector{config, target, {}, 0};
}

/// `done` is null for reconfigurations, which nobody waits for.
void StandaloneHerder::request_tasks(const std::string& name, const Done& done) {
  worker_->task_configs(name, [this, name, done](tasks::ConnectorRunner::TaskConfigs configs) {
    loop_.post([this, name, done, configs = std::move(configs)]() mutable {
      take_tasks(name, std::move(configs), done);
    });
  });
}

void StandaloneHerder::take_tasks(const std::string& name, tasks::ConnectorRunner::TaskConfigs configs,
                                  const Done& done) {
  const auto found = connectors_.find(name);
  if (found == connectors_.end()) return;
  Connector& connector = found->second;
  if (!configs.ok() && configs.error().kind() == ErrorKind::kRetry) {
    const milliseconds delay = retry_delay(connector.failed_requests++);
    log::warn("Connector {} could not configure its tasks, trying again in {} ms: {}", name, delay.count(),
              configs.error().message());
    loop_.post_after(delay, [this, name, done] { request_tasks(name, done); });
    return;
  }
  connector.failed_requests = 0;
  const Status outcome = configs.ok() ? Status() : Status(configs.error());
  if (configs.ok() && (done || *configs != connector.task_configs)) {
    restart_tasks(name, std::move(configs).value());
  }
  if (done) done->set_value(outcome);
}

void StandaloneHerder::restart_tasks(const std::string& name, std::vector<sdk::Properties> configs) {
  Connector& connector = connectors_.at(name);
  std::vector<tasks::TaskId> old;
  for (size_t i = 0; i < connector.task_configs.size(); ++i) old.push_back({name, static_cast<int>(i)});
  worker_->stop_tasks(old);
  connector.task_configs = std::move(configs);
  for (size_t i = 0; i < connector.task_configs.size(); ++i) {
    worker_->start_task({name, static_cast<int>(i)}, connector.config, connector.task_configs[i],
                        connector.target);
  }
}

}  // namespace sluice::cluster
