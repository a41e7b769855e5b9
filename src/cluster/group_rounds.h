#pragma once
// This worker's part in the group: rounds of rebalancing from the first join to the moment when what is
// assigned here runs (DistributedHerder's tick, WorkerCoordinator and the rebalance listener of Kafka Connect
// 4.1). Work that stays assigned keeps running throughout. On the scheduler's thread.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cluster/group_view.h"
#include "cluster/living_scheduler.h"
#include "cluster/local_work.h"
#include "cluster/round_assigner.h"
#include "kafka/protocol/group_member.h"

namespace sluice::cluster {

class RoundsOwner {
 public:
  virtual ~RoundsOwner() = default;
  /// A round begins: nobody is leader until it is complete.
  virtual void round_begun() = 0;
  /// The request to join goes out.
  virtual void round_joining() = 0;
  /// It is complete; what moved away is stopping.
  virtual void round_completed() = 0;
  /// This worker knows the configuration that the round was about: start what is assigned and does not run.
  virtual void round_settled() = 0;
  /// Whether what stops here leaves its consumer groups.
  virtual Farewell farewell() = 0;
  /// The group has taken this worker out and given its work to others, as far as one can know.
  virtual bool was_given_away() = 0;
  /// This worker leaves the group for a while and keeps its work, which others may be given meanwhile.
  virtual void stepped_out() = 0;
  virtual void membership_ended(const Error& reason) = 0;
};

class GroupRounds final : public GroupView, private kafka::protocol::GroupListener {
 public:
  struct Parts {
    const HerderOptions& options;
    LivingScheduler& scheduler;
    const Clock& clock;
    store::ConfigStore& config;
    LocalWork& local;
    std::vector<std::string> connector_classes;
    std::function<std::unique_ptr<kafka::protocol::GroupMember>(GroupListener&)> make_member;
  };
  /// References outlive it, `owner` too.
  GroupRounds(Parts parts, RoundsOwner& owner);
  ~GroupRounds() override;

  void start() { member_->start(); }
  void rejoin(const std::string& reason);
  /// For good.
  void leave(const std::string& reason, std::function<void()> done);

  kafka::protocol::GroupMember& member() { return *member_; }
  RoundAssigner& assigner() { return assigner_; }

  bool is_leader() const override { return joined_ && group_.is_leader(); }
  bool is_settled() const override { return settled_; }
  bool is_rebalance_expected() const override { return rebalance_expected_; }
  int32_t generation() const override { return group_.generation; }
  std::string leader_url() const override { return allocation_ ? allocation_->leader_url : std::string(); }
  bool signs_requests() const override { return protocol_ == ConnectProtocol::kSessioned; }
  std::string owner_url(const std::string& connector) const override {
    return assigner_.owner_url(connector);
  }
  std::string owner_url(const TaskName& task) const override { return assigner_.owner_url(task); }

  bool is_eager() const { return protocol_ == ConnectProtocol::kEager; }
  /// A complete round, and none under way.
  bool is_joined() const { return joined_; }
  const std::string& member_id() const { return group_.member_id; }
  const std::string& leader_id() const { return group_.leader_id; }

  /// All that is assigned here.
  WorkItems assigned() const { return allocation_ ? allocation_->assigned : WorkItems(); }

 private:
  void prepare_join(std::function<void()> go) override;
  std::vector<kafka::protocol::GroupProtocol> protocols() override;
  std::map<std::string, std::string> assign(int32_t generation, const std::string& leader_id,
                                            const std::string& protocol,
                                            const std::vector<kafka::protocol::GroupPeer>& members) override;
  void on_joined(const kafka::protocol::JoinedGroup& group) override;
  void on_lost(const Error& reason) override;
  void on_forgotten() override;
  void on_fatal(const Error& error) override;

  void merge(const Assignment& assignment);
  void resolve();
  void repeat_failed_round();
  void settle();
  void read_config(std::function<void()> then);
  void fall_behind(const Error& reason);
  void read_before_joining();
  void give_up_work(Farewell farewell);
  void lose_work(const Error& reason, Farewell farewell);

  const HerderOptions& options_;
  LivingScheduler& scheduler_;
  store::ConfigStore& config_;
  LocalWork& local_;
  const std::vector<std::string> connector_classes_;
  RoundsOwner& owner_;
  RoundAssigner assigner_;

  uint64_t round_ = 0;  // changes whenever what is under way has become out of date
  bool joined_ = false;
  bool settled_ = false;
  bool rebalance_expected_ = false;
  bool is_leaving_ = false;
  bool was_out_ = false;   // since the last round
  int failed_rounds_ = 0;  // in a row
  int reads_left_;         // tries to read the config topic before running work is given up
  kafka::protocol::JoinedGroup group_;
  ConnectProtocol protocol_ = ConnectProtocol::kEager;
  WorkItems revoked_;                     // by the last round
  std::optional<Assignment> allocation_;  // the last round's answer; `assigned` is all that is assigned here
  std::unique_ptr<kafka::protocol::GroupMember> member_;  // last: it calls back
};

}  // namespace sluice::cluster
