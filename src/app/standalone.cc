#include "app/standalone.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <functional>
#include <future>

#include "app/connector_file.h"
#include "app/process.h"
#include "app/version.h"
#include "app/worker_file.h"
#include "base/log.h"
#include "cluster/event_loop.h"
#include "cluster/kafka_connector_admin.h"
#include "cluster/plugin_connectors.h"
#include "cluster/standalone_herder.h"
#include "cluster/worker_work.h"
#include "kafka/internal_topics.h"
#include "plugins/builtins.h"
#include "rest/rest_server.h"
#include "store/file_offset_store.h"
#include "tasks/connector_config.h"
#include "tasks/worker_config.h"

namespace sluice::app {
namespace {

using std::chrono::milliseconds;

constexpr int kWorkerFileWrong = 2;
constexpr int kConnectorFileWrong = 3;
constexpr size_t kErrandThreads = 4;
constexpr milliseconds kRestPatience{5'000};
constexpr milliseconds kClusterIdTimeout{3'000};
constexpr milliseconds kClusterIdPause{10'000};

/// Stable for this worker over restarts, and different for every other: two standalone workers that run a
/// connector of the same name share its consumer group.
std::string instance_prefix(const std::string& offsets_file) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::error_code ignored;
  // Absolute first: the canonical form of a relative name changes when the file comes into being.
  const auto file =
      std::filesystem::weakly_canonical(std::filesystem::absolute(offsets_file, ignored), ignored);
  return fmt::format("sluice-standalone-{:016x}",
                     std::hash<std::string>()(std::string(host.data()) + file.string()));
}

std::optional<cluster::InitialState> initial_state_of(tasks::TargetState target) {
  if (target == tasks::TargetState::kPaused) return cluster::InitialState::kPaused;
  if (target == tasks::TargetState::kStopped) return cluster::InitialState::kStopped;
  return std::nullopt;
}

/// A worker and everything that it is made of, in the order in which they depend on each other.
class StandaloneWorker {
 public:
  static Result<std::unique_ptr<StandaloneWorker>> start(tasks::WorkerOptions options);
  ~StandaloneWorker();
  StandaloneWorker(const StandaloneWorker&) = delete;
  StandaloneWorker& operator=(const StandaloneWorker&) = delete;

  Status create_connectors(const std::vector<std::string>& files);
  void set_ready() { herder_->set_ready(); }

 private:
  explicit StandaloneWorker(tasks::WorkerOptions options) : options_(std::move(options)) {
    plugins::register_builtins(plugins_);
  }
  void make_herder();
  void ask_cluster_id();

  tasks::WorkerOptions options_;
  plugins::Plugins plugins_;
  std::unique_ptr<store::FileOffsetStore> offsets_;
  std::unique_ptr<rest::RestServer> rest_;
  cluster::EventLoop loop_;  // from here on everything runs on it
  std::unique_ptr<cluster::Errands> errands_ = std::make_unique<cluster::Errands>(kErrandThreads);
  std::unique_ptr<cluster::PluginConnectors> catalogue_;
  std::unique_ptr<cluster::KafkaConnectorAdmin> connector_admin_;
  std::unique_ptr<cluster::WorkerWork> work_;
  std::unique_ptr<cluster::StandaloneHerder> herder_;
};

Result<std::unique_ptr<StandaloneWorker>> StandaloneWorker::start(tasks::WorkerOptions options) {
  auto worker = std::unique_ptr<StandaloneWorker>(new StandaloneWorker(std::move(options)));
  const std::string offsets_file = worker->options_.config.get_string("offset.storage.file.filename");
  worker->options_.instance_prefix = instance_prefix(offsets_file);
  SLUICE_ASSIGN_OR_RETURN(worker->offsets_, store::FileOffsetStore::open(offsets_file));
  SLUICE_ASSIGN_OR_RETURN(auto rest_options, rest::read_rest_options(worker->options_.properties));
  SLUICE_ASSIGN_OR_RETURN(worker->rest_, rest::RestServer::listen(std::move(rest_options)));
  worker->make_herder();
  return worker;
}

void StandaloneWorker::make_herder() {
  const sdk::Properties& properties = options_.properties;
  catalogue_ = std::make_unique<cluster::PluginConnectors>(cluster::PluginConnectors::Parts{
      plugins_, properties, {}, false, options_.transformer, *errands_, loop_});
  connector_admin_ = std::make_unique<cluster::KafkaConnectorAdmin>(cluster::KafkaConnectorAdmin::Parts{
      plugins_, properties, {}, false, options_.transformer, *offsets_, *errands_, loop_});
  work_ = std::make_unique<cluster::WorkerWork>(
      cluster::WorkerWork::Parts{options_, plugins_, *offsets_, system_clock(), loop_, *errands_,
                                 // As in Java: the connector may go on in another worker.
                                 cluster::Farewell::kLeave});
  herder_ = std::make_unique<cluster::StandaloneHerder>(
      cluster::StandaloneOptions{rest_->worker_id(), options_.config.get_boolean("topic.tracking.enable"),
                                 options_.config.get_boolean("topic.tracking.allow.reset")},
      cluster::StandaloneHerder::Parts{loop_, *work_, *catalogue_, *connector_admin_});
  ask_cluster_id();
  rest_->serve({.herder = herder_.get(),
                .plugins = &plugins_,
                .source_options = &tasks::source_connector_config(),
                .sink_options = &tasks::sink_connector_config(),
                .version = kConnectVersion,
                .commit = kConnectCommit});
}

/// In the background: nothing else here waits for the brokers.
void StandaloneWorker::ask_cluster_id() {
  errands_->run([this] {
    const auto admin = kafka::make_shared_admin(options_.properties);
    const auto id = admin.ok() ? (*admin)->cluster_id(kClusterIdTimeout) : Result<std::string>(admin.error());
    if (id.ok()) return herder_->set_kafka_cluster_id(*id);
    log::warn("Kafka's cluster id is not known yet: {}", id.error().message());
    loop_.post_after(kClusterIdPause, [this] { ask_cluster_id(); });
  });
}

/// Requests end first, then the herder; work stops gracefully last.
StandaloneWorker::~StandaloneWorker() {
  if (rest_) rest_->stop(kRestPatience);
  errands_.reset();
  loop_.stop();
  herder_.reset();
  work_.reset();
}

Status StandaloneWorker::create_connectors(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    SLUICE_ASSIGN_OR_RETURN(ConnectorFile connector, read_connector_file(file));
    std::promise<Status> created;
    cluster::PutConnector request;
    request.name = connector.config.at("name");
    request.config = cluster::RawConfig(connector.config.begin(), connector.config.end());
    request.initial_state = initial_state_of(connector.initial_state);
    herder_->put_connector(
        std::move(request), [&created](const cluster::Answer<cluster::PutOutcome>& answer) {
          const auto* error = std::get_if<cluster::RequestError>(&answer);
          created.set_value(error == nullptr ? Status() : Status(bad_config(error->message)));
        });
    const Status status = created.get_future().get();
    if (!status.ok()) return status.error().with_context(file);
    log::info("Created connector {}", connector.config.at("name"));
  }
  return {};
}

}  // namespace

int run_standalone(const std::string& worker_file, const std::vector<std::string>& connector_files) {
  block_stop_signals();
  raise_file_limit();
  ProcessEnd end;
  auto file = read_worker_file(worker_file, tasks::standalone_worker_config());
  if (!file.ok()) {
    log::error("{}", file.error().message());
    return kWorkerFileWrong;
  }
  tasks::WorkerOptions options;
  options.properties = std::move(file->properties);
  options.config = std::move(file->config);
  options.transformer = std::move(file->transformer);
  auto worker = StandaloneWorker::start(std::move(options));
  if (!worker.ok()) {
    log::error("{}", worker.error().message());
    return kWorkerFileWrong;
  }
  if (const Status created = (*worker)->create_connectors(connector_files); !created.ok()) {
    log::error("Stopping, as a connector could not be created: {}", created.error().message());
    return kConnectorFileWrong;
  }
  (*worker)->set_ready();
  log::info("Sluice standalone worker is ready");
  const int signal = end.wait().value_or(0);
  log::info("Stopping on signal {}", signal);
  return 128 + signal;
}

}  // namespace sluice::app
