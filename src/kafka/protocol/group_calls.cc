#include "kafka/protocol/group_calls.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/pumped_scheduler.h"
#include "kafka/protocol/coordinator_call.h"
#include "kafka/protocol/error_codes.h"
#include "kafka/protocol/network.h"
#include "kafka/protocol/subscription.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;

constexpr int16_t kGroupIdNotFound = 69;
constexpr int32_t kAwayForAWhile = -2;  // the member epoch of static members that leave
constexpr const char* kDead = "Dead";
constexpr const char* kRemovalReason = "member was removed by an admin";
// The calls end by themselves at their deadlines; this is for what is under way then.
constexpr milliseconds kGrace{1'000};

// Connections for the length of one call, pumped by the caller's thread.
class Session {
 public:
  Session(const ConnectionSettings& settings, milliseconds timeout)
      : timeout_(timeout),
        deadline_ms_(system_clock().steady_ms() + timeout.count()),
        network_(make_network(scheduler_, settings.tls)),
        calls_(settings, {*network_, scheduler_, system_clock(), system_random()}) {}

  template <typename Request>
  void call(CoordinatorType type, const std::string& key, const Request& request,
            std::function<int16_t(const typename Request::Response&)> code_of, std::string what,
            std::function<void(Result<typename Request::Response>)> done) {
    calls_.call(type, key, request, std::move(code_of), std::move(what), deadline_ms_, std::move(done));
  }

  bool run_until(const std::function<bool()>& done) { return scheduler_.run_until(done, timeout_ + kGrace); }

  template <typename Request>
  Result<typename Request::Response> await(CoordinatorType type, const std::string& key,
                                           const Request& request,
                                           std::function<int16_t(const typename Request::Response&)> code_of,
                                           const std::string& what) {
    std::optional<Result<typename Request::Response>> result;
    call(type, key, request, std::move(code_of), what,
         [&result](auto response) { result.emplace(std::move(response)); });
    if (run_until([&] { return result.has_value(); })) return *std::move(result);
    return retriable(fmt::format("{}: no answer within {} ms", what, timeout_.count()));
  }

 private:
  const milliseconds timeout_;
  const int64_t deadline_ms_;
  PumpedScheduler scheduler_;
  std::unique_ptr<GroupNetwork> network_;
  CoordinatorCalls calls_;
};

class Calls final : public GroupCalls {
 public:
  explicit Calls(ConnectionSettings settings) : settings_(std::move(settings)) {}

  Status fence_producers(const std::vector<std::string>& transactional_ids, milliseconds timeout) override {
    Session session(settings_, timeout);
    size_t waiting = transactional_ids.size();
    std::optional<Error> error;
    for (const std::string& id : transactional_ids) {
      InitProducerIdRequest request;
      request.transactional_id = id;
      request.transaction_timeout_ms = static_cast<int32_t>(timeout.count());
      session.call<InitProducerIdRequest>(
          CoordinatorType::kTransaction, id, request,
          [](const InitProducerIdResponse& response) { return response.error_code; },
          fmt::format("Cannot fence transactional id {}", id),
          [&](const Result<InitProducerIdResponse>& result) {
            --waiting;
            if (!result.ok() && !error) error = result.error();
          });
    }
    // The first that fails decides, but the others are given their chance.
    if (!session.run_until([&] { return waiting == 0; }) && !error) {
      return retriable(fmt::format("Cannot fence {} of {} transactional ids: no answer within {} ms", waiting,
                                   transactional_ids.size(), timeout.count()));
    }
    if (error) return *error;
    return {};
  }

  Status remove_instances(const std::string& group, const std::vector<std::string>& instance_ids,
                          milliseconds timeout) override {
    if (instance_ids.empty()) return {};
    LeaveGroupRequest request;
    request.group_id = group;
    for (const std::string& id : instance_ids) request.members.push_back({"", id, kRemovalReason});
    Session session(settings_, timeout);
    const std::string what = fmt::format("Cannot remove members from group {}", group);
    SLUICE_ASSIGN_OR_RETURN(const auto response, session.await(
                                                     CoordinatorType::kGroup, group, request,
                                                     [](const auto& left) { return left.error_code; }, what));
    for (const auto& member : response.members) {
      // Who is not in the group need not be taken out.
      if (member.error_code == kNoError || member.error_code == kUnknownMemberId) continue;
      return error_of(member.error_code, fmt::format("Cannot remove {} from group {}",
                                                     member.group_instance_id.value_or(""), group));
    }
    return {};
  }

  Status release_instance(const std::string& group, const std::string& instance_id,
                          const std::vector<std::string>& topics, milliseconds timeout) override {
    Session session(settings_, timeout);
    SLUICE_ASSIGN_OR_RETURN(const auto classic, describe_classic_group(session, group));
    if (classic.state != kDead) return take_out_unless_alike(classic, group, instance_id, topics, timeout);
    SLUICE_ASSIGN_OR_RETURN(const auto description, describe_consumer_group(session, group));
    if (!description) return {};
    for (const Member& member : description->members) {
      if (member.instance_id != instance_id || member.epoch == kAwayForAWhile) continue;
      ConsumerGroupHeartbeatRequest request;
      request.group_id = group;
      request.member_id = member.member_id;
      request.member_epoch = kAwayForAWhile;
      request.instance_id = instance_id;
      const auto left =
          session.await(CoordinatorType::kGroup, group, request, code_of_leave,
                        fmt::format("Cannot free the instance id {} in group {}", instance_id, group));
      // A member of the classic protocol in such a group does not leave like that.
      return left.ok() ? Status() : remove_instances(group, {instance_id}, timeout);
    }
    return {};
  }

  Result<GroupDescription> describe_group(const std::string& group, milliseconds timeout) override {
    Session session(settings_, timeout);
    SLUICE_ASSIGN_OR_RETURN(auto description, describe_classic_group(session, group));
    // Brokers call a group of the other protocol dead.
    if (description.state != kDead) return description;
    SLUICE_ASSIGN_OR_RETURN(auto modern, describe_consumer_group(session, group));
    return modern ? *std::move(modern) : std::move(description);
  }

 private:
  Status take_out_unless_alike(const GroupDescription& description, const std::string& group,
                               const std::string& instance_id, std::vector<std::string> topics,
                               milliseconds timeout) {
    const auto member = std::ranges::find(description.members, instance_id, &Member::instance_id);
    if (member == description.members.end()) return {};
    std::ranges::sort(topics);
    const bool is_alike = !topics.empty() && subscribed_topics(member->metadata) == topics;
    return is_alike ? Status() : remove_instances(group, {instance_id}, timeout);
  }

  static Result<GroupDescription> describe_classic_group(Session& session, const std::string& group) {
    DescribeGroupsRequest request;
    request.groups = {group};
    SLUICE_ASSIGN_OR_RETURN(auto response,
                            session.await(CoordinatorType::kGroup, group, request, code_of_description,
                                          fmt::format("Cannot describe group {}", group)));
    GroupDescription description;
    if (response.groups.empty()) return description;
    auto& one = response.groups.front();
    description.state = std::move(one.group_state);
    description.protocol_type = std::move(one.protocol_type);
    for (auto& member : one.members) {
      description.members.push_back({std::move(member.member_id), member.group_instance_id.value_or(""),
                                     std::move(member.client_id), std::move(member.member_metadata),
                                     std::move(member.member_assignment)});
    }
    return description;
  }

  /// None: there is no such group of the consumer protocol, or the brokers do not know that protocol.
  static Result<std::optional<GroupDescription>> describe_consumer_group(Session& session,
                                                                         const std::string& group) {
    ConsumerGroupDescribeRequest request;
    request.group_ids = {group};
    auto response = session.await(CoordinatorType::kGroup, group, request, code_of_consumer_description,
                                  fmt::format("Cannot describe group {}", group));
    if (!response.ok()) {
      if (response.error().kind() == ErrorKind::kUnsupported) return std::optional<GroupDescription>();
      return response.error();
    }
    if (response->groups.empty()) return std::optional<GroupDescription>();
    auto& one = response->groups.front();
    if (one.error_code != kNoError) return std::optional<GroupDescription>();
    GroupDescription description{std::move(one.group_state), "consumer", {}};
    for (auto& member : one.members) {
      description.members.push_back({std::move(member.member_id),
                                     member.instance_id.value_or(""),
                                     std::move(member.client_id),
                                     {},
                                     {},
                                     member.member_epoch});
    }
    return std::optional(std::move(description));
  }

  static int16_t code_of_consumer_description(const ConsumerGroupDescribeResponse& response) {
    if (response.groups.empty()) return kNoError;
    const int16_t code = response.groups.front().error_code;
    const bool is_another_group = code == kGroupIdNotFound || code == kUnsupportedVersion;
    return is_another_group ? kNoError : code;
  }

  /// The session may be over just now.
  static int16_t code_of_leave(const ConsumerGroupHeartbeatResponse& response) {
    return response.error_code == kUnknownMemberId ? kNoError : response.error_code;
  }

  // New brokers have an error for what old ones call a dead group.
  static int16_t code_of_description(const DescribeGroupsResponse& response) {
    if (response.groups.empty()) return kNoError;
    const int16_t code = response.groups.front().error_code;
    return code == kGroupIdNotFound ? kNoError : code;
  }

  const ConnectionSettings settings_;
};

}  // namespace

Result<std::unique_ptr<GroupCalls>> make_group_calls(const sdk::Properties& properties,
                                                     const std::string& client_id) {
  SLUICE_ASSIGN_OR_RETURN(ConnectionSettings settings, connection_settings(properties, client_id));
  return std::make_unique<Calls>(std::move(settings));
}

}  // namespace sluice::kafka::protocol
