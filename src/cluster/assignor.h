#pragma once
// Who runs what: the leader's part of a rebalance. IncrementalAssignor gives the results of Kafka
// Connect 4.1's IncrementalCooperativeAssignor, eager_assignment() those of its EagerAssignor;
// tests/compat/assignor proves it against the real ones. What only a cluster of Sluice workers has comes on
// top: proven deaths, held work, workers that lack plugins; unless the leader is told of such, the result is
// Java's.
//
// Plain data and arithmetic: nothing blocks, no threads; the leader's scheduler owns the assignor.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cluster/assignor_work.h"
#include "cluster/connect_protocol.h"

namespace sluice::cluster {

/// Every connector with the number of its tasks; 0 for one that is stopped or whose tasks are inconsistent.
using TaskCounts = std::map<std::string, int32_t>;

struct AssignorMember {
  std::string id;
  std::string url{};
  WorkItems running{};  // as it reported when it joined
};

struct MemberAssignment {
  WorkItems assigned{};  // incremental: only what is new
  WorkItems revoked{};
};

struct AssignmentRound {
  std::map<std::string, MemberAssignment> members{};
  /// What each member runs when the round is over. The leader answers "which worker runs X?" with it.
  std::map<std::string, WorkItems> owned{};
  int32_t delay_ms = 0;  // after it every member joins again; 0: no need
};

/// Everything is dealt anew, connectors and then tasks, to the members in the order of their ids.
AssignmentRound eager_assignment(const TaskCounts& connectors, const std::vector<AssignorMember>& members);

/// What a worker ran that said goodbye and is expected back.
struct HeldWork {
  std::string member_id;
  std::string url;
  WorkItems work;
  int64_t until_ms = 0;  // Clock::steady_ms()
};

struct RoundInput {
  TaskCounts connectors{};
  std::vector<AssignorMember> members{};  // in the order of the JoinGroup response
  int32_t generation = -1;                // the one being formed
  int32_t completed_generation = -1;      // the last one that this worker saw complete; -1 before
  /// Deaths and holds count only while every member is Sluice; otherwise they are forgotten: Java's rules.
  bool all_sluice = false;
  /// False: the member lacks the connector's plugin. Work goes to members that have it, unless none has.
  /// Empty: everybody has everything.
  std::function<bool(const AssignorMember& member, const std::string& connector)> can_run{};
};

struct MemberLoad;

class IncrementalAssignor {
 public:
  /// `max_delay_ms`: scheduled.rebalance.max.delay.ms.
  IncrementalAssignor(const Clock& clock, int32_t max_delay_ms);

  /// The process of that member is known to be gone: when a round comes without it, its work is given away at
  /// once, whatever the delay.
  void member_died(std::string member_id);

  /// Work that nobody else gets before its time is up, unless it turns out to run somewhere. It goes back as
  /// it was to a new member with that URL. Balancing waits meanwhile. The hold begins when a round comes
  /// without the member; a second hold of the same member replaces the first.
  void hold(HeldWork work);

  /// Computes a round and remembers it for the next.
  AssignmentRound assign(const RoundInput& input);

 private:
  struct Round;
  struct Hold {
    HeldWork held;
    bool is_in_effect = false;  // in a round that this worker led
  };

  Round begin(const RoundInput& input);
  void give_away_work_of_the_dead(Round& round);
  void settle_holds(Round& round);
  bool is_over(Hold& hold, Round& round);
  void handle_lost(Round& round);
  void deal_lost_to_candidates(Round& round, const std::vector<MemberLoad*>& candidates);
  void reset_delay();
  void balance(Round& round);
  int32_t balancing_delay_ms() const;
  AssignmentRound finish(Round& round);
  void remember_owners(const Round& round, const std::map<std::string, WorkItems>& owned);

  const Clock& clock_;
  const int32_t max_delay_ms_;

  // Java's state across rounds (IncrementalCooperativeAssignor's fields of the same meaning).
  WorkSet previous_assignment_;
  WorkSet previous_revocation_;
  int32_t previous_generation_ = -1;
  std::set<std::string> previous_members_;
  int64_t scheduled_rebalance_ms_ = 0;  // wall clock; 0: none
  int32_t delay_ms_ = 0;
  std::vector<std::string> candidates_;  // were idle while a delay was running
  bool revoked_in_previous_ = false;
  int32_t successive_revocations_ = 0;

  // Ours.
  std::map<std::string, WorkItems> previous_owners_;
  std::set<std::string> dead_;
  std::map<std::string, Hold> held_;  // by member id
};

}  // namespace sluice::cluster
