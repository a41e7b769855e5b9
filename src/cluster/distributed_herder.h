#pragma once
// The herder of a worker in a cluster (org.apache.kafka.connect.runtime.distributed.DistributedHerder
// of 4.1): agrees with the other members of the group on who runs what, runs its share, and answers requests.
// All state belongs to the scheduler; public calls may come from any thread.

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "cluster/connector_admin.h"
#include "cluster/connector_catalogue.h"
#include "cluster/herder.h"
#include "cluster/herder_options.h"
#include "cluster/peers.h"
#include "cluster/work.h"
#include "kafka/log.h"
#include "kafka/protocol/group_member.h"

namespace sluice::cluster {

/// All of them outlive the herder, and call nothing back once it is gone.
struct HerderParts {
  Scheduler& scheduler;
  const Clock& clock;
  Random& random;
  kafka::Log& config_log;  // its records go to consume_config()
  kafka::Log& status_log;  // its records go to consume_statuses()
  Peers& peers;
  Work& work;
  ConnectorCatalogue& catalogue;
  ConnectorAdmin& admin;
  std::function<std::unique_ptr<kafka::protocol::GroupMember>(kafka::protocol::GroupListener&)> make_member;
  /// A level for every worker of the cluster (KIP-976); may be empty.
  std::function<void(const std::string& logger, const std::string& level)> set_log_level{};
};

class HerderCore;

class DistributedHerder final : public Herder {
 public:
  /// `on_fatal` is told once, on the scheduler, when the worker cannot go on (the process should end).
  DistributedHerder(HerderOptions options, HerderParts parts, std::function<void(const Error&)> on_fatal);
  /// On the scheduler's thread, or when that runs no more. Without shut_down() before, work is left as it is.
  ~DistributedHerder() override;

  void consume_config(std::span<const kafka::LogRecord> records);
  void consume_statuses(std::span<const kafka::LogRecord> records);

  /// Reads both topics to their ends, then joins the group.
  void start();
  /// Stops connectors and tasks, then leaves the group; answers open requests with an error.
  void shut_down(std::function<void()> done);

  void ping(Callback<Nothing> done) override;
  bool is_ready() const override;
  const std::string& kafka_cluster_id() const override;
  void connectors(Callback<std::vector<std::string>> done) override;
  void connector(const std::string& name, Callback<ConnectorInfo> done) override;
  void tasks(const std::string& connector, Callback<std::vector<TaskInfo>> done) override;
  void status(const std::string& connector, Callback<ConnectorStatus> done) override;
  void task_status(const TaskName& task, Callback<TaskState> done) override;
  void put_connector(PutConnector request, Callback<PutOutcome> done) override;
  void patch_connector(const std::string& name, RawConfig patch, Callback<PutOutcome> done) override;
  void delete_connector(const std::string& name, Callback<Nothing> done) override;
  void pause(const std::string& connector, Callback<Nothing> done) override;
  void resume(const std::string& connector, Callback<Nothing> done) override;
  void stop(const std::string& connector, Callback<Nothing> done) override;
  void restart_connector(const std::string& connector, Callback<Nothing> done) override;
  void restart(const RestartOptions& options, Callback<ConnectorStatus> plan) override;
  void restart_task(const TaskName& task, Callback<Nothing> done) override;
  void active_topics(const std::string& connector, Callback<std::set<std::string>> done) override;
  void reset_active_topics(const std::string& connector, Callback<Nothing> done) override;
  void offsets(const std::string& connector, Callback<std::vector<OffsetEntry>> done) override;
  void alter_offsets(const std::string& connector, std::vector<OffsetEntry> offsets,
                     Callback<std::string> done) override;
  void reset_offsets(const std::string& connector, Callback<std::string> done) override;
  void dead_letters(const std::string& connector, DeadLetterQuery query,
                    Callback<DeadLetterPage> done) override;
  void replay(const std::string& connector, ReplayRequest request, Callback<ReplayOutcome> done) override;
  void signal(const std::string& connector, std::string signal, Callback<std::string> done) override;
  void validate(RawConfig config, Callback<ConfigChecks> done) override;
  void set_cluster_log_level(const std::string& logger, const std::string& level,
                             Callback<Nothing> done) override;
  void put_task_configs(const std::string& connector, std::vector<RawConfig> configs, InternalRequest request,
                        Callback<Nothing> done) override;
  void fence_zombies(const std::string& connector, InternalRequest request, Callback<Nothing> done) override;

 private:
  std::unique_ptr<HerderCore> core_;
};

}  // namespace sluice::cluster
