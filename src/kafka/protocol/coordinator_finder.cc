#include "kafka/protocol/coordinator_finder.h"

#include <algorithm>
#include <cstddef>

#include "base/check.h"
#include "kafka/protocol/error_codes.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{1'000};
constexpr int64_t kLearnIntervalMs = 60'000;
constexpr milliseconds kLearnTimeout{30'000};

struct Answer {
  int16_t error_code = 0;
  std::string message;
  BrokerAddress address;
};

std::string_view noun_of(CoordinatorType type) {
  return type == CoordinatorType::kGroup ? "group" : "transactional id";
}

// One key was asked for, in whatever version.
Answer answer_of(const FindCoordinatorResponse& response) {
  if (response.coordinators.empty()) {
    return {response.error_code,
            response.error_message.value_or(""),
            {response.host, static_cast<uint16_t>(response.port)}};
  }
  const auto& one = response.coordinators.front();
  return {one.error_code, one.error_message.value_or(""), {one.host, static_cast<uint16_t>(one.port)}};
}

}  // namespace

CoordinatorFinder::CoordinatorFinder(const std::vector<BrokerAddress>& bootstrap, BrokerClientConfig config,
                                     const Surroundings& surroundings)
    : config_(std::move(config)), surroundings_(surroundings), bootstrap_(bootstrap), brokers_(bootstrap) {
  SLUICE_CHECK(!brokers_.empty(), "bootstrap brokers");
  next_ = surroundings_.random.number() % brokers_.size();
}

void CoordinatorFinder::find(CoordinatorType type, const std::string& key, milliseconds timeout, Done done) {
  auto search = std::make_shared<Search>(
      Search{type, key, surroundings_.clock.steady_ms() + timeout.count(), std::move(done), {}});
  search->brokers = brokers_;
  std::rotate(search->brokers.begin(), search->brokers.begin() + static_cast<ptrdiff_t>(next_),
              search->brokers.end());
  ask_next(search);
}

BrokerClient& CoordinatorFinder::client_of(const BrokerAddress& broker) {
  auto& client = clients_[{broker.host, broker.port}];
  if (client == nullptr) client = std::make_unique<BrokerClient>(broker, config_, surroundings_);
  return *client;
}

void CoordinatorFinder::ask_next(const SearchPointer& search) {
  if (search->over || search->asked == search->brokers.size()) return;
  const BrokerAddress broker = search->brokers[search->asked++];
  ++search->silent;
  const milliseconds timeout(std::max<int64_t>(0, search->deadline_ms - surroundings_.clock.steady_ms()));
  FindCoordinatorRequest request;
  request.key = search->key;
  request.key_type = static_cast<int8_t>(search->type);
  request.coordinator_keys = {search->key};
  client_of(broker).send(std::move(request), timeout,
                         [this, search, broker](const Result<FindCoordinatorResponse>& answer) {
                           on_answer(search, broker, answer);
                         });
  surroundings_.scheduler.post_after(kPatience, [this, search, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) ask_next(search);
  });
}

void CoordinatorFinder::on_answer(const SearchPointer& search, const BrokerAddress& broker,
                                  const Result<FindCoordinatorResponse>& answer) {
  if (search->over) return;
  --search->silent;
  if (answer.ok()) {
    begin_after(broker, 0);
    learn_brokers(client_of(broker));
    const Answer found = answer_of(answer.value());
    if (found.error_code == kNoError) return end(*search, found.address);
    return end(*search, error_of(found.error_code, fmt::format("Cannot find the coordinator of {} {}",
                                                               noun_of(search->type), search->key)));
  }
  begin_after(broker, 1);
  if (answer.error().kind() != ErrorKind::kRetry) return end(*search, answer.error());
  if (search->asked < search->brokers.size()) return ask_next(search);
  if (search->silent == 0) end(*search, answer.error());
}

void CoordinatorFinder::end(Search& search, Result<BrokerAddress> result) {
  search.over = true;
  const Done done = std::move(search.done);
  done(std::move(result));
}

void CoordinatorFinder::begin_after(const BrokerAddress& broker, size_t step) {
  const auto found = std::find(brokers_.begin(), brokers_.end(), broker);
  next_ = (static_cast<size_t>(found - brokers_.begin()) + step) % brokers_.size();
}

// The bootstrap brokers may all be gone one day; whoever answers knows the others.
void CoordinatorFinder::learn_brokers(BrokerClient& client) {
  const int64_t now_ms = surroundings_.clock.steady_ms();
  if (now_ms < learn_next_ms_) return;
  learn_next_ms_ = now_ms + kLearnIntervalMs;
  MetadataRequest request;
  request.topics.emplace();
  client.send(std::move(request), kLearnTimeout, [this](const Result<MetadataResponse>& answer) {
    if (!answer.ok()) return;
    const BrokerAddress first = brokers_[next_];
    brokers_ = bootstrap_;
    for (const auto& broker : answer.value().brokers) {
      const BrokerAddress address{broker.host, static_cast<uint16_t>(broker.port)};
      if (std::find(brokers_.begin(), brokers_.end(), address) == brokers_.end()) brokers_.push_back(address);
    }
    begin_after(first, 0);
  });
}

void CoordinatorFinder::close() {
  for (const auto& [address, client] : clients_) client->close();
  alive_ = std::make_shared<bool>(true);
}

}  // namespace sluice::kafka::protocol
