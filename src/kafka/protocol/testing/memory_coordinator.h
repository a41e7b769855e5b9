#pragma once
// Brokers without disks, for tests and the simulator: they speak the real bytes on a MemoryNetwork, keep
// groups (MemoryGroup) and fence transactional ids. One of them is the coordinator of everything; groups
// outlive it. On the scheduler's thread.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kafka/protocol/frame.h"
#include "kafka/protocol/testing/memory_group.h"
#include "kafka/protocol/testing/memory_network.h"

namespace sluice::kafka::protocol::testing {

class MemoryCoordinator {
 public:
  /// Everything outlives this. `brokers` may not be empty; the first is the coordinator.
  MemoryCoordinator(MemoryNetwork& network, Scheduler& scheduler, Random& random,
                    std::vector<BrokerAddress> brokers, MemoryGroupOptions options = {});
  ~MemoryCoordinator();

  const std::vector<BrokerAddress>& brokers() const { return brokers_; }
  /// Null while nobody has asked for it.
  const MemoryGroup* group(const std::string& name) const;
  /// How often the transactional id was fenced.
  int fenced(const std::string& transactional_id) const;

  // --- faults ------------------------------------------------------------------------------------------
  /// The next `count` requests of this api are answered with `error_code`.
  void fail_next(int16_t api_key, int16_t error_code, int count = 1);
  /// The next `count` requests of this api are never answered.
  void ignore_next(int16_t api_key, int count = 1) { ignored_[api_key] = count; }
  /// Brokers from here on know no versions above these (by api key); "old brokers".
  void set_max_version(int16_t api_key, int16_t version) { max_versions_[api_key] = version; }
  /// Another broker takes over, with the groups as they are.
  void move_coordinator(size_t broker);
  void stop_broker(size_t broker);
  void start_broker(size_t broker);
  /// As a broker that lost its disk.
  void forget_groups() { groups_.clear(); }

 private:
  class Broker;
  struct Request {
    RequestHeader header;
    std::string body;
    size_t broker = 0;
    uint64_t connection = 0;
  };

  void handle(Request request);
  template <typename Message>
  void answer(const Request& request, const typename Message::Response& response);
  template <typename Message, typename Handler>
  bool dispatch(const Request& request, Handler handler);
  void answer_versions(const Request& request);
  FindCoordinatorResponse find_coordinator(const FindCoordinatorRequest& request, int16_t version) const;
  MetadataResponse metadata() const;
  void handle_group_request(const Request& request);
  void describe(const Request& request, const DescribeGroupsRequest& message);
  InitProducerIdResponse init_producer_id(const InitProducerIdRequest& request);
  MemoryGroup& group_of(const std::string& name);
  int16_t max_version(const ApiInfo& api) const;
  int16_t planned_failure(int16_t api_key);

  MemoryNetwork& network_;
  Scheduler& scheduler_;
  Random& random_;
  const std::vector<BrokerAddress> brokers_;
  const MemoryGroupOptions options_;
  std::vector<std::unique_ptr<Broker>> listeners_;
  size_t coordinator_ = 0;
  std::map<std::string, std::unique_ptr<MemoryGroup>> groups_;
  std::map<std::string, int> fenced_;
  std::map<int16_t, std::deque<int16_t>> failures_;
  std::map<int16_t, int> ignored_;
  std::map<int16_t, int16_t> max_versions_;
};

}  // namespace sluice::kafka::protocol::testing
