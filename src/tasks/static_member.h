#pragma once
// A sink task's place in its consumer group, held by a group instance id. Blocking; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::tasks {

struct StaticMember {
  std::string group;
  std::string instance_id;
  sdk::Properties client;  // the consumer's properties but for its group: how its brokers are reached

  friend bool operator==(const StaticMember&, const StaticMember&) = default;
};

/// "<prefix>-<connector>-<task>": whether that is a task of this very connector. Groups can be shared.
bool is_instance_of(std::string_view instance_id, std::string_view prefix, std::string_view connector);

/// `settings`: the consumer's.
StaticMember static_member_of(const sdk::Properties& settings, const std::string& instance_id);

/// Static members never leave by themselves. Those that are not in their group are fine. One request and one
/// status for each group.
std::vector<Status> leave_groups(const std::vector<StaticMember>& members);

/// Makes `settings`, a consumer's, those of a static member that subscribes to `topics` (none: to a pattern).
/// Frees the id first where a predecessor with it would be in the way (GroupCalls::release_instance). Where
/// that fails with group.protocol=consumer, whose brokers refuse an id that is taken, the member stays
/// dynamic: it waits for partitions, but does not fail.
void take_instance(sdk::Properties& settings, const std::string& instance_id,
                   const std::vector<std::string>& topics, const std::string& task);

}  // namespace sluice::tasks
