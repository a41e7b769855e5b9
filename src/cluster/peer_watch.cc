#include "cluster/peer_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

/// How often the leader asks the coordinator whether a round has begun, for everybody.
constexpr int64_t kLeaderBeatMs = 250;
/// And tells who is in the group, for those whom the first telling did not reach.
constexpr int64_t kTellMembersMs = 1'000;
constexpr int64_t kFirstTrustMs = 600'000;
constexpr int kTrustDoublingsMax = 6;
/// How much longer than the timeout others may take with their verdict.
constexpr int64_t kVerdictGraceMs = 300;
constexpr size_t kAskedMax = 2;

milliseconds pace(const PeerOptions& options) {
  return std::clamp(options.timeout / 10, milliseconds(20), milliseconds(500));
}

}  // namespace

PeerWatch::PeerWatch(const HerderOptions& options, PeerLinks::Parts parts, WatchOwner& owner)
    : options_(options),
      scheduler_(parts.scheduler),
      clock_(parts.clock),
      owner_(owner),
      links_(std::move(parts), *this) {}

void PeerWatch::start() { tick(); }

// --- rounds ----------------------------------------------------------------------------------------------

void PeerWatch::round_begun() {
  in_round_ = true;
  if (round_.is_leader || has_evicted_leader_) call_to_rejoin();
}

void PeerWatch::round_joining() { call_to_rejoin(); }

/// Members of Kafka's group hear of a round at their next heartbeat only, seconds later.
void PeerWatch::call_to_rejoin() {
  if (!options_.peers.enabled || round_.generation < 0) return;
  PeerMessage call;
  call.says = PeerSays::kRejoin;
  call.generation = round_.generation;
  links_.send_all(call);
}

void PeerWatch::round_completed(Round round) {
  are_members_told_ = round.is_leader;
  // A leader that dies before it has told them: those of the round before know that it has been there.
  if (!round.is_leader && round.leader_id == round_.leader_id) round.members = std::move(round_.members);
  round_ = std::move(round);
  round_ms_ = clock_.steady_ms();
  in_round_ = false;
  is_watched_ = false;
  has_evicted_leader_ = false;
  stalled_ms_ = -1;
  suspects_.clear();
  checks_.clear();
  if (!options_.peers.enabled) return keep_lease(round_ms_);
  note_returns();
  choose_links();
  if (round_.is_leader) {
    for (const std::string& url : links_.urls_up()) tell_members(url);
  }
  look_for_missing();
  if (const auto early = std::exchange(early_members_, std::nullopt))
    take_members(early->first, early->second);
  if (const auto early = std::exchange(early_call_, std::nullopt)) take_call(early->first, early->second);
  keep_lease(round_ms_);
}

/// Everybody keeps in touch with the leader, and with who would take its place.
void PeerWatch::choose_links() { links_.keep(watchers()); }

std::set<std::string> PeerWatch::watchers() const {
  std::set<std::string> urls;
  if (!round_.is_leader && !round_.leader_url.empty()) urls.insert(round_.leader_url);
  const LedMember* next = next_in_line();
  if (next != nullptr && next->member_id != round_.member_id) urls.insert(next->url);
  return urls;
}

void PeerWatch::tell_members(const std::string& url) {
  if (!round_.is_leader || in_round_ || member_at(url) == nullptr) return;
  PeerMessage message;
  message.says = PeerSays::kMembers;
  message.generation = round_.generation;
  message.members = round_.members;
  links_.send(url, message);
}

/// Who was taken out for its silence and is here again as the same process was not dead: its silence proves
/// nothing for a while.
void PeerWatch::note_returns() {
  for (const LedMember& member : round_.members) {
    if (evicted_silent_.erase(member.incarnation) == 0) continue;
    Wronged& wronged = wronged_[member.incarnation];
    const int64_t trust = kFirstTrustMs << std::min(wronged.times++, kTrustDoublingsMax);
    wronged.trusted_until_ms = clock_.steady_ms() + trust;
    log::warn(
        "{} was only silent, not dead, when it was taken out of the group: for {} minutes its silence "
        "counts for nothing",
        member.url, trust / 60'000);
  }
}

// --- what the others say ---------------------------------------------------------------------------------

void PeerWatch::peer_up(const std::string& url) { tell_members(url); }

/// It may watch us from now on, so the lease has to be a short one.
void PeerWatch::peer_told(const std::string&) { keep_lease(clock_.steady_ms()); }

void PeerWatch::peer_said(const std::string& url, const PeerMessage& message) {
  switch (message.says) {
    case PeerSays::kMembers:
      return take_members(url, message);
    case PeerSays::kRejoin:
      return take_call(url, message.generation);
    case PeerSays::kGoodbye:
      return take_leave(url, message);
    case PeerSays::kLeft:
      return take_left(url, message.member_id);
    case PeerSays::kCheck:
      return answer_check(url, message);
    case PeerSays::kChecked:
      if (const auto check = checks_.extract(message.sequence); !check.empty()) {
        take_verdict(check.mapped(), message.is_alive ? Knock::kAlive : Knock::kNothing);
      }
      return;
    default:
      return;
  }
}

/// It may be about a round that is complete for others and not yet for us.
void PeerWatch::take_call(const std::string& url, int32_t generation) {
  if (generation > round_.generation || in_round_) {
    early_call_ = {url, generation};
  } else if (generation == round_.generation) {
    owner_.rejoin_now(fmt::format("{} says that a round has begun", url));
  }
}

void PeerWatch::take_left(const std::string& url, const std::string& member_id) {
  // Its connection is about to close, which proves nothing new.
  const size_t were_members =
      std::erase_if(round_.members, [&](const LedMember& member) { return member.member_id == member_id; });
  const bool concerns_us = were_members > 0 || member_id == round_.leader_id;
  if (concerns_us && !in_round_) owner_.rejoin_now(fmt::format("{} has left the group", url));
}

/// The leader may know that the round is complete before we do.
void PeerWatch::take_members(const std::string& url, const PeerMessage& message) {
  if (in_round_ || message.generation > round_.generation) {
    early_members_ = {url, message};
    return;
  }
  const bool is_current =
      !round_.is_leader && url == round_.leader_url && message.generation == round_.generation;
  if (!is_current || (are_members_told_ && round_.members == message.members)) return;
  are_members_told_ = true;
  round_.members = message.members;
  note_returns();
  choose_links();
  peer_heard(url);
  links_.ping(url);  // so that the leader hears of us in this generation too
}

/// Rule (a): only who was heard of in this generation can be missed.
void PeerWatch::peer_heard(const std::string& url) {
  if (in_round_) return;
  const LedMember* member = member_at(url);
  if (member == nullptr || links_.incarnation_of(url) != member->incarnation) return;
  suspects_[member->member_id].was_up = true;
}

/// Its work waits for it, or goes to others as soon as it has left.
void PeerWatch::take_leave(const std::string& url, const PeerMessage& goodbye) {
  const milliseconds hold = options_.peers.leave_hold;
  log::info("{} is being stopped; its work waits for it {} ms", url, hold.count());
  suspects_[goodbye.member_id].said_goodbye = true;
  if (hold.count() == 0) {
    owner_.member_died(goodbye.member_id);
  } else {
    owner_.member_leaves({goodbye.member_id, url, goodbye.work, clock_.steady_ms() + hold.count()});
  }
}

void PeerWatch::answer_check(const std::string& url, const PeerMessage& question) {
  links_.knock(question.url, question.incarnation, options_.peers.timeout / 3,
               [this, url, sequence = question.sequence](Knock verdict) {
                 PeerMessage answer;
                 answer.says = PeerSays::kChecked;
                 answer.sequence = sequence;
                 answer.is_alive = verdict == Knock::kAlive;
                 links_.send(url, answer);
               });
}

void PeerWatch::say_goodbye(const WorkItems& work) {
  if (!options_.peers.enabled) return;
  PeerMessage goodbye;
  goodbye.says = PeerSays::kGoodbye;
  goodbye.member_id = round_.member_id;
  goodbye.work = work;
  links_.send_all(goodbye);
}

void PeerWatch::say_left() {
  if (!options_.peers.enabled) return;
  PeerMessage left;
  left.says = PeerSays::kLeft;
  left.member_id = round_.member_id;
  links_.send_all(left);
}

// --- suspicion -------------------------------------------------------------------------------------------

/// A broken link is looked into at once: who is not reachable any more, on a machine that answers, is dead.
void PeerWatch::peer_down(const std::string& url, LinkEnd) {
  const LedMember* member = member_at(url);
  if (member != nullptr) look_for(*member);
}

/// Who died while a round was under way has taken part in it, and what was found out meanwhile was of the
/// round before.
void PeerWatch::look_for_missing() {
  for (const LedMember& member : round_.members) {
    if (!links_.is_up(member.url)) look_for(member);
  }
}

void PeerWatch::look_for(const LedMember& member) {
  if (!may_watch(member) || !has_met(member)) return;
  log::info("The link to {} is gone: looking whether it is still there", member.url);
  links_.knock(member.url, member.incarnation, options_.peers.timeout * 2 / 3,
               [this, id = member.member_id](Knock verdict) { take_verdict(id, verdict); });
}

void PeerWatch::take_verdict(const std::string& member_id, Knock verdict) {
  const LedMember* member = find_member(member_id);
  if (member == nullptr) return;
  Suspect& suspect = suspects_[member_id];
  suspect.open_checks = std::max(0, suspect.open_checks - 1);
  if (verdict == Knock::kAlive) {
    suspect.is_alive = true;
  } else if (verdict == Knock::kDead && has_met(*member) && may_watch(*member)) {
    suspect.is_proven = true;
    evict(*member, true);
  }
}

void PeerWatch::tick() {
  const int64_t now = clock_.steady_ms();
  notice_stall(now);
  last_tick_ms_ = now;
  if (options_.peers.enabled) {
    links_.tick();
    beat(now);
    if (now - members_told_ms_ >= kTellMembersMs) {
      members_told_ms_ = now;
      for (const std::string& url : links_.urls_up()) tell_members(url);
    }
    const std::vector<LedMember> members = round_.members;  // an eviction may change them
    for (const LedMember& member : members) {
      if (may_watch(member)) look_at(member, now);
    }
  }
  keep_lease(now);
  scheduler_.post_after(pace(options_.peers), [this] { tick(); });
}

/// Who has stood still himself cannot say how long others were silent.
void PeerWatch::notice_stall(int64_t now) {
  const int64_t late = now - last_tick_ms_ - pace(options_.peers).count();
  if (last_tick_ms_ == 0 || late <= options_.peers.timeout.count() / 4) return;
  stalled_ms_ = now;
  last_heartbeat_ms_ = 0;
  for (auto& [id, suspect] : suspects_) {
    suspect.floor_ms = now;
    suspect.checked_ms = -1;
    suspect.is_alive = false;
  }
}

void PeerWatch::look_at(const LedMember& member, int64_t now) {
  Suspect& suspect = suspects_[member.member_id];
  const int64_t heard = links_.heard_ms(member.url);
  if (suspect.is_evicting) return;
  if (suspect.is_proven) return evict(member, true);
  if (!suspect.was_up) return;
  const int64_t timeout = options_.peers.timeout.count();
  const int64_t silent = now - std::max({heard, suspect.floor_ms, round_ms_});
  if (silent < timeout * 2 / 3) {
    suspect.checked_ms = -1;
    suspect.is_alive = false;
    return;
  }
  if (is_trusted(member, now)) return;
  if (suspect.checked_ms < 0) check(member);
  if (silent < timeout) return;
  if (suspect.is_alive) {
    log::warn("The link to {} is silent, but it can be reached otherwise", member.url);
    suspect.floor_ms = now;
    suspect.checked_ms = -1;
    suspect.is_alive = false;
    return;
  }
  if (suspect.open_checks > 0 && silent < timeout + kVerdictGraceMs) return;
  if (hears_another(member, now)) evict(member, false);
}

/// The second way: a fresh connection of our own, and others who may reach it.
void PeerWatch::check(const LedMember& member) {
  Suspect& suspect = suspects_[member.member_id];
  suspect.checked_ms = clock_.steady_ms();
  suspect.open_checks = 1;
  links_.knock(member.url, member.incarnation, options_.peers.timeout / 3,
               [this, id = member.member_id](Knock verdict) { take_verdict(id, verdict); });
  size_t asked = 0;
  for (const LedMember& other : round_.members) {
    const bool is_third = other.member_id != member.member_id && other.member_id != round_.member_id;
    if (!is_third || asked >= kAskedMax || !links_.is_up(other.url)) continue;
    PeerMessage question;
    question.says = PeerSays::kCheck;
    question.sequence = ++last_check_;
    question.url = member.url;
    question.incarnation = member.incarnation;
    checks_[question.sequence] = member.member_id;
    links_.send(other.url, question);
    ++suspect.open_checks;
    ++asked;
  }
}

// --- eviction --------------------------------------------------------------------------------------------

/// LeaveGroup carries no generation: only who is a member of this generation himself may take out another.
/// Once a round has begun that cannot be asked any more; the proof of a death does not depend on it.
void PeerWatch::evict(const LedMember& member, bool is_proven) {
  Suspect& suspect = suspects_[member.member_id];
  if (suspect.is_evicting) return;
  suspect.is_evicting = true;
  log::warn(
      "{} is {}: it is taken out of the group", member.url,
      is_proven ? "gone" : fmt::format("silent for {} ms, on two ways", options_.peers.timeout.count()));
  if (in_round_ && is_proven) return remove(member);
  owner_.group_member().heartbeat_now([this, member, generation = round_.generation](const Status& status) {
    const auto suspect_now = suspects_.find(member.member_id);
    if (suspect_now == suspects_.end()) return;
    if (!status.ok() || generation != round_.generation) {
      suspect_now->second.is_evicting = false;
      return;
    }
    remove(member);
  });
}

void PeerWatch::remove(const LedMember& member) {
  const Suspect& suspect = suspects_[member.member_id];
  if (!suspect.is_proven) evicted_silent_.insert(member.incarnation);
  if (!suspect.said_goodbye) owner_.member_died(member.member_id);
  if (member.member_id == round_.leader_id) has_evicted_leader_ = true;
  const std::string reason = fmt::format("member at {} is gone", member.url);
  owner_.group_member().evict(member.member_id, reason, [this, member, reason](const Status& status) {
    const auto suspect_now = suspects_.find(member.member_id);
    if (!status.ok()) {
      log::warn("{} could not be taken out of the group: {}", member.url, status.error().message());
      if (suspect_now != suspects_.end()) suspect_now->second.is_evicting = false;
      return;
    }
    call_to_rejoin();
    if (!in_round_) owner_.rejoin_now(reason);
  });
}

// --- our own life ----------------------------------------------------------------------------------------

/// The leader hears of joins and departures for everybody; who has lost touch makes sure that it is a member.
void PeerWatch::beat(int64_t now) {
  if (in_round_) return;
  const int64_t quarter = options_.peers.timeout.count() / 4;
  const bool out_of_touch = is_watched_ && now - links_.answered_ms(watchers()) > quarter;
  const int64_t pause = out_of_touch ? std::min(quarter, kLeaderBeatMs) : kLeaderBeatMs;
  if (!round_.is_leader && !out_of_touch && stalled_ms_ < 0) return;
  if (now - last_heartbeat_ms_ < pause) return;
  last_heartbeat_ms_ = now;
  owner_.group_member().heartbeat_now([](const Status&) {});
}

/// Tasks may act as long as nobody can have given their work to others: a watcher that has last heard of us
/// then, or the coordinator. In a round it is the same: whether a JoinGroup under way has reached the
/// coordinator cannot be known, and until then others may be in no round at all. A lease that has run out
/// comes back only by the coordinator's word that we are a member: a watcher answers those too that it has
/// evicted.
void PeerWatch::keep_lease(int64_t now) {
  const std::set<std::string> urls = watchers();
  for (const std::string& url : urls) {
    if (links_.is_told(url)) is_watched_ = true;
  }
  const int64_t beaten = owner_.group_member().last_heartbeat_sent_ms();
  const int64_t answered = links_.answered_ms(urls);
  if (stalled_ms_ >= 0 && std::max(beaten, answered) >= stalled_ms_) stalled_ms_ = -1;
  if (beaten < 0) return;
  const int64_t short_term = options_.peers.timeout.count() * 9 / 10;
  const int64_t long_term = options_.session_timeout.count() * 9 / 10;
  const int64_t heard = now < lease_until_ms_ ? std::max(beaten, answered) : beaten;
  lease_until_ms_ = is_watched_ ? std::min(beaten + long_term, heard + short_term) : beaten + long_term;
  owner_.extend_lease(lease_until_ms_);
}

void PeerWatch::end_lease() {
  lease_until_ms_ = clock_.steady_ms();
  owner_.extend_lease(lease_until_ms_);
}

// --- who is who ------------------------------------------------------------------------------------------

bool PeerWatch::all_sluice() const {
  return are_members_told_ && std::none_of(round_.members.begin(), round_.members.end(),
                                           [](const LedMember& m) { return m.incarnation.empty(); });
}

const LedMember* PeerWatch::member_at(const std::string& url) const {
  const auto found = std::find_if(round_.members.begin(), round_.members.end(),
                                  [&](const LedMember& member) { return member.url == url; });
  return found == round_.members.end() ? nullptr : &*found;
}

const LedMember* PeerWatch::find_member(const std::string& member_id) const {
  const auto found = std::find_if(round_.members.begin(), round_.members.end(),
                                  [&](const LedMember& member) { return member.member_id == member_id; });
  return found == round_.members.end() ? nullptr : &*found;
}

const LedMember* PeerWatch::next_in_line() const {
  const auto found = std::find_if(round_.members.begin(), round_.members.end(), [&](const LedMember& member) {
    return member.member_id != round_.leader_id && !member.incarnation.empty();
  });
  return found == round_.members.end() ? nullptr : &*found;
}

bool PeerWatch::may_watch(const LedMember& member) const {
  if (member.incarnation.empty() || member.member_id == round_.member_id) return false;
  if (round_.is_leader || has_evicted_leader_) return true;
  const LedMember* next = next_in_line();
  return next != nullptr && next->member_id == round_.member_id && member.member_id == round_.leader_id;
}

/// Nobody's death is proved by an address that this worker could never reach.
bool PeerWatch::has_met(const LedMember& member) const {
  return links_.has_met(member.url, member.incarnation);
}

bool PeerWatch::hears_another(const LedMember& than, int64_t now) const {
  if (round_.members.size() <= 2) return true;
  const int64_t recently = now - options_.peers.timeout.count() / 2;
  return std::any_of(round_.members.begin(), round_.members.end(), [&](const LedMember& other) {
    const bool is_third = other.member_id != than.member_id && other.member_id != round_.member_id;
    return is_third && links_.heard_ms(other.url) >= recently;
  });
}

bool PeerWatch::is_trusted(const LedMember& member, int64_t now) const {
  const auto found = wronged_.find(member.incarnation);
  return found != wronged_.end() && now < found->second.trusted_until_ms;
}

}  // namespace sluice::cluster
