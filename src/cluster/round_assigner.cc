#include "cluster/round_assigner.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sluice::cluster {
namespace {

const std::string kNoUrl;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Tasks of connectors whose task configurations are incomplete do not exist.
TaskCounts task_counts(const store::ConfigSnapshot& state) {
  TaskCounts counts;
  for (const auto& [name, entry] : state.connectors) {
    counts[name] = entry.inconsistent ? 0 : static_cast<int32_t>(entry.tasks.size());
  }
  return counts;
}

}  // namespace

RoundAssigner::RoundAssigner(const HerderOptions& options, const store::ConfigStore& config,
                             const Clock& clock)
    : options_(options),
      config_(config),
      assignor_(clock, static_cast<int32_t>(options.rebalance_delay_max.count())) {}

std::map<std::string, std::string> RoundAssigner::assign(
    const Round& round, const std::vector<kafka::protocol::GroupPeer>& members) {
  LeaderInput input;
  input.protocol = parse_group_protocol(round.protocol).value_or(ConnectProtocol::kEager);
  input.leader_id = round.leader_id;
  input.generation = round.generation;
  input.completed_generation = round.completed_generation;
  input.connectors = task_counts(config_.state());
  input.config_offset = config_.state().offset;
  input.can_run = [this](const WorkerMetadata& worker, const std::string& connector) {
    return !lacks_plugin(worker, connector);
  };
  members_.clear();
  for (const kafka::protocol::GroupPeer& peer : members) {
    auto metadata = decode_metadata(peer.metadata);
    if (!metadata.ok()) {
      log::error("Group member {} told something that cannot be read, it gets no work: {}", peer.member_id,
                 metadata.error().message());
      continue;
    }
    members_.push_back(
        {peer.member_id, metadata->url, metadata->sluice ? metadata->sluice->incarnation : std::string()});
    input.members.push_back({peer.member_id, std::move(metadata).value()});
  }
  LeaderRound led = assign_to_group(input, assignor_);
  if (led.config_mismatch) {
    log::info("This leader has read the config topic up to {} only, a member further: the round is repeated",
              input.config_offset);
  }
  owned_ = std::move(led.owned);
  all_sluice_ = led.all_sluice;
  std::map<std::string, std::string> result;
  for (const auto& [member_id, assignment] : led.assignments) {
    result[member_id] = encode_assignment(assignment);
  }
  return result;
}

/// Java workers do not tell what they have.
bool RoundAssigner::lacks_plugin(const WorkerMetadata& metadata, const std::string& connector) const {
  if (!metadata.sluice) return false;
  const auto entry = config_.state().connectors.find(connector);
  if (entry == config_.state().connectors.end()) return false;
  const auto class_name = entry->second.config.find("connector.class");
  if (class_name == entry->second.config.end() || !class_name->second) return false;
  return !contains(metadata.sluice->connector_classes, *class_name->second);
}

const std::string& RoundAssigner::url_of(const std::string& member_id) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const LedMember& member) { return member.member_id == member_id; });
  return found == members_.end() ? kNoUrl : found->url;
}

std::string RoundAssigner::owner_url(const std::string& connector) const {
  for (const auto& [member_id, work] : owned_) {
    if (contains(work.connectors, connector)) return url_of(member_id);
  }
  return {};
}

std::string RoundAssigner::owner_url(const TaskName& task) const {
  for (const auto& [member_id, work] : owned_) {
    if (std::find(work.tasks.begin(), work.tasks.end(), task) != work.tasks.end()) return url_of(member_id);
  }
  return {};
}

const WorkItems* RoundAssigner::owned_by(const std::string& member_id) const {
  const auto found = owned_.find(member_id);
  return found == owned_.end() ? nullptr : &found->second;
}

}  // namespace sluice::cluster
