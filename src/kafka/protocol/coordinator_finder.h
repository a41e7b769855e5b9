#pragma once
// Asks brokers which of them coordinates a group or a transactional id. On the scheduler's thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kafka/protocol/broker_client.h"

namespace sluice::kafka::protocol {

enum class CoordinatorType : int8_t { kGroup = 0, kTransaction = 1 };

class CoordinatorFinder {
 public:
  using Done = std::function<void(Result<BrokerAddress>)>;
  /// `bootstrap` may not be empty.
  CoordinatorFinder(const std::vector<BrokerAddress>& bootstrap, BrokerClientConfig config,
                    const Surroundings& surroundings);

  /// One round over the brokers known: a silent one is joined by the next after a second. Kind kRetry: no
  /// broker can be reached, or none is coordinator at the moment; any other: trying again would not help.
  /// `done` is called once, never before this returns, and not at all after close().
  void find(CoordinatorType type, const std::string& key, std::chrono::milliseconds timeout, Done done);
  /// Forgets the searches and closes the connections.
  void close();

 private:
  struct Search {
    CoordinatorType type;
    std::string key;
    int64_t deadline_ms;
    Done done;
    std::vector<BrokerAddress> brokers;  // the one to begin with first
    size_t asked = 0;
    size_t silent = 0;
    bool over = false;
  };
  using SearchPointer = std::shared_ptr<Search>;

  void ask_next(const SearchPointer& search);
  void on_answer(const SearchPointer& search, const BrokerAddress& broker,
                 const Result<FindCoordinatorResponse>& answer);
  void end(Search& search, Result<BrokerAddress> result);
  BrokerClient& client_of(const BrokerAddress& broker);
  void begin_after(const BrokerAddress& broker, size_t step);
  void learn_brokers(BrokerClient& client);

  const BrokerClientConfig config_;
  const Surroundings surroundings_;
  const std::vector<BrokerAddress> bootstrap_;
  std::vector<BrokerAddress> brokers_;  // the bootstrap ones and those that a broker named
  size_t next_;                         // the one of brokers_ to begin with
  std::map<std::pair<std::string, uint16_t>, std::unique_ptr<BrokerClient>> clients_;
  int64_t learn_next_ms_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::kafka::protocol
