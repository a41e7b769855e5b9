#include "cluster/assignor.h"

#include <algorithm>
#include <cmath>

#include "cluster/assignor_loads.h"

namespace sluice::cluster {
namespace {

/// Java's balancing delays: 40, 1600, 64000 ms …
constexpr double kBalancingDelayBase = 40;

WorkSet configured_work(const TaskCounts& connectors) {
  WorkSet work;
  for (const auto& [connector, tasks] : connectors) {
    work.connectors.insert(work.connectors.end(), connector);
    for (int32_t task = 0; task < tasks; ++task) work.tasks.insert(work.tasks.end(), {connector, task});
  }
  return work;
}

/// Work that more than one member reported.
WorkSet duplicated_work(const std::vector<AssignorMember>& members) {
  WorkSet seen;
  WorkSet duplicated;
  for (const auto& member : members) {
    const WorkSet running = as_set(member.running);
    duplicated.add(both(running, seen));
    seen.add(running);
  }
  return duplicated;
}

WorkItems without_repetition(const WorkItems& items) {
  WorkItems once;
  WorkSet seen;
  for (const auto& connector : items.connectors)
    if (seen.connectors.insert(connector).second) once.connectors.push_back(connector);
  for (const auto& task : items.tasks)
    if (seen.tasks.insert(task).second) once.tasks.push_back(task);
  return once;
}

MemberLoad* find_load(Loads& loads, const std::string& member_id) {
  for (auto& load : loads)
    if (load.member_id == member_id) return &load;
  return nullptr;
}

template <typename Item>
void deal_around(const std::set<Item>& items, const std::vector<MemberLoad*>& members,
                 std::vector<Item> WorkItems::*kind) {
  size_t next = 0;
  for (const auto& item : items) (members[next++ % members.size()]->items.*kind).push_back(item);
}

}  // namespace

AssignmentRound eager_assignment(const TaskCounts& connectors, const std::vector<AssignorMember>& members) {
  AssignmentRound round;
  for (const auto& member : members) round.members[member.id];
  if (members.empty()) return round;
  auto next = round.members.begin();
  const auto take_next = [&]() -> WorkItems& {
    if (next == round.members.end()) next = round.members.begin();
    return (next++)->second.assigned;
  };
  const WorkSet work = configured_work(connectors);
  for (const auto& connector : work.connectors) take_next().connectors.push_back(connector);
  for (const auto& task : work.tasks) take_next().tasks.push_back(task);
  for (const auto& [id, assignment] : round.members) round.owned[id] = assignment.assigned;
  return round;
}

/// What is found out and decided in one round.
struct IncrementalAssignor::Round {
  const RoundInput& input;
  Eligibility eligibility;
  WorkSet configured{};
  WorkSet active{};  // reported by anybody
  WorkSet lost{};    // was assigned, is reported by nobody
  WorkSet created{};
  WorkSet reassigned{};                      // lost work to deal
  std::map<std::string, WorkSet> current{};  // what goes on running if nothing is revoked
  Loads next{};                              // in the order of Java's map of members
  std::map<std::string, WorkSet> revoked{};
  WorkSet held{};
  int64_t hold_left_ms = 0;  // until the first hold ends; 0: nothing is held

  bool has_member(const std::string& id) const { return current.contains(id); }
  /// Neither lost nor new after all.
  void take_out(const auto& work) {
    lost.remove(work);
    created.remove(work);
  }
};

IncrementalAssignor::IncrementalAssignor(const Clock& clock, int32_t max_delay_ms)
    : clock_(clock), max_delay_ms_(max_delay_ms) {}

void IncrementalAssignor::member_died(std::string member_id) { dead_.insert(std::move(member_id)); }

void IncrementalAssignor::hold(HeldWork work) {
  const std::string id = work.member_id;
  held_.insert_or_assign(id, Hold{std::move(work)});
}

AssignmentRound IncrementalAssignor::assign(const RoundInput& input) {
  if (input.members.empty()) return {};
  Round round = begin(input);
  if (!input.all_sluice) {
    dead_.clear();
    held_.clear();
  }
  give_away_work_of_the_dead(round);
  settle_holds(round);
  handle_lost(round);
  balance(round);
  WorkItems new_work = round.created.items();
  append(new_work, round.reassigned);
  deal(round.next, new_work, round.eligibility);
  return finish(round);
}

IncrementalAssignor::Round IncrementalAssignor::begin(const RoundInput& input) {
  Round round{.input = input, .eligibility = Eligibility(input)};
  // Another worker led in between, or the last round was never completed.
  if (previous_generation_ != input.completed_generation) previous_assignment_ = {};
  round.configured = configured_work(input.connectors);
  for (const auto& member : input.members) round.active.add(member.running);
  if (!both(previous_revocation_, round.active).empty()) previous_assignment_ = round.active;
  previous_revocation_ = {};

  const WorkSet deleted = minus(previous_assignment_, round.configured);
  const WorkSet duplicated = duplicated_work(input.members);
  round.lost = minus(minus(previous_assignment_, round.active), deleted);
  round.created = minus(minus(round.configured, previous_assignment_), round.active);

  WorkSet unwanted = deleted;
  unwanted.add(duplicated);
  std::vector<std::string_view> ids;
  for (const auto& member : input.members) ids.emplace_back(member.id);
  for (const size_t i : java_hash_order(ids)) {
    const AssignorMember& member = input.members[i];
    const WorkSet running = as_set(member.running);
    round.current[member.id] = minus(running, deleted);
    round.revoked[member.id] = both(running, unwanted);
    round.next.push_back({member.id, without_repetition(member.running)});
    remove(round.next.back().items, unwanted);
  }
  return round;
}

void IncrementalAssignor::give_away_work_of_the_dead(Round& round) {
  std::erase_if(dead_, [&](const std::string& id) {
    if (round.has_member(id)) return false;
    const auto owned = previous_owners_.find(id);
    if (owned != previous_owners_.end()) {
      const WorkSet lost = both(as_set(owned->second), round.lost);
      round.take_out(lost);
      round.created.add(lost);
    }
    previous_members_.erase(id);
    held_.erase(id);
    return true;
  });
}

void IncrementalAssignor::settle_holds(Round& round) {
  for (auto entry = held_.begin(); entry != held_.end();) {
    entry = is_over(entry->second, round) ? held_.erase(entry) : std::next(entry);
  }
}

/// Gives its work to whom it belongs now; false: it goes on.
bool IncrementalAssignor::is_over(Hold& hold, Round& round) {
  const HeldWork& held = hold.held;
  if (round.has_member(held.member_id)) return false;
  const int64_t left_ms = held.until_ms - clock_.steady_ms();
  // Heard of while another led, who has seen to it.
  if (left_ms <= 0 && !hold.is_in_effect) return true;
  previous_members_.erase(held.member_id);
  WorkSet missing = round.lost;
  missing.add(round.created);
  WorkSet work = both(as_set(held.work), missing);
  round.take_out(work);
  const auto& members = round.input.members;
  const auto returned = std::find_if(members.begin(), members.end(),
                                     [&](const AssignorMember& member) { return member.url == held.url; });
  if (returned != members.end()) {
    WorkSet taken = work;
    const auto lacks = [&](const std::string& connector) {
      return !round.eligibility.may_run(returned->id, connector);
    };
    std::erase_if(taken.connectors, lacks);
    std::erase_if(taken.tasks, [&](const TaskName& task) { return lacks(task.connector); });
    append(find_load(round.next, returned->id)->items, taken);
    round.created.add(minus(work, taken));
    return true;
  }
  if (work.empty() || left_ms <= 0) {
    round.created.add(work);
    return true;
  }
  hold.is_in_effect = true;
  round.held.add(work);
  round.hold_left_ms = round.hold_left_ms == 0 ? left_ms : std::min(round.hold_left_ms, left_ms);
  return false;
}

void IncrementalAssignor::handle_lost(Round& round) {
  if (round.lost.empty() && !revoked_in_previous_) return reset_delay();
  const int64_t now_ms = clock_.wall_ms();
  const bool nobody_left = std::all_of(previous_members_.begin(), previous_members_.end(),
                                       [&](const std::string& id) { return round.has_member(id); });
  // Either a member did not get its assignment, or nobody is to be waited for.
  if ((scheduled_rebalance_ms_ <= 0 && nobody_left) || max_delay_ms_ == 0) {
    round.reassigned = round.lost;
    return;
  }
  // Java starts a whole delay here although nothing is lost, when a member that ran nothing has left.
  if (round.input.all_sluice && round.lost.empty() && scheduled_rebalance_ms_ <= 0) return;
  if (scheduled_rebalance_ms_ > 0 && now_ms >= scheduled_rebalance_ms_) {
    std::vector<MemberLoad*> candidates;
    for (const auto& id : candidates_)
      if (MemberLoad* load = find_load(round.next, id)) candidates.push_back(load);
    deal_lost_to_candidates(round, candidates);
    reset_delay();
    revoked_in_previous_ = false;
    return;
  }
  std::vector<std::string_view> idle;
  for (const auto& load : round.next)
    if (load.items.empty()) idle.emplace_back(load.member_id);
  for (const size_t i : java_hash_order(idle)) {
    if (std::find(candidates_.begin(), candidates_.end(), idle[i]) == candidates_.end())
      candidates_.emplace_back(idle[i]);
  }
  const bool running = now_ms < scheduled_rebalance_ms_;
  delay_ms_ = running
                  ? static_cast<int32_t>(std::min<int64_t>(scheduled_rebalance_ms_ - now_ms, max_delay_ms_))
                  : max_delay_ms_;
  scheduled_rebalance_ms_ = now_ms + delay_ms_;
}

void IncrementalAssignor::deal_lost_to_candidates(Round& round, const std::vector<MemberLoad*>& candidates) {
  if (candidates.empty() || round.eligibility.restricted()) {
    round.reassigned = round.lost;
    return;
  }
  deal_around(round.lost.connectors, candidates, &WorkItems::connectors);
  deal_around(round.lost.tasks, candidates, &WorkItems::tasks);
}

void IncrementalAssignor::reset_delay() {
  candidates_.clear();
  scheduled_rebalance_ms_ = 0;
  delay_ms_ = 0;
}

void IncrementalAssignor::balance(Round& round) {
  if (delay_ms_ != 0 || round.hold_left_ms != 0) {
    revoked_in_previous_ = false;
    return;
  }
  WorkItems to_deal = round.created.items();
  append(to_deal, round.reassigned);
  const auto revocations = balancing_revocations(round.next, round.configured, to_deal, round.eligibility);
  if (revocations.empty()) {
    if (revoked_in_previous_) successive_revocations_ = 0;
    revoked_in_previous_ = false;
    return;
  }
  if (revoked_in_previous_) {
    ++successive_revocations_;
    delay_ms_ = balancing_delay_ms();
    if (delay_ms_ != 0) {
      scheduled_rebalance_ms_ = clock_.wall_ms() + delay_ms_;
      return;
    }
  }
  for (const auto& [id, work] : revocations) {
    round.revoked[id].add(work);
    remove(find_load(round.next, id)->items, work);
  }
  revoked_in_previous_ = true;
}

/// ExponentialBackoff(1, 40, max_delay_ms_, 0).backoff(successive_revocations_), rounding included.
int32_t IncrementalAssignor::balancing_delay_ms() const {
  if (max_delay_ms_ <= 1) return max_delay_ms_;
  const double exponent_max = std::log(static_cast<double>(max_delay_ms_)) / std::log(kBalancingDelayBase);
  const double exponent = std::min(static_cast<double>(successive_revocations_), exponent_max);
  return std::min(static_cast<int32_t>(std::pow(kBalancingDelayBase, exponent)), max_delay_ms_);
}

/// Also who ran what is lost or held: proof of its death may still come.
void IncrementalAssignor::remember_owners(const Round& round, const std::map<std::string, WorkItems>& owned) {
  WorkSet missing = round.lost;
  missing.add(round.held);
  std::map<std::string, WorkItems> owners = owned;
  for (const auto& [id, items] : previous_owners_) {
    const WorkSet still_missing = both(as_set(items), missing);
    if (!round.has_member(id) && !still_missing.empty()) owners.emplace(id, still_missing.items());
  }
  previous_owners_ = std::move(owners);
}

AssignmentRound IncrementalAssignor::finish(Round& round) {
  AssignmentRound result;
  WorkSet assigned;
  WorkSet revoked;
  for (const auto& load : round.next) {
    const WorkSet& current = round.current[load.member_id];
    MemberAssignment& member = result.members[load.member_id];
    member.assigned = load.items;
    remove(member.assigned, current);
    member.revoked = round.revoked[load.member_id].items();
    WorkItems& owned = result.owned[load.member_id] = load.items;
    remove(owned, round.revoked[load.member_id]);
    assigned.add(load.items);
    revoked.add(member.revoked);
  }
  previous_assignment_ = minus(assigned, revoked);
  previous_assignment_.add(round.lost);
  previous_assignment_.add(round.held);
  previous_revocation_.add(revoked);
  previous_generation_ = round.input.generation;
  previous_members_.clear();
  for (const auto& load : round.next) previous_members_.insert(load.member_id);
  remember_owners(round, result.owned);
  result.delay_ms = delay_ms_;
  if (round.hold_left_ms > 0 && (delay_ms_ == 0 || round.hold_left_ms < delay_ms_))
    result.delay_ms = static_cast<int32_t>(round.hold_left_ms);
  return result;
}

}  // namespace sluice::cluster
