#pragma once
// The herder of a standalone worker (org.apache.kafka.connect.runtime.standalone.StandaloneHerder of 4.1):
// configurations and states live in memory, every connector and task runs here. Public calls may come from
// any thread; all state belongs to the scheduler. Requests that change something run one after another.

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cluster/connector_admin.h"
#include "cluster/connector_catalogue.h"
#include "cluster/herder.h"
#include "cluster/living_scheduler.h"
#include "cluster/request_steps.h"
#include "cluster/work.h"

namespace sluice::cluster {

struct StandaloneOptions {
  std::string worker_id;  // host:port of the REST API, as statuses carry it
  bool topic_tracking = true;
  bool topic_tracking_reset = true;
};

class StandaloneHerder final : public Herder, private WorkEvents {
 public:
  /// They outlive the herder and call nothing back once it is gone.
  struct Parts {
    Scheduler& scheduler;
    Work& work;
    ConnectorCatalogue& catalogue;
    ConnectorAdmin& admin;
  };
  StandaloneHerder(StandaloneOptions options, const Parts& parts);
  /// On the scheduler's thread, or when that runs no more. Work is left as it is.
  ~StandaloneHerder() override;

  /// All connectors of the command line are there. Any thread.
  void set_ready() { ready_ = true; }
  /// As soon as it is known; once. Any thread.
  void set_kafka_cluster_id(std::string id);

  void ping(Callback<Nothing> done) override;
  bool is_ready() const override { return ready_; }
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
  void signal(const std::string& name, std::string signal, Callback<std::string> done) override;
  void validate(RawConfig config, Callback<ConfigChecks> done) override;
  void set_cluster_log_level(const std::string& logger, const std::string& level,
                             Callback<Nothing> done) override;
  void put_task_configs(const std::string& connector, std::vector<RawConfig> configs, InternalRequest request,
                        Callback<Nothing> done) override;
  void fence_zombies(const std::string& connector, InternalRequest request, Callback<Nothing> done) override;

 private:
  struct Connector {
    RawConfig config;
    store::TargetState target = store::TargetState::kStarted;
    std::vector<RawConfig> tasks;
    int failed_requests = 0;  // for task configurations, in a row
  };
  struct States {
    std::optional<WorkReport> connector;
    std::map<int32_t, WorkReport> tasks;
  };

  // WorkEvents
  void connector_reported(const std::string& connector, const WorkReport& report) override;
  void task_reported(const TaskName& task, const WorkReport& report) override;
  void topic_used(const TaskName& task, const std::string& topic) override;
  void reconfiguration_requested(const std::string& connector) override;
  void fence_predecessors(const TaskName& task, Done done) override;
  void confirm_start(const TaskName& task, int32_t task_generation, Done done) override;

  /// Queues a request; `run` calls what it is given exactly once.
  template <typename T>
  void enqueue(std::string what, Callback<T> done, std::function<void(Callback<T>)> run) {
    scheduler_.post([this, what = std::move(what), done = std::move(done), run = std::move(run)]() mutable {
      enqueue_request(queue_, what, std::move(done), std::move(run));
    });
  }
  Connector* find(const std::string& name);
  ConnectorType type_of(const RawConfig& config) const;
  ConnectorInfo info(const std::string& name) const;
  WorkerState worker_state(const WorkReport& report) const;
  std::optional<ConnectorStatus> status_of(const std::string& name) const;

  void store(const PutConnector& request, const Callback<PutOutcome>& done);
  void start(const std::string& name, Work::Done done);
  void restart_whole(const std::string& name, Farewell farewell, Work::Done done);
  /// Asks the connector for its tasks and runs them; those that are the same go on unless `always`.
  void reconfigure(const std::string& name, bool always, Work::Done done);
  void run_tasks(const std::string& name, std::vector<RawConfig> configs, Work::Done done);
  void start_task(const TaskName& task, Work::Done done);
  void start_tasks(const std::string& name);
  void stop_tasks(const std::string& name, Farewell farewell, Work::Stopped done);
  std::vector<TaskName> task_names(const std::string& name) const;
  void run_restart(const RestartOptions& options, const Callback<ConnectorStatus>& plan);
  std::optional<RequestError> offsets_refusal(const std::string& name);

  const StandaloneOptions options_;
  LivingScheduler scheduler_;
  Work& work_;
  ConnectorCatalogue& catalogue_;
  ConnectorAdmin& admin_;
  RequestQueue queue_;
  std::map<std::string, Connector> connectors_;
  std::map<std::string, States> states_;
  std::map<std::string, std::set<std::string>> topics_;
  std::atomic<bool> ready_{false};
  std::string kafka_cluster_id_;
  std::atomic<bool> knows_cluster_id_{false};
};

}  // namespace sluice::cluster
