#pragma once
// One request to one coordinator, tried until it succeeds, fails for good or runs out of time. On the
// scheduler's thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "kafka/protocol/connection_settings.h"
#include "kafka/protocol/coordinator_finder.h"

namespace sluice::kafka::protocol {

/// Everything that calls share: the finder and a connection to each coordinator.
class CoordinatorCalls {
 public:
  CoordinatorCalls(const ConnectionSettings& settings, const Surroundings& surroundings);

  /// `code_of` says what a response makes of the request. Codes 14, 15, 16 and 51 are tried again with
  /// Kafka's back-off, as are broken connections, until `deadline_ms` of the clock. `what` begins the error's
  /// text. `done` is called once, and not at all after the destructor.
  template <typename Request>
  void call(CoordinatorType type, const std::string& key, const Request& request,
            std::function<int16_t(const typename Request::Response&)> code_of, std::string what,
            int64_t deadline_ms, std::function<void(Result<typename Request::Response>)> done) {
    using Response = typename Request::Response;
    auto attempt = std::make_shared<Attempt>();
    attempt->type = type;
    attempt->key = key;
    attempt->what = std::move(what);
    attempt->deadline_ms = deadline_ms;
    attempt->fail = [done](const Error& error) { done(error); };
    attempt->send = [this, request, code_of = std::move(code_of), done,
                     weak = std::weak_ptr<Attempt>(attempt)](BrokerClient& client) {
      const auto self = weak.lock();
      client.send(request, time_left(*self), [this, self, code_of, done](const Result<Response>& response) {
        if (!response.ok()) return again(self, response.error());
        const int16_t code = code_of(response.value());
        code == 0 ? done(response.value()) : on_error_code(self, code);
      });
    };
    start(attempt);
  }

 private:
  struct Attempt {
    CoordinatorType type = CoordinatorType::kGroup;
    std::string key;
    std::string what;
    int64_t deadline_ms = 0;
    int failures = 0;
    std::function<void(BrokerClient&)> send;
    std::function<void(const Error&)> fail;
  };
  using AttemptPointer = std::shared_ptr<Attempt>;

  std::chrono::milliseconds time_left(const Attempt& attempt) const;
  void start(const AttemptPointer& attempt);
  void on_error_code(const AttemptPointer& attempt, int16_t code);
  /// After a back-off if that may help and there is time, else fails.
  void again(const AttemptPointer& attempt, const Error& error);
  BrokerClient& client_of(const BrokerAddress& address);

  const ConnectionSettings& settings_;
  const Surroundings surroundings_;
  CoordinatorFinder finder_;
  std::map<std::pair<std::string, uint16_t>, std::unique_ptr<BrokerClient>> clients_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::kafka::protocol
