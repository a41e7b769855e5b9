#pragma once
// The leader's answer to a complete JoinGroup round: everybody's metadata in, everybody's assignment out
// (performAssignment() of Kafka Connect's assignors).

#include <map>
#include <string>
#include <vector>

#include "cluster/assignor.h"
#include "cluster/connect_protocol.h"

namespace sluice::cluster {

struct GroupWorker {
  std::string member_id;
  WorkerMetadata metadata;
};

struct LeaderInput {
  ConnectProtocol protocol = ConnectProtocol::kSessioned;  // what the group agreed on
  std::string leader_id;
  std::vector<GroupWorker> members{};  // in the order of the JoinGroup response, the leader among them
  int32_t generation = -1;             // the one being formed
  int32_t completed_generation = -1;   // the last one that this worker saw complete; -1 before
  TaskCounts connectors{};             // what the leader's config store says now,
  int64_t config_offset = -1;          // up to here
  std::function<bool(const WorkerMetadata& worker, const std::string& connector)>
      can_run{};  // see RoundInput
};

struct LeaderRound {
  std::map<std::string, Assignment> assignments{};  // by member id, to be encoded
  std::map<std::string, WorkItems> owned{};         // by member id; see AssignmentRound
  bool all_sluice = false;                          // no member is a Java worker
  bool config_mismatch = false;  // some member knows more of the configuration: everybody joins again
};

/// Assigns work as of the leader's own offset, or tells all that it is behind. Java's leader takes the
/// largest offset that was reported instead of its own when it knows more than it reported; its configuration
/// is then as old, so that both are right.
LeaderRound assign_to_group(const LeaderInput& input, IncrementalAssignor& assignor);

/// What a worker runs after it got `received` on top of `before`: the allocation that it reports from then
/// on. Order: what is new first, as Java's.
Assignment merge_assignment(const Assignment& received, const std::optional<Assignment>& before);

}  // namespace sluice::cluster
