#include "sim_worker.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace sluice::sim {
namespace {

using cluster::Answer;
using cluster::Nothing;
using cluster::RawConfig;
using cluster::RequestError;
using cluster::RequestProblem;

constexpr milliseconds kLogDelay{1};

int32_t status_of(RequestProblem problem) {
  switch (problem) {
    case RequestProblem::kBadRequest:
      return 400;
    case RequestProblem::kForbidden:
      return 403;
    case RequestProblem::kNotFound:
      return 404;
    case RequestProblem::kInternal:
      return 500;
    case RequestProblem::kUnavailable:
      return 503;
    default:
      return 409;
  }
}

std::vector<RawConfig> configs_of(const std::string& body) {
  std::vector<RawConfig> configs;
  for (const auto& object : nlohmann::json::parse(body)) {
    RawConfig& config = configs.emplace_back();
    for (const auto& [key, value] : object.items())
      config[key] = value.is_null() ? std::nullopt : std::optional(value.get<std::string>());
  }
  return configs;
}

kafka::protocol::GroupMemberConfig member_config(const Surroundings& around,
                                                 const cluster::HerderOptions& options) {
  kafka::protocol::GroupMemberConfig config;
  config.bootstrap = around.bootstrap;
  config.group_id = options.group_id;
  config.client_id = "connect-" + options.worker_id;
  config.session_timeout = options.session_timeout;
  config.heartbeat_interval = options.heartbeat_interval;
  return config;
}

WorkOptions work_options(const cluster::HerderOptions& options) {
  return {.exactly_once = options.exactly_once == cluster::ExactlyOnceSources::kEnabled,
          .stop_timeout_ms = options.task_stop_timeout.count()};
}

}  // namespace

void SimAdmin::fence_tasks(const std::string& connector, const RawConfig&, int32_t count,
                           cluster::Callback<Nothing> done) {
  if (!reach_.reaches(process_.name(), kBroker)) {
    process_.post_after(milliseconds(3'000), [done] {
      done(RequestError{RequestProblem::kInternal, "The brokers cannot be reached", {}});
    });
    return;
  }
  world_.at(reach_.latency_ms(), [&ledger = ledger_, process = process_.handle(), connector, count, done] {
    for (int32_t task = 0; task < count; ++task) ledger.fence({connector, task});
    if (const auto living = process.lock()) (*living)->post([done] { done(Nothing{}); });
  });
}

SimWorker::SimWorker(const Surroundings& around, const std::string& name,
                     const cluster::HerderOptions& options)
    : process_(around.world, name),
      brokers_(process_, around.brokers),
      peers_(around.peers, process_),
      work_(around.world, process_, around.reach, around.ledger, work_options(options)),
      admin_(around.world, process_, around.reach, around.ledger),
      config_log_(
          around.config_topic, process_,
          [this](std::span<const kafka::LogRecord> records) { herder_.consume_config(records); }, kLogDelay),
      status_log_(
          around.status_topic, process_,
          [this](std::span<const kafka::LogRecord> records) { herder_.consume_statuses(records); },
          kLogDelay),
      ledger_(around.ledger),
      herder_(options,
              {process_, process_, process_, config_log_, status_log_, peers_, work_, catalogue_, admin_,
               [this, config = member_config(around, options)](kafka::protocol::GroupListener& listener) {
                 return kafka::protocol::make_group_member(config, brokers_, process_, process_, process_,
                                                           listener);
               }},
              [this](const Error& error) { fatal_ = error.message(); }) {
  set_broker_reachable(around.reach.reaches(name, kBroker));
  peers_.listen([this](const cluster::PeerRequest& request, const SimPeers::Respond& respond) {
    answer(request, respond);
  });
  process_.post([this] { herder_.start(); });
}

SimWorker::~SimWorker() { peers_.close(); }

void SimWorker::shut_down(std::function<void()> gone) {
  leaving_ = true;
  process_.post([this, gone = std::move(gone)] { herder_.shut_down(gone); });
}

void SimWorker::set_broker_reachable(bool reachable) {
  config_log_.set_connected(reachable);
  status_log_.set_connected(reachable);
}

void SimWorker::set_log_delay(milliseconds delay) {
  config_log_.set_delay(delay + kLogDelay);
  status_log_.set_delay(delay + kLogDelay);
}

void SimWorker::answer(const cluster::PeerRequest& request, const SimPeers::Respond& respond) {
  static const std::string kCollection = "/connectors/";
  const size_t start = request.url.find(kCollection) + kCollection.size();
  const std::string connector = request.url.substr(start, request.url.find('/', start) - start);
  cluster::InternalRequest internal;
  if (!request.algorithm.empty()) internal.algorithm = request.algorithm;
  if (!request.signature.empty()) internal.signature = request.signature;
  internal.body = request.body;
  const auto done = [respond](const Answer<Nothing>& answer) {
    const auto* error = std::get_if<RequestError>(&answer);
    if (error == nullptr) return respond({204, {}});
    respond({status_of(error->problem), nlohmann::json{{"message", error->message}}.dump()});
  };
  if (request.method == "PUT")
    herder_.fence_zombies(connector, internal, done);
  else
    herder_.put_task_configs(connector, configs_of(request.body), internal, done);
}

}  // namespace sluice::sim
