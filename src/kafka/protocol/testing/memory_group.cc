#include "kafka/protocol/testing/memory_group.h"

#include <algorithm>
#include <utility>

#include "kafka/protocol/error_codes.h"
#include "kafka/protocol/testing/hex.h"

namespace sluice::kafka::protocol::testing {
namespace {

using std::chrono::milliseconds;

constexpr int16_t kFirstVersionWithPromisedIds = 4;
constexpr int16_t kFirstVersionWithLeavers = 3;
constexpr int16_t kFirstVersionWithProtocol = 5;
constexpr size_t kMemberIdBytes = 8;

template <typename Response>
Response refused(int16_t code) {
  Response response;
  response.error_code = code;
  return response;
}

std::string_view name_of(MemoryGroup::State state) {
  switch (state) {
    case MemoryGroup::State::kEmpty:
      return "Empty";
    case MemoryGroup::State::kPreparing:
      return "PreparingRebalance";
    case MemoryGroup::State::kCompleting:
      return "CompletingRebalance";
    case MemoryGroup::State::kStable:
      break;
  }
  return "Stable";
}

}  // namespace

MemoryGroup::MemoryGroup(std::string name, MemoryGroupOptions options, Scheduler& scheduler, Random& random)
    : name_(std::move(name)), options_(options), scheduler_(scheduler), random_(random) {}

void MemoryGroup::after(milliseconds delay, std::function<void()> work) {
  scheduler_.post_after(delay, [work = std::move(work), alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) work();
  });
}

std::string MemoryGroup::new_member_id(const std::string& client_id) {
  return client_id + "-" + to_hex(random_.bytes(kMemberIdBytes));
}

std::optional<int16_t> MemoryGroup::refusal(const JoinGroupRequest& request) const {
  const milliseconds session(request.session_timeout_ms);
  if (name_.empty()) return kInvalidGroupId;
  if (session < options_.session_timeout_min || session > options_.session_timeout_max) {
    return kInvalidSessionTimeout;
  }
  if (request.protocols.empty() || request.protocol_type.empty()) return kInconsistentGroupProtocol;
  if (members_.empty()) return std::nullopt;
  const bool has_common = std::any_of(
      request.protocols.begin(), request.protocols.end(), [this](const JoinGroupRequest::Protocol& offered) {
        return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
          const auto& own = entry.second.protocols;
          return std::any_of(own.begin(), own.end(),
                             [&](const auto& each) { return each.name == offered.name; });
        });
      });
  if (request.protocol_type != protocol_type_ || !has_common) return kInconsistentGroupProtocol;
  return std::nullopt;
}

void MemoryGroup::join(const JoinGroupRequest& request, int16_t version, const std::string& client_id,
                       Reply<JoinGroupResponse> reply) {
  if (const auto code = refusal(request)) return reply(refused<JoinGroupResponse>(*code));
  std::string member_id = request.member_id;
  if (member_id.empty()) {
    member_id = new_member_id(client_id);
    if (version >= kFirstVersionWithPromisedIds) {
      promised_.insert(member_id);
      after(milliseconds(request.session_timeout_ms), [this, member_id] {
        if (promised_.erase(member_id) > 0) complete_round_if_ready();
      });
      auto response = refused<JoinGroupResponse>(kMemberIdRequired);
      response.member_id = member_id;
      return reply(std::move(response));
    }
  } else if (const auto known = members_.find(member_id); known != members_.end()) {
    return join_known(request, known->second, std::move(reply));
  } else if (promised_.erase(member_id) == 0) {
    return reply(refused<JoinGroupResponse>(kUnknownMemberId));
  }
  if (members_.empty()) protocol_type_ = request.protocol_type;
  if (leader_.empty()) leader_ = member_id;
  Member& member = members_[member_id];
  member.client_id = client_id;
  rejoin(request, member, std::move(reply));
}

void MemoryGroup::join_known(const JoinGroupRequest& request, Member& member,
                             Reply<JoinGroupResponse> reply) {
  const bool same = member.protocols == request.protocols;
  const bool is_leader = request.member_id == leader_;
  if ((state_ == State::kCompleting && same) || (state_ == State::kStable && same && !is_leader)) {
    return reply(round_of(request.member_id));
  }
  rejoin(request, member, std::move(reply));
}

void MemoryGroup::rejoin(const JoinGroupRequest& request, Member& member, Reply<JoinGroupResponse> reply) {
  member.session_timeout = milliseconds(request.session_timeout_ms);
  member.rebalance_timeout = milliseconds(request.rebalance_timeout_ms);
  member.protocols = request.protocols;
  // The connection of an earlier try is gone, or nobody waits for its answer.
  member.awaits_join = std::move(reply);
  prepare_round();
}

JoinGroupResponse MemoryGroup::round_of(const std::string& member_id) const {
  JoinGroupResponse response;
  response.generation_id = generation_;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.leader = leader_;
  response.member_id = member_id;
  if (member_id != leader_) return response;
  for (const auto& [id, member] : members_) {
    const auto chosen = std::find_if(member.protocols.begin(), member.protocols.end(),
                                     [this](const auto& each) { return each.name == protocol_; });
    response.members.push_back({id, std::nullopt, chosen->metadata});
  }
  return response;
}

// Each member votes for its first protocol that all know; on a tie the name decides.
std::string MemoryGroup::vote() const {
  std::map<std::string, int> votes;
  const auto all_know = [this](const std::string& name) {
    return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
      const auto& own = entry.second.protocols;
      return std::any_of(own.begin(), own.end(), [&](const auto& each) { return each.name == name; });
    });
  };
  for (const auto& [id, member] : members_) {
    for (const auto& protocol : member.protocols) {
      if (!all_know(protocol.name)) continue;
      ++votes[protocol.name];
      break;
    }
  }
  const auto winner = std::max_element(votes.begin(), votes.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return winner == votes.end() ? "" : winner->first;
}

void MemoryGroup::prepare_round() {
  if (state_ == State::kPreparing) return complete_round_if_ready();
  if (state_ == State::kCompleting) {
    for (auto& [id, member] : members_) {
      if (auto reply = std::exchange(member.awaits_sync, nullptr)) {
        watch(id);
        reply(refused<SyncGroupResponse>(kRebalanceInProgress));
      }
    }
  }
  held_ = state_ == State::kEmpty && options_.initial_rebalance_delay.count() > 0;
  state_ = State::kPreparing;
  const uint64_t round = ++round_;
  milliseconds longest{0};
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
  if (held_) {
    after(options_.initial_rebalance_delay, [this, round] {
      if (round != round_) return;
      held_ = false;
      complete_round_if_ready();
    });
  }
  after(longest, [this, round] {
    if (round == round_ && state_ == State::kPreparing) complete_round();
  });
  complete_round_if_ready();
}

void MemoryGroup::complete_round_if_ready() {
  if (state_ != State::kPreparing || held_ || !promised_.empty()) return;
  const bool all_joined = std::all_of(members_.begin(), members_.end(),
                                      [](const auto& entry) { return entry.second.awaits_join != nullptr; });
  if (all_joined) complete_round();
}

void MemoryGroup::complete_round() {
  ++round_;
  std::erase_if(members_, [](const auto& entry) { return entry.second.awaits_join == nullptr; });
  ++generation_;
  if (members_.empty()) {
    state_ = State::kEmpty;
    leader_.clear();
    protocol_.clear();
    return;
  }
  if (!members_.contains(leader_)) leader_ = members_.begin()->first;
  protocol_ = vote();
  state_ = State::kCompleting;
  std::vector<std::pair<Reply<JoinGroupResponse>, JoinGroupResponse>> answers;
  for (auto& [id, member] : members_) {
    member.assignment.clear();
    answers.emplace_back(std::exchange(member.awaits_join, nullptr), round_of(id));
    watch(id);
  }
  expect_syncs();
  for (auto& [reply, response] : answers) reply(std::move(response));
}

// Who has joined and does not sync within the rebalance timeout is no member any more.
void MemoryGroup::expect_syncs() {
  milliseconds longest{0};
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
  after(longest, [this, round = round_] {
    if (round != round_ || state_ != State::kCompleting) return;
    std::vector<std::string> late;
    for (const auto& [id, member] : members_) {
      if (member.awaits_sync == nullptr) late.push_back(id);
    }
    for (const std::string& id : late) remove(id);
  });
}

void MemoryGroup::sync(const SyncGroupRequest& request, int16_t version, Reply<SyncGroupResponse> reply) {
  if (version >= kFirstVersionWithProtocol && !(request.protocol_type && request.protocol_name)) {
    return reply(refused<SyncGroupResponse>(kInconsistentGroupProtocol));
  }
  const auto found = members_.find(request.member_id);
  if (found == members_.end()) return reply(refused<SyncGroupResponse>(kUnknownMemberId));
  if (request.generation_id != generation_) return reply(refused<SyncGroupResponse>(kIllegalGeneration));
  if ((request.protocol_type && *request.protocol_type != protocol_type_) ||
      (request.protocol_name && *request.protocol_name != protocol_)) {
    return reply(refused<SyncGroupResponse>(kInconsistentGroupProtocol));
  }
  if (state_ == State::kPreparing) return reply(refused<SyncGroupResponse>(kRebalanceInProgress));
  found->second.awaits_sync = std::move(reply);
  if (state_ == State::kCompleting && request.member_id == leader_) {
    for (const auto& [member_id, assignment] : request.assignments) {
      if (const auto member = members_.find(member_id); member != members_.end()) {
        member->second.assignment = assignment;
      }
    }
    state_ = State::kStable;
  }
  if (state_ == State::kStable) give_assignments();
}

void MemoryGroup::give_assignments() {
  std::vector<std::pair<Reply<SyncGroupResponse>, SyncGroupResponse>> answers;
  for (auto& [id, member] : members_) {
    if (member.awaits_sync == nullptr) continue;
    SyncGroupResponse response;
    response.protocol_type = protocol_type_;
    response.protocol_name = protocol_;
    response.assignment = member.assignment;
    answers.emplace_back(std::exchange(member.awaits_sync, nullptr), std::move(response));
    watch(id);
  }
  for (auto& [reply, response] : answers) reply(std::move(response));
}

HeartbeatResponse MemoryGroup::heartbeat(const HeartbeatRequest& request) {
  if (!members_.contains(request.member_id)) return refused<HeartbeatResponse>(kUnknownMemberId);
  if (request.generation_id != generation_) return refused<HeartbeatResponse>(kIllegalGeneration);
  watch(request.member_id);
  return refused<HeartbeatResponse>(state_ == State::kPreparing ? kRebalanceInProgress : kNoError);
}

LeaveGroupResponse MemoryGroup::leave(const LeaveGroupRequest& request, int16_t version) {
  LeaveGroupResponse response;
  const auto leave_one = [this](const std::string& member_id) -> int16_t {
    if (promised_.erase(member_id) > 0) {
      complete_round_if_ready();
      return kNoError;
    }
    if (!members_.contains(member_id)) return kUnknownMemberId;
    remove(member_id);
    return kNoError;
  };
  if (version < kFirstVersionWithLeavers) {
    response.error_code = leave_one(request.member_id);
    return response;
  }
  for (const auto& member : request.members) {
    response.members.push_back({member.member_id, member.group_instance_id, leave_one(member.member_id)});
  }
  return response;
}

void MemoryGroup::remove(const std::string& member_id) {
  const auto found = members_.find(member_id);
  if (found == members_.end()) return;
  Member removed = std::move(found->second);
  members_.erase(found);
  if (leader_ == member_id) leader_ = members_.empty() ? "" : members_.begin()->first;
  state_ == State::kPreparing ? complete_round_if_ready() : prepare_round();
  if (removed.awaits_join) removed.awaits_join(refused<JoinGroupResponse>(kUnknownMemberId));
  if (removed.awaits_sync) removed.awaits_sync(refused<SyncGroupResponse>(kUnknownMemberId));
}

void MemoryGroup::watch(const std::string& member_id) {
  Member& member = members_.at(member_id);
  const uint64_t watch = member.watch = next_watch_++;
  after(member.session_timeout, [this, member_id, watch] { expire(member_id, watch); });
}

void MemoryGroup::expire(const std::string& member_id, uint64_t watch) {
  const auto found = members_.find(member_id);
  if (found == members_.end() || found->second.watch != watch) return;
  // Who waits for an answer is alive.
  if (found->second.awaits_join || found->second.awaits_sync) return;
  remove(member_id);
}

void MemoryGroup::moved() {
  for (const std::string& id : member_ids()) {
    watch(id);
    Member& member = members_.at(id);
    const auto join = std::exchange(member.awaits_join, nullptr);
    const auto sync = std::exchange(member.awaits_sync, nullptr);
    if (join) join(refused<JoinGroupResponse>(kNotCoordinator));
    if (sync) sync(refused<SyncGroupResponse>(kNotCoordinator));
  }
  // A round that was not complete is not written down anywhere: it begins anew.
  if (state_ == State::kPreparing || state_ == State::kCompleting) {
    state_ = State::kStable;
    prepare_round();
  }
}

std::vector<std::string> MemoryGroup::member_ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, member] : members_) ids.push_back(id);
  return ids;
}

DescribeGroupsResponse::Group MemoryGroup::describe() const {
  DescribeGroupsResponse::Group group;
  group.group_id = name_;
  group.group_state = name_of(state_);
  group.protocol_type = protocol_type_;
  const bool is_stable = state_ == State::kStable;
  if (is_stable) group.protocol_data = protocol_;
  for (const auto& [id, member] : members_) {
    DescribeGroupsResponse::Group::Member one;
    one.member_id = id;
    one.client_id = member.client_id;
    one.client_host = "/memory";
    if (is_stable) {
      const auto chosen = std::find_if(member.protocols.begin(), member.protocols.end(),
                                       [this](const auto& each) { return each.name == protocol_; });
      if (chosen != member.protocols.end()) one.member_metadata = chosen->metadata;
      one.member_assignment = member.assignment;
    }
    group.members.push_back(std::move(one));
  }
  return group;
}

}  // namespace sluice::kafka::protocol::testing
