#include "kafka/protocol/testing/memory_coordinator.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "kafka/protocol/error_codes.h"

namespace sluice::kafka::protocol::testing {
namespace {

constexpr int16_t kFirstVersionWithManyKeys = 4;

template <typename... Requests>
void list_apis(ApiVersionsResponse& response, const std::tuple<Requests...>* /*type*/) {
  (response.api_keys.push_back({Requests::kApi.key, Requests::kApi.min_version, Requests::kApi.max_version}),
   ...);
}

}  // namespace

// One broker's connections. As Kafka's: the requests of a connection are handled one after the other.
class MemoryCoordinator::Broker final : public MemoryListener {
 public:
  Broker(MemoryCoordinator& owner, size_t index) : owner_(owner), index_(index) {}

  void opened(uint64_t connection) override { connections_.try_emplace(connection); }
  void closed(uint64_t connection) override { connections_.erase(connection); }
  void close_all() { connections_.clear(); }

  void received(uint64_t connection, BytesView bytes) override {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return;
    found->second.splitter.append(bytes);
    while (const auto frame = found->second.splitter.next()) found->second.waiting.emplace_back(*frame);
    if (found->second.splitter.broken()) return end(connection);
    handle_next(connection);
  }

  /// The request under way is done.
  void answered(uint64_t connection, std::string frame) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return;
    owner_.network_.write(connection, std::move(frame));
    found->second.busy = false;
    handle_next(connection);
  }

  void end(uint64_t connection) {
    connections_.erase(connection);
    owner_.network_.close(connection);
  }

 private:
  struct Connection {
    FrameSplitter splitter;
    std::deque<std::string> waiting;
    bool busy = false;
  };

  void handle_next(uint64_t connection) {
    const auto found = connections_.find(connection);
    if (found == connections_.end() || found->second.busy || found->second.waiting.empty()) return;
    const std::string frame = std::move(found->second.waiting.front());
    found->second.waiting.pop_front();
    const auto header = read_request_header(frame);
    if (!header) return end(connection);
    found->second.busy = true;
    owner_.handle({*header, frame.substr(header->size), index_, connection});
  }

  MemoryCoordinator& owner_;
  const size_t index_;
  std::map<uint64_t, Connection> connections_;
};

MemoryCoordinator::MemoryCoordinator(MemoryNetwork& network, Scheduler& scheduler, Random& random,
                                     std::vector<BrokerAddress> brokers, MemoryGroupOptions options)
    : network_(network),
      scheduler_(scheduler),
      random_(random),
      brokers_(std::move(brokers)),
      options_(options) {
  SLUICE_CHECK(!brokers_.empty(), "a cluster has a broker");
  for (size_t i = 0; i < brokers_.size(); ++i) {
    listeners_.push_back(std::make_unique<Broker>(*this, i));
    start_broker(i);
  }
}

MemoryCoordinator::~MemoryCoordinator() {
  for (const BrokerAddress& broker : brokers_) network_.unlisten(broker);
}

const MemoryGroup* MemoryCoordinator::group(const std::string& name) const {
  const auto found = groups_.find(name);
  return found == groups_.end() ? nullptr : found->second.get();
}

int MemoryCoordinator::fenced(const std::string& transactional_id) const {
  const auto found = fenced_.find(transactional_id);
  return found == fenced_.end() ? 0 : found->second;
}

void MemoryCoordinator::fail_next(int16_t api_key, int16_t error_code, int count) {
  auto& planned = failures_[api_key];
  planned.insert(planned.end(), static_cast<size_t>(count), error_code);
}

void MemoryCoordinator::move_coordinator(size_t broker) {
  coordinator_ = broker;
  for (const auto& [name, group] : groups_) group->moved();
}

void MemoryCoordinator::stop_broker(size_t broker) {
  listeners_[broker]->close_all();
  network_.unlisten(brokers_[broker]);
}

void MemoryCoordinator::start_broker(size_t broker) {
  network_.listen(brokers_[broker], *listeners_[broker]);
}

MemoryGroup& MemoryCoordinator::group_of(const std::string& name) {
  auto& group = groups_[name];
  if (group == nullptr) group = std::make_unique<MemoryGroup>(name, options_, scheduler_, random_);
  return *group;
}

int16_t MemoryCoordinator::max_version(const ApiInfo& api) const {
  const auto found = max_versions_.find(api.key);
  return found == max_versions_.end() ? api.max_version : found->second;
}

int16_t MemoryCoordinator::planned_failure(int16_t api_key) {
  auto& planned = failures_[api_key];
  if (planned.empty()) return kNoError;
  const int16_t code = planned.front();
  planned.pop_front();
  return code;
}

template <typename Message>
void MemoryCoordinator::answer(const Request& request, const typename Message::Response& response) {
  listeners_[request.broker]->answered(
      request.connection,
      response_frame(response, request.header.api_version, request.header.correlation_id));
}

// Decodes the request if it is a `Message`, and hands it on unless a fault was asked for.
template <typename Message, typename Handler>
bool MemoryCoordinator::dispatch(const Request& request, Handler handler) {
  if (request.header.api_key != Message::kApi.key) return false;
  const int16_t version = request.header.api_version;
  auto message = decode_body<Message>(request.body, version);
  if (version < Message::kApi.min_version || version > max_version(Message::kApi) || !message.ok()) {
    listeners_[request.broker]->end(request.connection);
    return true;
  }
  int& ignored = ignored_[Message::kApi.key];
  if (ignored > 0) {
    --ignored;
    return true;
  }
  handler(std::move(message).value());
  return true;
}

void MemoryCoordinator::answer_versions(const Request& request) {
  ApiVersionsResponse response;
  list_apis(response, static_cast<const AllRequests*>(nullptr));
  for (auto& api : response.api_keys) {
    const auto limit = max_versions_.find(api.api_key);
    if (limit != max_versions_.end()) api.max_version = limit->second;
  }
  int16_t version = request.header.api_version;
  if (version > max_version(ApiVersionsRequest::kApi)) {
    response.error_code = kUnsupportedVersion;
    version = 0;
  }
  listeners_[request.broker]->answered(request.connection,
                                       response_frame(response, version, request.header.correlation_id));
}

FindCoordinatorResponse MemoryCoordinator::find_coordinator(const FindCoordinatorRequest& request,
                                                            int16_t version) const {
  const BrokerAddress& address = brokers_[coordinator_];
  FindCoordinatorResponse response;
  if (version < kFirstVersionWithManyKeys) {
    response.node_id = static_cast<int32_t>(coordinator_);
    response.host = address.host;
    response.port = address.port;
    return response;
  }
  for (const std::string& key : request.coordinator_keys) {
    response.coordinators.push_back(
        {key, static_cast<int32_t>(coordinator_), address.host, address.port, kNoError, ""});
  }
  return response;
}

MetadataResponse MemoryCoordinator::metadata() const {
  MetadataResponse response;
  response.cluster_id = "memory";
  response.controller_id = 0;
  for (size_t i = 0; i < brokers_.size(); ++i) {
    response.brokers.push_back({static_cast<int32_t>(i), brokers_[i].host, brokers_[i].port, std::nullopt});
  }
  return response;
}

InitProducerIdResponse MemoryCoordinator::init_producer_id(const InitProducerIdRequest& request) {
  InitProducerIdResponse response;
  response.producer_id = 1;
  response.producer_epoch = static_cast<int16_t>(++fenced_[request.transactional_id.value_or("")]);
  return response;
}

void MemoryCoordinator::handle(Request request) {
  if (request.header.api_key == ApiVersionsRequest::kApi.key) return answer_versions(request);
  const int16_t version = request.header.api_version;
  const bool known =
      dispatch<MetadataRequest>(
          request, [&](const auto& /*message*/) { answer<MetadataRequest>(request, metadata()); }) ||
      dispatch<FindCoordinatorRequest>(request, [&](const auto& message) {
        auto response = find_coordinator(message, version);
        const int16_t failure = planned_failure(FindCoordinatorRequest::kApi.key);
        response.error_code = failure;
        for (auto& one : response.coordinators) one.error_code = failure;
        answer<FindCoordinatorRequest>(request, response);
      });
  if (!known) handle_group_request(request);
}

// What only the coordinator answers.
void MemoryCoordinator::handle_group_request(const Request& request) {
  const int16_t version = request.header.api_version;
  const bool elsewhere = request.broker != coordinator_;
  const auto refuse = [&]<typename Message>() {
    const int16_t planned = planned_failure(Message::kApi.key);
    const int16_t code = planned != kNoError ? planned : elsewhere ? kNotCoordinator : kNoError;
    if (code == kNoError) return false;
    typename Message::Response response;
    response.error_code = code;
    answer<Message>(request, response);
    return true;
  };
  const bool known =
      dispatch<JoinGroupRequest>(request,
                                 [&](const auto& message) {
                                   if (refuse.template operator()<JoinGroupRequest>()) return;
                                   group_of(message.group_id)
                                       .join(message, version, request.header.client_id.value_or(""),
                                             [this, request](const JoinGroupResponse& response) {
                                               answer<JoinGroupRequest>(request, response);
                                             });
                                 }) ||
      dispatch<SyncGroupRequest>(request,
                                 [&](const auto& message) {
                                   if (refuse.template operator()<SyncGroupRequest>()) return;
                                   group_of(message.group_id)
                                       .sync(message, version,
                                             [this, request](const SyncGroupResponse& response) {
                                               answer<SyncGroupRequest>(request, response);
                                             });
                                 }) ||
      dispatch<HeartbeatRequest>(request,
                                 [&](const auto& message) {
                                   if (refuse.template operator()<HeartbeatRequest>()) return;
                                   answer<HeartbeatRequest>(request,
                                                            group_of(message.group_id).heartbeat(message));
                                 }) ||
      dispatch<LeaveGroupRequest>(request,
                                  [&](const auto& message) {
                                    if (refuse.template operator()<LeaveGroupRequest>()) return;
                                    answer<LeaveGroupRequest>(
                                        request, group_of(message.group_id).leave(message, version));
                                  }) ||
      dispatch<InitProducerIdRequest>(request,
                                      [&](const auto& message) {
                                        if (refuse.template operator()<InitProducerIdRequest>()) return;
                                        answer<InitProducerIdRequest>(request, init_producer_id(message));
                                      }) ||
      dispatch<DescribeGroupsRequest>(request, [&](const auto& message) { describe(request, message); });
  if (!known) listeners_[request.broker]->end(request.connection);
}

void MemoryCoordinator::describe(const Request& request, const DescribeGroupsRequest& message) {
  const int16_t planned = planned_failure(DescribeGroupsRequest::kApi.key);
  const bool elsewhere = request.broker != coordinator_;
  DescribeGroupsResponse response;
  for (const std::string& name : message.groups) {
    const MemoryGroup* known = group(name);
    DescribeGroupsResponse::Group described;
    if (planned != kNoError || elsewhere) {
      described.error_code = planned != kNoError ? planned : kNotCoordinator;
    } else if (known != nullptr) {
      described = known->describe();
    } else {
      described.group_state = "Dead";
    }
    described.group_id = name;
    response.groups.push_back(std::move(described));
  }
  answer<DescribeGroupsRequest>(request, response);
}

}  // namespace sluice::kafka::protocol::testing
