#pragma once
// Workers watch each other, so that work moves within moments when one dies: the leader watches everybody,
// the next in line watches the leader. Who is proven dead, or silent on two ways, is taken out of the group
// at the coordinator, which starts a rebalance at once. See docs/ARCHITECTURE.md, "Failover", for the rules
// by which a worker may be evicted, and for leases. Kafka's coordinator stays the judge: without any link
// everything works as in Java, at Java's pace. On the scheduler's thread.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/assignor.h"
#include "cluster/herder_options.h"
#include "cluster/peer_links.h"
#include "kafka/protocol/group_member.h"

namespace sluice::cluster {

/// What the watch wants of the herder.
class WatchOwner {
 public:
  virtual ~WatchOwner() = default;
  virtual kafka::protocol::GroupMember& group_member() = 0;
  virtual void rejoin_now(const std::string& reason) = 0;
  /// For the next round that this worker leads.
  virtual void member_died(const std::string& member_id) = 0;
  virtual void member_leaves(HeldWork work) = 0;
  virtual void extend_lease(int64_t until_ms) = 0;
};

class PeerWatch final : private PeerEvents {
 public:
  /// A complete round, as this worker knows it.
  struct Round {
    int32_t generation = -1;
    bool is_leader = false;
    std::string member_id;
    std::string leader_id;
    std::string leader_url;
    std::vector<LedMember> members{};  // the leader only
  };

  /// References outlive it.
  PeerWatch(const HerderOptions& options, PeerLinks::Parts parts, WatchOwner& owner);

  void start();
  /// Nobody is leader from here until it is complete.
  void round_begun();
  /// From now on until the next round tasks must not act.
  void end_lease();
  /// Our JoinGroup goes out: the others had better send theirs.
  void round_joining();
  void round_completed(Round round);
  /// This worker is being stopped: the others keep its work for it for a while.
  void say_goodbye(const WorkItems& work);
  /// It has left the group: the others should know at once.
  void say_left();

  /// Every member of the last round is Sluice, as far as this worker was told.
  bool all_sluice() const;
  /// Somebody else is there to take work over.
  bool has_others() const { return round_.members.size() > 1; }
  /// In the last round somebody could have evicted this worker.
  bool is_watched() const { return is_watched_; }

 private:
  struct Suspect {
    bool was_up = false;      // the link was up in this generation: only then silence counts, rule (a)
    int64_t floor_ms = 0;     // silence counts from then on at the earliest: rule (b)
    int64_t checked_ms = -1;  // when the second way was tried; -1: not
    int open_checks = 0;
    bool is_alive = false;  // somebody has reached it since
    bool is_proven = false;
    bool is_evicting = false;
    bool said_goodbye = false;
  };

  void peer_heard(const std::string& url) override;
  void peer_said(const std::string& url, const PeerMessage& message) override;
  void peer_up(const std::string& url) override;
  void peer_told(const std::string& url) override;
  void peer_down(const std::string& url, LinkEnd end) override;

  void tick();
  void notice_stall(int64_t now);
  void beat(int64_t now);
  void choose_links();
  void call_to_rejoin();
  void tell_members(const std::string& url);
  void take_members(const std::string& url, const PeerMessage& message);
  void look_for_missing();
  void look_for(const LedMember& member);
  void look_at(const LedMember& member, int64_t now);
  void check(const LedMember& member);
  void take_verdict(const std::string& member_id, Knock verdict);
  void evict(const LedMember& member, bool is_proven);
  void remove(const LedMember& member);
  void keep_lease(int64_t now);
  void note_returns();
  void take_call(const std::string& url, int32_t generation);
  void take_leave(const std::string& url, const PeerMessage& goodbye);
  void take_left(const std::string& url, const std::string& member_id);
  void answer_check(const std::string& url, const PeerMessage& question);

  const LedMember* member_at(const std::string& url) const;
  const LedMember* find_member(const std::string& member_id) const;
  const LedMember* next_in_line() const;
  std::set<std::string> watchers() const;
  bool may_watch(const LedMember& member) const;
  bool has_met(const LedMember& member) const;
  bool hears_another(const LedMember& than, int64_t now) const;
  bool is_trusted(const LedMember& member, int64_t now) const;

  const HerderOptions& options_;
  LivingScheduler& scheduler_;
  const Clock& clock_;
  WatchOwner& owner_;
  PeerLinks links_;

  Round round_;
  bool are_members_told_ = false;  // otherwise round_.members are those of the round before
  int64_t round_ms_ = 0;           // when it was complete
  bool in_round_ = true;           // one is under way
  bool is_watched_ = false;
  int64_t lease_until_ms_ = -1;
  bool has_evicted_leader_ = false;          // the next in line acts for it until the round is over
  std::map<std::string, Suspect> suspects_;  // by member id
  // What a leader has said of a generation that is not complete here yet.
  std::optional<std::pair<std::string, PeerMessage>> early_members_;
  std::optional<std::pair<std::string, int32_t>> early_call_;
  int64_t members_told_ms_ = 0;
  int64_t last_tick_ms_ = 0;
  int64_t last_heartbeat_ms_ = 0;
  int64_t stalled_ms_ = -1;  // when this process was found to have stood still; -1: it has been heard since

  struct Wronged {
    int times = 0;
    int64_t trusted_until_ms = 0;
  };
  std::map<std::string, Wronged> wronged_;  // by incarnation: evicted for silence, and came back
  std::set<std::string> evicted_silent_;    // incarnations
  std::map<int64_t, std::string> checks_;   // that others were asked for: sequence to member id
  int64_t last_check_ = 0;
};

}  // namespace sluice::cluster
