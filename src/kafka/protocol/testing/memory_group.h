#pragma once
// One classic consumer group as Kafka's coordinator keeps it (without static members), for tests and the
// simulator. On the scheduler's thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/scheduler.h"
#include "kafka/protocol/messages.h"

namespace sluice::kafka::protocol::testing {

struct MemoryGroupOptions {
  /// group.initial.rebalance.delay.ms: how long the first round of an empty group is held.
  std::chrono::milliseconds initial_rebalance_delay{0};
  std::chrono::milliseconds session_timeout_min{6'000};
  std::chrono::milliseconds session_timeout_max{1'800'000};
};

class MemoryGroup {
 public:
  enum class State : uint8_t { kEmpty, kPreparing, kCompleting, kStable };
  template <typename Response>
  using Reply = std::function<void(Response)>;

  MemoryGroup(std::string name, MemoryGroupOptions options, Scheduler& scheduler, Random& random);

  /// `client_id` begins the new member's id. Answers at once or when the round is complete.
  void join(const JoinGroupRequest& request, int16_t version, const std::string& client_id,
            Reply<JoinGroupResponse> reply);
  void sync(const SyncGroupRequest& request, int16_t version, Reply<SyncGroupResponse> reply);
  HeartbeatResponse heartbeat(const HeartbeatRequest& request);
  LeaveGroupResponse leave(const LeaveGroupRequest& request, int16_t version);
  DescribeGroupsResponse::Group describe() const;

  State state() const { return state_; }
  int32_t generation() const { return generation_; }
  const std::string& leader() const { return leader_; }
  std::vector<std::string> member_ids() const;
  /// A coordinator that takes over knows the members but waits for each to be heard of anew.
  void moved();

 private:
  struct Member {
    std::string client_id;
    std::chrono::milliseconds session_timeout{0};
    std::chrono::milliseconds rebalance_timeout{0};
    std::vector<JoinGroupRequest::Protocol> protocols;
    std::string assignment;
    Reply<JoinGroupResponse> awaits_join;
    Reply<SyncGroupResponse> awaits_sync;
    uint64_t watch = 0;  // the heartbeat deadline in force
  };

  std::string new_member_id(const std::string& client_id);
  std::optional<int16_t> refusal(const JoinGroupRequest& request) const;
  void join_known(const JoinGroupRequest& request, Member& member, Reply<JoinGroupResponse> reply);
  void rejoin(const JoinGroupRequest& request, Member& member, Reply<JoinGroupResponse> reply);
  JoinGroupResponse round_of(const std::string& member_id) const;
  std::string vote() const;
  void prepare_round();
  void complete_round_if_ready();
  void complete_round();
  void expect_syncs();
  void give_assignments();
  void remove(const std::string& member_id);
  void watch(const std::string& member_id);
  void expire(const std::string& member_id, uint64_t watch);
  void after(std::chrono::milliseconds delay, std::function<void()> work);

  const std::string name_;
  const MemoryGroupOptions options_;
  Scheduler& scheduler_;
  Random& random_;
  State state_ = State::kEmpty;
  int32_t generation_ = 0;
  std::string protocol_type_;
  std::string protocol_;
  std::string leader_;
  std::map<std::string, Member> members_;
  std::set<std::string> promised_;  // ids that were given out and not yet used
  uint64_t round_ = 0;              // of joining; counts them
  bool held_ = false;               // the initial delay is on
  uint64_t next_watch_ = 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::kafka::protocol::testing
