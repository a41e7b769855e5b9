#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "cluster/connector_offsets.h"
#include "cluster/sink_offset_request.h"
#include "kafka/admin.h"
#include "kafka/protocol/group_calls.h"
#include "tasks/client_settings.h"
#include "tasks/static_member.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTimeout{30'000};
/// As long as consumers may take to notice that they are out.
constexpr milliseconds kEmptyGroupTimeout{3'000};
constexpr milliseconds kLook{100};
constexpr std::string_view kNoSuchGroup = "org.apache.kafka.common.errors.GroupIdNotFoundException";

RequestError error_of(std::string message) { return {RequestProblem::kInternal, std::move(message), {}, {}}; }

RequestError zombies(const ConnectorCall& of, std::string_view verb) {
  return error_of(fmt::format(
      "Failed to {} consumer group offsets for connector {} either because its tasks haven't stopped "
      "completely "
      "yet or the connector was resumed before the request to {} its offsets could be successfully "
      "completed. If "
      "the connector is in a stopped state, this operation can be safely retried. If it doesn't eventually "
      "succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks.",
      verb, of.connector, verb));
}

std::string group_of(const ConnectorCall& of) {
  return tasks::sink_consumer_settings(of.worker, of.config, of.connector).at("group.id");
}

Result<std::unique_ptr<kafka::Admin>> admin_of(const ConnectorCall& of) {
  SLUICE_ASSIGN_OR_RETURN(const auto config, kafka::translate(kafka::ClientKind::kAdmin,
                                                              tasks::admin_settings(of.worker, of.config),
                                                              "connector-adminclient-" + of.connector));
  return kafka::make_admin(config);
}

/// Takes our own static members out, then waits for the others to be gone. False: somebody stays.
Result<bool> empty_group(const ConnectorCall& of, const std::string& group) {
  SLUICE_ASSIGN_OR_RETURN(const auto calls,
                          kafka::protocol::make_group_calls(tasks::admin_settings(of.worker, of.config),
                                                            "connector-adminclient-" + of.connector));
  const std::string prefix = "sluice-" + of.group_id;
  const int64_t deadline = system_clock().steady_ms() + kEmptyGroupTimeout.count();
  const StopSignal never;
  while (true) {
    SLUICE_ASSIGN_OR_RETURN(const auto description, calls->describe_group(group, kTimeout));
    std::vector<std::string> ours;
    for (const auto& member : description.members) {
      if (tasks::is_instance_of(member.instance_id, prefix, of.connector)) ours.push_back(member.instance_id);
    }
    if (!ours.empty()) SLUICE_RETURN_IF_ERROR(calls->remove_instances(group, ours, kTimeout));
    if (description.members.size() == ours.size()) return true;
    if (system_clock().steady_ms() >= deadline) return false;
    never.wait_for(kLook);
  }
}

Answer<Nothing> alter(const ConnectorCall& of, kafka::Admin& admin, const std::string& group,
                      const SinkOffsetChange& change) {
  kafka::CommitOffsets offsets;
  for (const auto& [partition, offset] : change.alter) {
    if (offset < 0) {
      return error_of(fmt::format("Failed to modify offsets for sink connector {}", of.connector));
    }
    offsets[partition] = {offset, {}};
  }
  Status status = offsets.empty() ? Status() : admin.alter_group_offsets(group, offsets, kTimeout);
  if (status.ok() && !change.reset.empty())
    status = admin.delete_group_offsets(group, change.reset, kTimeout);
  if (status.ok()) return Nothing{};
  log::error("Offsets of connector {} could not be altered: {}", of.connector, status.error().message());
  return error_of(fmt::format("Failed to alter consumer group offsets for connector {}", of.connector));
}

Answer<Nothing> reset(const ConnectorCall& of, kafka::Admin& admin, const std::string& group) {
  const Status status = admin.delete_group(group, kTimeout);
  // Nothing to forget is as good as forgotten: the request can be repeated.
  if (status.ok() || status.error().exception_class() == kNoSuchGroup) return Nothing{};
  log::error("Offsets of connector {} could not be reset: {}", of.connector, status.error().message());
  return error_of(fmt::format("Failed to reset consumer group offsets for connector {}", of.connector));
}

/// What the connector is to agree with: -1 for what is forgotten.
sdk::Offsets as_connector_sees(const SinkOffsetChange& change) {
  sdk::Offsets offsets(change.alter.begin(), change.alter.end());
  for (const sdk::TopicPartition& partition : change.reset) offsets[partition] = -1;
  return offsets;
}

}  // namespace

Answer<std::vector<OffsetEntry>> read_sink_offsets(const ConnectorCall& of) {
  const auto admin = admin_of(of);
  const auto offsets = admin.ok() ? (*admin)->group_offsets(group_of(of), kTimeout)
                                  : Result<kafka::CommitOffsets>(admin.error());
  if (!offsets.ok()) {
    return error_of(
        fmt::format("Failed to retrieve consumer group offsets for sink connector {}", of.connector));
  }
  std::vector<OffsetEntry> entries;
  for (const auto& [partition, committed] : *offsets) {
    if (committed.offset >= 0) entries.push_back(sink_offset_entry(partition, committed.offset));
  }
  return entries;
}

Answer<std::string> change_sink_offsets(const ConnectorCall& of, const OffsetChange& change) {
  const std::string_view verb = change ? "alter" : "reset";
  const std::string group = group_of(of);
  const auto admin = admin_of(of);
  if (!admin.ok()) return error_of(admin.error().message());
  SinkOffsetChange wanted;
  if (change) {
    auto parsed = parse_sink_offsets(*change);
    if (auto* error = std::get_if<RequestError>(&parsed)) return std::move(*error);
    wanted = std::get<SinkOffsetChange>(std::move(parsed));
  } else {
    const auto known = (*admin)->group_offsets(group, kTimeout);
    if (!known.ok()) {
      return error_of(fmt::format("Failed to list offsets prior to resetting offsets for sink connector {}",
                                  of.connector));
    }
    for (const auto& [partition, committed] : *known) wanted.reset.insert(partition);
  }
  const auto plugin = of.plugins.connector(of.config.at("connector.class"));
  if (!plugin.ok() || plugin->sink == nullptr) {
    return error_of(fmt::format("Connector {} is not a sink connector", of.connector));
  }
  const auto vouched = plugin->sink->connector()->alter_offsets(of.config, as_connector_sees(wanted));
  if (!vouched.ok()) {
    if (vouched.error().kind() != ErrorKind::kUnsupported) return error_of(vouched.error().message());
    return error_of(
        fmt::format("Failed to modify offsets for connector {} because it doesn't support external "
                    "modification of offsets",
                    of.connector));
  }
  const auto is_empty = empty_group(of, group);
  if (!is_empty.ok() || !*is_empty) return zombies(of, verb);
  auto done = change ? alter(of, **admin, group, wanted) : reset(of, **admin, group);
  if (auto* error = std::get_if<RequestError>(&done)) return std::move(*error);
  return offsets_changed(change, *vouched);
}

}  // namespace sluice::cluster
