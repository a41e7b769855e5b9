#include "app/distributed.h"

#include <fmt/format.h>

#include <future>

#include "app/process.h"
#include "app/version.h"
#include "app/worker_file.h"
#include "base/log.h"
#include "cluster/distributed_config.h"
#include "cluster/distributed_herder.h"
#include "cluster/event_loop.h"
#include "cluster/kafka_connector_admin.h"
#include "cluster/plugin_connectors.h"
#include "cluster/worker_work.h"
#include "kafka/internal_topics.h"
#include "kafka/protocol/connection_settings.h"
#include "kafka/protocol/network.h"
#include "plugins/builtins.h"
#include "rest/rest_server.h"
#include "store/topic_offset_store.h"
#include "tasks/client_settings.h"
#include "tasks/connector_config.h"
#include "tasks/worker_config.h"

namespace sluice::app {
namespace {

using cluster::ExactlyOnceSources;
using kafka::InternalTopic;
using std::chrono::milliseconds;

constexpr int kStartFailed = 2;
constexpr int kCannotGoOn = 1;
constexpr size_t kErrandThreads = 4;
constexpr milliseconds kClusterIdTimeout{60'000};
constexpr milliseconds kRestPatience{5'000};

/// Of every worker, told by the config topic.
void set_log_level(const std::string& logger, const std::string& level) {
  if (const auto parsed = log::parse_level(level)) log::set_level(logger, *parsed, system_clock().wall_ms());
}

/// A worker and everything that it is made of, in the order in which they depend on each other.
class DistributedWorker {
 public:
  static Result<std::unique_ptr<DistributedWorker>> start(WorkerFile file, ProcessEnd& end);
  ~DistributedWorker();
  /// Stops work, leaves the group; requests are answered until then.
  void stop();

 private:
  explicit DistributedWorker(WorkerFile file) : file_(std::move(file)), errands_(kErrandThreads) {
    plugins::register_builtins(plugins_);
  }
  Status open_topics();
  void make_herder(ProcessEnd& end);
  Status make_network();
  Status on_loop(const std::function<Status()>& work);
  void serve();

  const WorkerFile file_;
  plugins::Plugins plugins_;
  cluster::HerderOptions options_;
  kafka::protocol::GroupMemberConfig member_config_;
  std::shared_ptr<kafka::Admin> admin_;
  cluster::Errands errands_;
  std::unique_ptr<store::TopicOffsetStore> offsets_;
  std::unique_ptr<rest::RestServer> rest_;
  cluster::EventLoop loop_;  // from here on everything runs on it
  std::unique_ptr<kafka::protocol::GroupNetwork> network_;
  std::unique_ptr<cluster::Peers> peers_;
  std::unique_ptr<kafka::Log> config_log_;
  std::unique_ptr<kafka::Log> status_log_;
  std::unique_ptr<cluster::PluginConnectors> catalogue_;
  std::unique_ptr<cluster::KafkaConnectorAdmin> connector_admin_;
  std::unique_ptr<cluster::WorkerWork> work_;
  std::unique_ptr<cluster::DistributedHerder> herder_;
};

Result<std::unique_ptr<DistributedWorker>> DistributedWorker::start(WorkerFile file, ProcessEnd& end) {
  auto worker = std::unique_ptr<DistributedWorker>(new DistributedWorker(std::move(file)));
  const WorkerFile& read = worker->file_;
  SLUICE_ASSIGN_OR_RETURN(worker->options_, cluster::herder_options(read.config, system_random()));
  SLUICE_ASSIGN_OR_RETURN(auto rest_options, rest::read_rest_options(read.properties));
  SLUICE_ASSIGN_OR_RETURN(worker->rest_, rest::RestServer::listen(std::move(rest_options)));
  worker->options_.url = worker->rest_->advertised_url();
  worker->options_.worker_id = worker->rest_->worker_id();
  SLUICE_ASSIGN_OR_RETURN(worker->admin_, kafka::make_shared_admin(read.properties));
  SLUICE_RETURN_IF_ERROR(worker->make_network());
  SLUICE_ASSIGN_OR_RETURN(worker->options_.kafka_cluster_id, worker->admin_->cluster_id(kClusterIdTimeout));
  SLUICE_RETURN_IF_ERROR(worker->on_loop([&]() -> Status {
    SLUICE_RETURN_IF_ERROR(worker->open_topics());
    worker->make_herder(end);
    return {};
  }));
  worker->serve();
  return worker;
}

/// Records and events are delivered on the loop: what they reach is made there, before the first comes.
Status DistributedWorker::on_loop(const std::function<Status()>& work) {
  std::promise<Status> done;
  loop_.post([&] { done.set_value(work()); });
  return done.get_future().get();
}

Status DistributedWorker::make_network() {
  SLUICE_ASSIGN_OR_RETURN(auto connection,
                          kafka::protocol::connection_settings(tasks::admin_settings(file_.properties, {}),
                                                               "connect-" + options_.worker_id));
  member_config_ = cluster::group_member_config(file_.config, connection);
  network_ = kafka::protocol::make_network(loop_, connection.tls);
  return {};
}

/// They are opened in the background, all at the same time.
Status DistributedWorker::open_topics() {
  const bool read_committed = options_.exactly_once == ExactlyOnceSources::kEnabled;
  const auto config_of = [&](InternalTopic which) {
    return kafka::internal_log_config(which, file_.properties, read_committed, admin_);
  };
  SLUICE_ASSIGN_OR_RETURN(auto offsets, config_of(InternalTopic::kOffsets));
  SLUICE_ASSIGN_OR_RETURN(auto configs, config_of(InternalTopic::kConfigs));
  SLUICE_ASSIGN_OR_RETURN(auto statuses, config_of(InternalTopic::kStatuses));
  offsets_ = std::make_unique<store::TopicOffsetStore>(std::move(offsets));
  config_log_ = kafka::open_log(std::move(configs), loop_, [this](std::span<const kafka::LogRecord> records) {
    herder_->consume_config(records);
  });
  status_log_ = kafka::open_log(
      std::move(statuses), loop_,
      [this](std::span<const kafka::LogRecord> records) { herder_->consume_statuses(records); });
  return {};
}

void DistributedWorker::make_herder(ProcessEnd& end) {
  const bool exactly_once = options_.exactly_once == ExactlyOnceSources::kEnabled;
  catalogue_ = std::make_unique<cluster::PluginConnectors>(cluster::PluginConnectors::Parts{
      plugins_, file_.properties, options_.group_id, exactly_once, file_.transformer, errands_, loop_});
  connector_admin_ = std::make_unique<cluster::KafkaConnectorAdmin>(
      cluster::KafkaConnectorAdmin::Parts{plugins_, file_.properties, options_.group_id, exactly_once,
                                          file_.transformer, *offsets_, errands_, loop_});
  tasks::WorkerOptions worker_options{file_.properties, file_.config, file_.transformer,
                                      "sluice-" + options_.group_id};
  worker_options.exactly_once = exactly_once;
  work_ = std::make_unique<cluster::WorkerWork>(cluster::WorkerWork::Parts{
      std::move(worker_options), plugins_, *offsets_, system_clock(), loop_, errands_});
  peers_ = rest_->make_peers(loop_);
  const auto make_member = [this](kafka::protocol::GroupListener& listener) {
    return kafka::protocol::make_group_member(member_config_, *network_, loop_, system_clock(),
                                              system_random(), listener);
  };
  herder_ = std::make_unique<cluster::DistributedHerder>(
      options_,
      cluster::HerderParts{loop_, system_clock(), system_random(), *config_log_, *status_log_, *peers_,
                           *work_, *catalogue_, *connector_admin_, make_member, &set_log_level},
      [&end](const Error& error) { end.fail(error); });
  herder_->start();
}

void DistributedWorker::serve() {
  rest_->serve({herder_.get(), &plugins_, &tasks::source_connector_config(), &tasks::sink_connector_config(),
                kConnectVersion, kConnectCommit});
  log::info("Worker {} of cluster '{}' answers at {}", options_.worker_id, options_.group_id, options_.url);
}

void DistributedWorker::stop() {
  std::promise<void> stopped;
  herder_->shut_down([&stopped] { stopped.set_value(); });
  const auto patience = options_.task_stop_timeout + options_.sync_timeout + milliseconds(15'000);
  if (stopped.get_future().wait_for(patience) != std::future_status::ready) {
    log::error("The worker did not stop within {} ms and is ended", patience.count());
    loop_.stop();  // the promise must not be kept any more
  }
}

DistributedWorker::~DistributedWorker() {
  if (rest_) rest_->stop(kRestPatience);
  loop_.stop();
  herder_.reset();
  work_.reset();
  status_log_.reset();
  config_log_.reset();
  peers_.reset();
}

}  // namespace

int run_distributed(const std::string& worker_file) {
  block_stop_signals();
  prepare_for_many_threads();
  raise_file_limit();
  auto file = read_worker_file(worker_file, tasks::distributed_worker_config());
  if (!file.ok()) {
    log::error("{}", file.error().message());
    return kStartFailed;
  }
  ProcessEnd end;
  auto worker = DistributedWorker::start(std::move(file).value(), end);
  if (!worker.ok()) {
    log::error("The worker could not be started: {}", worker.error().trace());
    return kStartFailed;
  }
  const std::optional<int> signal = end.wait();
  if (!signal) {
    log::error("Uncaught error in herder work thread, exiting: {}", end.error()->trace());
    return kCannotGoOn;
  }
  log::info("Stopping on signal {}", *signal);
  (*worker)->stop();
  return 128 + *signal;
}

}  // namespace sluice::app
