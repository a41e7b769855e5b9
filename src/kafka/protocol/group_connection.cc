#include "kafka/protocol/group_connection.h"

#include "base/log.h"

namespace sluice::kafka::protocol {
namespace {

BrokerClientConfig client_config_of(const GroupMemberConfig& config) {
  BrokerClientConfig made;
  made.client_id = config.client_id;
  made.sasl = config.sasl;
  made.reconnect_backoff = config.reconnect_backoff;
  made.reconnect_backoff_max = config.reconnect_backoff_max;
  return made;
}

}  // namespace

GroupConnection::GroupConnection(const GroupMemberConfig& config, const Surroundings& surroundings,
                                 GroupConnectionCallbacks callbacks)
    : config_(config),
      surroundings_(surroundings),
      callbacks_(std::move(callbacks)),
      client_config_(client_config_of(config)),
      finder_(config.bootstrap, client_config_, surroundings) {}

void GroupConnection::find() {
  if (stage_ != Stage::kUnknown) return;
  stage_ = Stage::kFinding;
  const uint64_t search = ++search_;
  if (attempt_ == 0) return ask();
  const auto wait = backoff(config_.retry_backoff, config_.retry_backoff_max, attempt_, surroundings_.random);
  surroundings_.scheduler.post_after(wait, [this, search, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired() && search == search_) ask();
  });
}

void GroupConnection::ask() {
  finder_.find(CoordinatorType::kGroup, config_.group_id, config_.request_timeout,
               [this, search = search_](const Result<BrokerAddress>& coordinator) {
                 if (search == search_) on_answer(coordinator);
               });
}

void GroupConnection::on_answer(const Result<BrokerAddress>& coordinator) {
  coordinator.ok() ? connect(coordinator.value()) : try_again(coordinator.error());
}

std::unique_ptr<BrokerClient> GroupConnection::new_client(const BrokerAddress& address) const {
  return std::make_unique<BrokerClient>(address, client_config_, surroundings_);
}

void GroupConnection::connect(const BrokerAddress& coordinator) {
  // The same coordinator as before keeps its reconnect back-off.
  if (joining_ == nullptr || joining_->address() != coordinator) {
    joining_ = new_client(coordinator);
    heartbeats_ = new_client(coordinator);
    heartbeats_->on_down([this](const Error& reason) { gone(reason); });
  }
  const auto both = std::make_shared<int>(2);
  const auto on_ready = [this, both, search = search_](const Status& status) {
    if (search != search_ || stage_ != Stage::kFinding) return;
    if (!status.ok()) return try_again(status.error());
    if (--*both > 0) return;
    stage_ = Stage::kReady;
    log::info("[Group {}] Discovered group coordinator {}:{}", config_.group_id, joining_->address().host,
              joining_->address().port);
    callbacks_.on_found();
  };
  joining_->when_ready(config_.request_timeout, on_ready);
  heartbeats_->when_ready(config_.request_timeout, on_ready);
}

void GroupConnection::try_again(const Error& error) {
  ++search_;
  stage_ = Stage::kUnknown;
  if (error.kind() != ErrorKind::kRetry) return callbacks_.on_fatal(error);
  log::debug("[Group {}] Coordinator discovery failed: {}", config_.group_id, error.message());
  attempt_ = ++failures_;
  find();
}

void GroupConnection::gone(const Error& reason) {
  if (stage_ != Stage::kReady) return;
  stage_ = Stage::kUnknown;
  ++search_;
  attempt_ = failures_++;
  const std::weak_ptr<bool> alive = alive_;
  joining_->fail(reason);
  if (alive.expired()) return;
  heartbeats_->fail(reason);
  if (alive.expired()) return;
  reason.kind() == ErrorKind::kRetry ? callbacks_.on_gone(reason) : callbacks_.on_fatal(reason);
}

void GroupConnection::close(const Error& reason) {
  stage_ = Stage::kUnknown;
  ++search_;
  works();
  finder_.close();
  const std::weak_ptr<bool> alive = alive_;
  if (joining_ != nullptr) joining_->fail(reason);
  if (!alive.expired() && heartbeats_ != nullptr) heartbeats_->fail(reason);
}

}  // namespace sluice::kafka::protocol
