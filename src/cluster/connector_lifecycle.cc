#include "cluster/connector_lifecycle.h"

#include <utility>

#include "base/log.h"
#include "cluster/backoff.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{60'000};

}  // namespace

void ConnectorLifecycle::start(const std::string& connector, Work::Done done) {
  reconfigurations_.erase(connector);
  local_.start_connector(connector, [this, connector, done = std::move(done)](const Status& status) {
    if (status.ok()) reconfigure(connector);
    if (done) done(status);
  });
}

void ConnectorLifecycle::restart(const std::string& connector, Work::Done done) {
  local_.stop_connector(connector, [this, connector, done = std::move(done)] { start(connector, done); });
}

void ConnectorLifecycle::follow_target(const std::string& connector) {
  const auto entry = config_.state().connectors.find(connector);
  if (entry == config_.state().connectors.end()) return;
  local_.set_target(connector, entry->second.target, [this, connector](const Status& status) {
    if (status.ok()) reconfigure(connector);
  });
}

void ConnectorLifecycle::reconfigure(const std::string& connector) {
  const auto entry = config_.state().connectors.find(connector);
  const bool is_wanted = entry != config_.state().connectors.end() &&
                         entry->second.target == store::TargetState::kStarted && local_.runs(connector);
  if (!is_wanted) {
    reconfigurations_.erase(connector);
    return;
  }
  const auto [found, is_new] = reconfigurations_.try_emplace(connector);
  if (!is_new) {
    found->second.again = true;
    return;
  }
  found->second.id = ++last_id_;
  generate(connector, found->second.id);
}

void ConnectorLifecycle::generate(const std::string& connector, uint64_t id) {
  const auto is_current = [this, connector, id] {
    const auto found = reconfigurations_.find(connector);
    return found != reconfigurations_.end() && found->second.id == id && local_.runs(connector);
  };
  if (!is_current()) return;
  local_.generate_task_configs(connector,
                               [this, connector, id, is_current](Result<std::vector<RawConfig>> configs) {
                                 if (!is_current()) return;
                                 if (!configs.ok()) {
                                   finish(connector, id, configs.error());
                                   return;
                                 }
                                 publisher_.publish(connector, std::move(configs).value(),
                                                    [this, connector, id, is_current](const Status& status) {
                                                      if (is_current()) finish(connector, id, status);
                                                    });
                               });
}

void ConnectorLifecycle::finish(const std::string& connector, uint64_t id, const Status& status) {
  Reconfiguration& current = reconfigurations_.at(connector);
  if (!status.ok() && status.error().kind() == ErrorKind::kRetry) {
    const milliseconds pause = backoff(current.failures++, kFirstPause, kLongestPause);
    log::info("Connector {} could not set its tasks' configurations, trying again in {} ms: {}", connector,
              pause.count(), status.error().message());
    scheduler_.post_after(pause, [this, connector, id] { generate(connector, id); });
    return;
  }
  const bool again = current.again;
  reconfigurations_.erase(connector);
  if (again) reconfigure(connector);
}

}  // namespace sluice::cluster
