#pragma once
// The inside of the distributed herder: its parts, and what happens between them. On the scheduler's thread,
// but for what says otherwise.

#include <atomic>
#include <set>
#include <string>

#include "cluster/connector_requests.h"
#include "cluster/distributed_herder.h"
#include "cluster/fencing_rounds.h"
#include "cluster/group_rounds.h"
#include "cluster/offset_requests.h"
#include "cluster/peer_watch.h"
#include "cluster/self_healing.h"
#include "cluster/session_keys.h"
#include "cluster/state_requests.h"

namespace sluice::cluster {

class HerderCore final : private store::ConfigListener,
                         private WorkEvents,
                         private RoundsOwner,
                         private WatchOwner {
 public:
  HerderCore(HerderOptions options, HerderParts parts, std::function<void(const Error&)> on_fatal);

  void start();
  void shut_down(std::function<void()> done);

  /// Any thread.
  template <typename Work>
  void post(Work work) {
    scheduler_.post(std::move(work));
  }
  bool is_ready() const { return ready_; }
  /// At once if it is.
  void when_ready(std::function<void()> then);
  const HerderOptions& options() const { return options_; }

  void consume_config(std::span<const kafka::LogRecord> records) {
    if (guard_.admits(records, config_->state().offset)) config_->consume(records);
  }
  void consume_statuses(std::span<const kafka::LogRecord> records) {
    statuses_->consume(records);
    status_writer_.correct(records, local_, rounds_.is_leader() && rounds_.is_settled());
  }

  store::ConfigStore& config() { return *config_; }
  store::StatusStore& statuses() { return *statuses_; }
  const HerderDesk& desk() const { return desk_; }
  ConnectorRequests& connectors() { return connector_requests_; }
  StateRequests& states() { return state_requests_; }
  OffsetRequests& offsets() { return offset_requests_; }

  void put_task_configs(const std::string& connector, std::vector<RawConfig> configs,
                        const InternalRequest& request, Callback<Nothing> done);
  void fence_zombies(const std::string& connector, const InternalRequest& request, Callback<Nothing> done);

 private:
  // The config topic's news.
  void connector_updated(const std::string& connector, bool is_new) override;
  void connector_removed(const std::string& connector) override;
  void tasks_committed(const std::string& connector) override;
  void target_changed(const std::string& connector, store::TargetState target) override;
  void session_key_changed(const store::SessionKey& key) override;
  void restart_requested(const store::RestartRequest& request) override;
  void logger_level_changed(const std::string& logger, const std::string& level) override;

  // The worker's.
  void connector_reported(const std::string& connector, const WorkReport& report) override;
  void task_reported(const TaskName& task, const WorkReport& report) override;
  void topic_used(const TaskName& task, const std::string& topic) override;
  void reconfiguration_requested(const std::string& connector) override;
  void fence_predecessors(const TaskName& task, WorkEvents::Done done) override;
  void confirm_start(const TaskName& task, int32_t task_generation, WorkEvents::Done done) override;

  // The group's.
  void round_begun() override;
  void round_joining() override { watch_.round_joining(); }
  void round_completed() override;
  void round_settled() override;
  Farewell farewell() override;
  bool was_given_away() override;
  void stepped_out() override { watch_.end_lease(); }
  void membership_ended(const Error& reason) override;

  // The peer watch's.
  kafka::protocol::GroupMember& group_member() override { return rounds_.member(); }
  void rejoin_now(const std::string& reason) override { rounds_.rejoin(reason); }
  void member_died(const std::string& member_id) override { rounds_.assigner().member_died(member_id); }
  void member_leaves(HeldWork work) override { rounds_.assigner().hold(std::move(work)); }
  void extend_lease(int64_t until_ms) override { parts_.work.extend_lease(until_ms); }

  void topics_read(const Status& status);
  void set_ready();
  void start_assigned();
  void stop_unassigned();
  void run_waiting_restarts();
  void renew_session_key();
  void watch_session_key();
  void try_to_fence(const TaskName& task, int tries, const WorkEvents::Done& done);

  const HerderOptions options_;
  HerderParts parts_;
  const std::function<void(const Error&)> on_fatal_;
  LivingScheduler scheduler_;
  std::atomic<bool> ready_{false};
  std::vector<std::function<void()>> wait_for_ready_;
  bool is_shutting_down_ = false;
  int topics_to_read_ = 0;

  ConfigTopicGuard guard_;
  std::unique_ptr<store::ConfigStore> config_;
  std::unique_ptr<store::StatusStore> statuses_;
  LocalWork local_;
  SessionKeys keys_;
  RequestQueue queue_;
  LeaderWrites writes_;
  StatusWriter status_writer_;
  PeerWatch watch_;
  GroupRounds rounds_;
  TaskConfigPublisher publisher_;
  ConnectorLifecycle lifecycle_;
  FencingRounds fencing_;
  SelfHealing healing_;
  const HerderDesk desk_;
  ConnectorRequests connector_requests_;
  StateRequests state_requests_;
  OffsetRequests offset_requests_;

  WaitingRestarts waiting_restarts_;
  std::set<std::string> removed_connectors_;  // since the last round
  bool is_key_write_under_way_ = false;
};

}  // namespace sluice::cluster
