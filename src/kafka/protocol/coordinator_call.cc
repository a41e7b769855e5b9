#include "kafka/protocol/coordinator_call.h"

#include <fmt/core.h>

#include <algorithm>

#include "kafka/protocol/error_codes.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;

bool is_worth_another_try(int16_t code) {
  return code == kCoordinatorLoadInProgress || code == kCoordinatorNotAvailable || code == kNotCoordinator ||
         code == kConcurrentTransactions;
}

}  // namespace

CoordinatorCalls::CoordinatorCalls(const ConnectionSettings& settings, const Surroundings& surroundings)
    : settings_(settings),
      surroundings_(surroundings),
      finder_(settings.bootstrap, settings.broker_client(), surroundings) {}

milliseconds CoordinatorCalls::time_left(const Attempt& attempt) const {
  const int64_t left_ms = attempt.deadline_ms - surroundings_.clock.steady_ms();
  return std::clamp(milliseconds(left_ms), milliseconds(0), settings_.request_timeout);
}

BrokerClient& CoordinatorCalls::client_of(const BrokerAddress& address) {
  auto& client = clients_[{address.host, address.port}];
  if (client == nullptr) {
    client = std::make_unique<BrokerClient>(address, settings_.broker_client(), surroundings_);
  }
  return *client;
}

void CoordinatorCalls::start(const AttemptPointer& attempt) {
  finder_.find(attempt->type, attempt->key, time_left(*attempt),
               [this, attempt](const Result<BrokerAddress>& coordinator) {
                 if (!coordinator.ok()) return again(attempt, coordinator.error());
                 attempt->send(client_of(coordinator.value()));
               });
}

void CoordinatorCalls::on_error_code(const AttemptPointer& attempt, int16_t code) {
  const Error error = error_of(code, attempt->what);
  is_worth_another_try(code) ? again(attempt, error) : attempt->fail(error);
}

void CoordinatorCalls::again(const AttemptPointer& attempt, const Error& error) {
  const auto wait = backoff(settings_.retry_backoff, settings_.retry_backoff_max, ++attempt->failures,
                            surroundings_.random);
  const int64_t then_ms = surroundings_.clock.steady_ms() + wait.count();
  if (error.kind() != ErrorKind::kRetry) return attempt->fail(error.with_context(attempt->what));
  if (then_ms >= attempt->deadline_ms) {
    return attempt->fail(error.wrap(
        ErrorKind::kRetry, fmt::format("{}: out of time after {} tries", attempt->what, attempt->failures)));
  }
  surroundings_.scheduler.post_after(wait, [this, attempt, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) start(attempt);
  });
}

}  // namespace sluice::kafka::protocol
