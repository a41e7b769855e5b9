#include "tasks/static_member.h"

#include <fmt/format.h>
#include <strings.h>

#include <chrono>
#include <map>
#include <utility>

#include "base/log.h"
#include "kafka/protocol/group_calls.h"

namespace sluice::tasks {
namespace {

/// A task's stop, its FAILED status or its start waits for it, but not long: the place is free at the latest
/// when the session ends.
constexpr std::chrono::milliseconds kTimeout{2'000};
constexpr const char* kClientId = "sluice-group-calls";

bool speaks_consumer_protocol(const sdk::Properties& client) {
  const std::string* protocol = sdk::find(client, "group.protocol");
  return protocol != nullptr && strcasecmp(protocol->c_str(), "consumer") == 0;
}

Status free_instance(const StaticMember& member, const std::vector<std::string>& topics) {
  SLUICE_ASSIGN_OR_RETURN(const auto calls, kafka::protocol::make_group_calls(member.client, kClientId));
  return calls->release_instance(member.group, member.instance_id, topics, kTimeout);
}

}  // namespace

bool is_instance_of(std::string_view instance_id, std::string_view prefix, std::string_view connector) {
  const std::string of_all = fmt::format("{}-{}-", prefix, connector);
  if (!instance_id.starts_with(of_all)) return false;
  const std::string_view task = instance_id.substr(of_all.size());
  return !task.empty() && task.find_first_not_of("0123456789") == std::string_view::npos;
}

StaticMember static_member_of(const sdk::Properties& settings, const std::string& instance_id) {
  StaticMember member{settings.at("group.id"), instance_id, settings};
  member.client.erase("group.id");
  return member;
}

std::vector<Status> leave_groups(const std::vector<StaticMember>& members) {
  std::map<std::pair<std::string, sdk::Properties>, std::vector<std::string>> by_group;
  for (const StaticMember& member : members) {
    by_group[{member.group, member.client}].push_back(member.instance_id);
  }
  std::vector<Status> results;
  for (const auto& [group, ids] : by_group) {
    const auto calls = kafka::protocol::make_group_calls(group.second, kClientId);
    results.push_back(calls.ok() ? (*calls)->remove_instances(group.first, ids, kTimeout)
                                 : Status(calls.error()));
  }
  return results;
}

void take_instance(sdk::Properties& settings, const std::string& instance_id,
                   const std::vector<std::string>& topics, const std::string& task) {
  const Status freed = free_instance(static_member_of(settings, instance_id), topics);
  if (freed.ok() || !speaks_consumer_protocol(settings)) {
    settings["group.instance.id"] = instance_id;
    return;
  }
  log::warn(
      "Task {} joins its consumer group without the instance id {}, which could not be freed: the partitions "
      "of a predecessor that has died come when its session is over: {}",
      task, instance_id, freed.error().message());
}

}  // namespace sluice::tasks
