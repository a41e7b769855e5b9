#pragma once
// Membership in a consumer group of protocol type `connect` (WorkerCoordinator on AbstractCoordinator of
// Kafka 4.1): finds the coordinator, joins, syncs, keeps up heartbeats, leaves. What the members agree on is
// opaque here. Everything happens on the scheduler's thread; nothing blocks.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/scheduler.h"
#include "kafka/protocol/group_link.h"

namespace sluice::kafka::protocol {

struct SaslConfig;  // kafka/protocol/sasl.h

struct GroupMemberConfig {
  std::vector<BrokerAddress> bootstrap;
  std::string group_id;
  std::string client_id;
  std::chrono::milliseconds session_timeout{10'000};
  std::chrono::milliseconds rebalance_timeout{60'000};
  std::chrono::milliseconds heartbeat_interval{3'000};
  std::chrono::milliseconds request_timeout{40'000};
  std::chrono::milliseconds retry_backoff{100};
  std::chrono::milliseconds retry_backoff_max{1'000};
  std::chrono::milliseconds reconnect_backoff{50};
  std::chrono::milliseconds reconnect_backoff_max{1'000};
  std::shared_ptr<const SaslConfig> sasl;  // null: none
};

struct GroupProtocol {
  std::string name;
  std::string metadata;
};

struct GroupPeer {
  std::string member_id;
  std::string metadata;
};

struct JoinedGroup {
  int32_t generation = -1;
  std::string member_id;
  std::string leader_id;
  std::string protocol;
  std::string assignment;
  bool is_leader() const { return member_id == leader_id; }
};

/// What the owner of a membership is asked and told.
class GroupListener {
 public:
  virtual ~GroupListener() = default;
  /// Before JoinGroup: under the eager protocol everything is stopped first. Call `go` when ready, at once or
  /// later; heartbeats go on meanwhile.
  virtual void prepare_join(std::function<void()> go) = 0;
  /// In order of preference; asked when a JoinGroup is built.
  virtual std::vector<GroupProtocol> protocols() = 0;
  /// Asked of the leader only: an assignment for each member. `generation` is the one being formed.
  virtual std::map<std::string, std::string> assign(int32_t generation, const std::string& leader_id,
                                                    const std::string& protocol,
                                                    const std::vector<GroupPeer>& members) = 0;
  /// The round is complete and heartbeats have begun.
  virtual void on_joined(const JoinedGroup& group) = 0;
  /// The coordinator cannot be found for heartbeat_interval, or nothing was heard of it for session_timeout:
  /// stop what runs here, its owner may be another by now. The member goes on looking by itself.
  virtual void on_lost(const Error& reason) = 0;
  /// The coordinator has answered that it knows this member id no more (UNKNOWN_MEMBER_ID: evicted, or silent
  /// for too long); the member joins anew by itself. Called before the prepare_join() of that.
  virtual void on_forgotten() {}
  /// The membership is over and cannot come back (wrong protocol, no right to the group, …).
  virtual void on_fatal(const Error& error) = 0;
};

class GroupMember {
 public:
  using Done = std::function<void(const Status&)>;
  virtual ~GroupMember() = default;

  /// Begins to join; returns at once.
  virtual void start() = 0;
  /// Joins again as soon as the round under way, if any, is over.
  virtual void request_rejoin(const std::string& reason) = 0;
  /// Leaves the group, best effort, and stays out until start() is called again.
  virtual void leave(const std::string& reason, Done done) = 0;
  /// Takes another member out of the group at once (LeaveGroup with its member id: allowed for any member).
  virtual void evict(const std::string& member_id, const std::string& reason, Done done) = 0;

  /// Stable: joined and no new round under way. Otherwise nobody is leader.
  virtual bool is_stable() const = 0;
  /// Clock::steady_ms() at which the last heartbeat, or join round, that the coordinator acknowledged for the
  /// current generation was *sent*; -1 if none. Also -1 for who has been out of the group, until it has an
  /// assignment again: what it had may be with others.
  virtual int64_t last_heartbeat_sent_ms() const = 0;
  /// Sends a heartbeat now instead of at its time; an eviction needs a fresh one.
  virtual void heartbeat_now(Done done) = 0;
};

/// All references outlive the member; `listener` is never called after the destructor.
std::unique_ptr<GroupMember> make_group_member(GroupMemberConfig config, GroupNetwork& network,
                                               Scheduler& scheduler, const Clock& clock, Random& random,
                                               GroupListener& listener);

}  // namespace sluice::kafka::protocol
