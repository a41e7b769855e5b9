#include "cluster/assignment_round.h"

#include <algorithm>

namespace sluice::cluster {
namespace {

RoundInput round_input(const LeaderInput& input, bool all_sluice) {
  RoundInput round{.connectors = input.connectors,
                   .generation = input.generation,
                   .completed_generation = input.completed_generation,
                   .all_sluice = all_sluice};
  std::map<std::string, const WorkerMetadata*> by_id;
  for (const auto& member : input.members) {
    by_id.emplace(member.member_id, &member.metadata);
    const auto& allocation = member.metadata.allocation;
    round.members.push_back(
        {member.member_id, member.metadata.url, allocation ? allocation->assigned : WorkItems{}});
  }
  if (input.can_run) {
    round.can_run = [&input, by_id](const AssignorMember& member, const std::string& connector) {
      return input.can_run(*by_id.at(member.id), connector);
    };
  }
  return round;
}

}  // namespace

LeaderRound assign_to_group(const LeaderInput& input, IncrementalAssignor& assignor) {
  LeaderRound result;
  Assignment common{.version = static_cast<int16_t>(input.protocol), .leader = input.leader_id};
  common.config_offset = input.config_offset;
  result.all_sluice = true;
  for (const auto& [id, metadata] : input.members) {
    if (id == input.leader_id) common.leader_url = metadata.url;
    if (!metadata.sluice) result.all_sluice = false;
    if (metadata.config_offset > common.config_offset) {
      result.config_mismatch = true;
      common.config_offset = metadata.config_offset;
    }
  }
  if (result.config_mismatch) {
    common.error = static_cast<int16_t>(AssignmentError::kConfigMismatch);
    for (const auto& member : input.members) result.assignments.emplace(member.member_id, common);
    return result;
  }
  const RoundInput round = round_input(input, result.all_sluice);
  AssignmentRound assigned = input.protocol == ConnectProtocol::kEager
                                 ? eager_assignment(round.connectors, round.members)
                                 : assignor.assign(round);
  common.delay_ms = assigned.delay_ms;
  for (auto& [id, member] : assigned.members) {
    Assignment& assignment = result.assignments.emplace(id, common).first->second;
    assignment.assigned = std::move(member.assigned);
    assignment.revoked = std::move(member.revoked);
  }
  result.owned = std::move(assigned.owned);
  return result;
}

Assignment merge_assignment(const Assignment& received, const std::optional<Assignment>& before) {
  Assignment merged = received;
  merged.revoked = {};
  if (received.version == 0 || !before) return merged;
  WorkSet known = as_set(received.assigned);
  known.add(received.revoked);
  WorkItems kept = before->assigned;
  remove(kept, known);
  append(merged.assigned, kept);
  return merged;
}

}  // namespace sluice::cluster
