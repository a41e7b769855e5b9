// What a group does for its members, asked of the coordinator in memory and of a real broker alike: the one
// that the simulator uses may not differ from the one that users have. Real only with
// SLUICE_TEST_BROKER=host:port.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "kafka/protocol/broker_client.h"
#include "kafka/protocol/error_codes.h"
#include "kafka/protocol/testing/group_world.h"
#include "kafka/protocol/testing/hex.h"
#include "kafka/protocol/testing/recording_listener.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;
using testing::BrokerWorld;
using testing::GroupWorld;
using testing::MemoryWorld;
using testing::RecordingListener;

constexpr milliseconds kPatience{20'000};

BrokerAddress broker_of_environment() {
  const char* text = std::getenv("SLUICE_TEST_BROKER");
  if (text == nullptr) return {};
  const std::string address = text;
  const size_t colon = address.rfind(':');
  return {address.substr(0, colon), static_cast<uint16_t>(std::stoi(address.substr(colon + 1)))};
}

enum class Kind : uint8_t { kMemory, kBroker };

class GroupConformance : public ::testing::TestWithParam<Kind> {
 protected:
  struct Node {
    Node(GroupConformance& test, const std::string& name) : listener("metadata of " + name) {
      GroupMemberConfig config = test.config(name);
      member = make_group_member(config, test.world_->network(name), test.world_->scheduler(),
                                 test.world_->clock(), system_random(), listener);
    }
    RecordingListener listener;
    std::unique_ptr<GroupMember> member;
  };

  void SetUp() override {
    if (GetParam() == Kind::kMemory) {
      world_ = std::make_unique<MemoryWorld>();
      return;
    }
    const BrokerAddress broker = broker_of_environment();
    if (broker.host.empty()) GTEST_SKIP() << "SLUICE_TEST_BROKER is not set";
    world_ = std::make_unique<BrokerWorld>(broker);
  }

  GroupMemberConfig config(const std::string& name) const {
    GroupMemberConfig config;
    config.bootstrap = world_->bootstrap();
    config.group_id = group_;
    config.client_id = name;
    config.session_timeout = milliseconds(6'000);
    config.rebalance_timeout = milliseconds(10'000);
    config.heartbeat_interval = milliseconds(200);
    return config;
  }

  bool until(const std::function<bool()>& done) { return world_->run_until(done, kPatience); }

  /// All are in one stable generation.
  bool settled(const std::vector<Node*>& nodes) {
    return until([&] {
      return std::all_of(nodes.begin(), nodes.end(),
                         [&](const Node* node) {
                           return node->member->is_stable() &&
                                  node->listener.joined.generation == nodes[0]->listener.joined.generation;
                         }) &&
             std::count_if(nodes.begin(), nodes.end(),
                           [](const Node* node) { return node->listener.joined.is_leader(); }) == 1;
    });
  }

  Status await(const std::function<void(GroupMember::Done)>& call) {
    std::optional<Status> result;
    call([&](const Status& status) { result = status; });
    EXPECT_TRUE(until([&] { return result.has_value(); }));
    return result.value_or(retriable("no answer"));
  }

  template <typename Request>
  typename Request::Response ask(const Request& request) {
    BrokerClientConfig probe;
    probe.client_id = "probe";
    BrokerClient client(world_->bootstrap()[0], probe,
                        {world_->network("probe"), world_->scheduler(), world_->clock(), system_random()});
    std::optional<Result<typename Request::Response>> answer;
    client.send(request, kPatience, [&](auto response) { answer = std::move(response); });
    EXPECT_TRUE(until([&] { return answer.has_value(); }));
    EXPECT_TRUE(answer->ok());
    return answer->value();
  }

  DescribeGroupsResponse::Group describe() {
    DescribeGroupsRequest request;
    request.groups = {group_};
    return ask(request).groups.at(0);
  }

  const std::string group_ = "conformance-" + testing::to_hex(system_random().bytes(8));
  std::unique_ptr<GroupWorld> world_;
};

TEST_P(GroupConformance, OneMemberLeadsItself) {
  Node a(*this, "a");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  EXPECT_EQ(a.listener.events, (std::vector<std::string>{"prepare", "assign", "joined"}));
  EXPECT_EQ(a.listener.joined.generation, 1);
  EXPECT_EQ(a.listener.joined.protocol, "sessioned");
  EXPECT_EQ(a.listener.joined.assignment, "for metadata of a");
  EXPECT_EQ(a.listener.joined.member_id.substr(0, 2), "a-");
  EXPECT_EQ(a.listener.assigned_generation, 1);
  EXPECT_EQ(a.listener.assigned_leader, a.listener.joined.member_id);
  EXPECT_GE(a.member->last_heartbeat_sent_ms(), 0);
  const auto group = describe();
  EXPECT_EQ(group.group_state, "Stable");
  EXPECT_EQ(group.protocol_type, "connect");
  EXPECT_EQ(group.protocol_data, "sessioned");
  ASSERT_EQ(group.members.size(), 1U);
  EXPECT_EQ(group.members[0].member_metadata, "metadata of a");
  EXPECT_EQ(group.members[0].member_assignment, "for metadata of a");
}

TEST_P(GroupConformance, ThreeMembersShareAGeneration) {
  Node a(*this, "a");
  Node b(*this, "b");
  Node c(*this, "c");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  b.member->start();
  c.member->start();
  ASSERT_TRUE(until([&] { return b.listener.rounds > 0 && c.listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, &b, &c}));
  // Who leads stays leader, and the leader alone sees the others.
  EXPECT_TRUE(a.listener.joined.is_leader());
  EXPECT_EQ(a.listener.peers.size(), 3U);
  EXPECT_TRUE(b.listener.peers.empty());
  EXPECT_EQ(b.listener.joined.assignment, "for metadata of b");
  EXPECT_EQ(c.listener.joined.leader_id, a.listener.joined.member_id);
}

TEST_P(GroupConformance, TheOldestMemberLimitsTheProtocol) {
  Node a(*this, "a");
  Node old(*this, "old");
  old.listener.names = {"default"};
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  old.member->start();
  ASSERT_TRUE(until([&] { return old.listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, &old}));
  EXPECT_EQ(a.listener.joined.protocol, "default");
  EXPECT_EQ(old.listener.joined.protocol, "default");
}

TEST_P(GroupConformance, ProtocolsWithNothingInCommonAreFatal) {
  Node a(*this, "a");
  Node stranger(*this, "stranger");
  stranger.listener.names = {"other"};
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  stranger.member->start();
  ASSERT_TRUE(until([&] { return !stranger.listener.fatal.empty(); }));
  EXPECT_EQ(stranger.listener.fatal[0].exception_class(),
            "org.apache.kafka.common.errors.InconsistentGroupProtocolException");
  EXPECT_TRUE(a.member->is_stable());
}

TEST_P(GroupConformance, ASessionTimeoutOutOfRangeIsFatal) {
  RecordingListener listener("m");
  GroupMemberConfig short_session = config("a");
  short_session.session_timeout = milliseconds(1'000);
  const auto member = make_group_member(short_session, world_->network("a"), world_->scheduler(),
                                        world_->clock(), system_random(), listener);
  member->start();
  ASSERT_TRUE(until([&] { return !listener.fatal.empty(); }));
  EXPECT_EQ(listener.fatal[0].exception_class(),
            "org.apache.kafka.common.errors.InvalidSessionTimeoutException");
}

TEST_P(GroupConformance, LeavingBeginsARoundForTheOthers) {
  Node a(*this, "a");
  Node b(*this, "b");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  b.member->start();
  ASSERT_TRUE(until([&] { return b.listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, &b}));
  const std::string old_leader = a.listener.joined.member_id;
  EXPECT_TRUE(await([&](auto done) { a.member->leave("the consumer is being closed", done); }).ok());
  EXPECT_FALSE(a.member->is_stable());
  EXPECT_EQ(a.member->last_heartbeat_sent_ms(), -1);
  ASSERT_TRUE(until([&] { return b.listener.joined.is_leader() && b.member->is_stable(); }));
  EXPECT_EQ(b.listener.peers.size(), 1U);
  a.member->start();
  ASSERT_TRUE(until([&] { return a.listener.joined.leader_id == b.listener.joined.member_id; }));
  ASSERT_TRUE(settled({&a, &b}));
  EXPECT_NE(a.listener.joined.member_id, old_leader);
}

TEST_P(GroupConformance, AnEvictedMemberFindsOutAndComesBack) {
  Node a(*this, "a");
  Node b(*this, "b");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  b.member->start();
  ASSERT_TRUE(until([&] { return b.listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, &b}));
  const std::string evicted = b.listener.joined.member_id;
  const int32_t generation = b.listener.joined.generation;
  EXPECT_TRUE(await([&](auto done) { a.member->evict(evicted, "its link is down", done); }).ok());
  // Nobody is taken out twice, and that is fine.
  EXPECT_TRUE(await([&](auto done) { a.member->evict(evicted, "its link is down", done); }).ok());
  ASSERT_TRUE(until([&] { return b.listener.joined.member_id != evicted; }));
  ASSERT_TRUE(settled({&a, &b}));
  EXPECT_GT(b.listener.joined.generation, generation);
  EXPECT_EQ(b.listener.losses, 0);
}

TEST_P(GroupConformance, ARequestedRejoinTakesEveryoneAlong) {
  Node a(*this, "a");
  Node b(*this, "b");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  b.member->start();
  ASSERT_TRUE(until([&] { return b.listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, &b}));
  const int32_t generation = a.listener.joined.generation;
  b.listener.metadata = "new metadata of b";
  b.member->request_rejoin("its configuration changed");
  EXPECT_FALSE(b.member->is_stable());
  ASSERT_TRUE(until([&] { return a.listener.joined.generation > generation; }));
  ASSERT_TRUE(settled({&a, &b}));
  EXPECT_EQ(b.listener.joined.assignment, "for new metadata of b");
}

TEST_P(GroupConformance, AFollowerThatRejoinsUnchangedDisturbsNobody) {
  Node a(*this, "a");
  Node b(*this, "b");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  b.member->start();
  ASSERT_TRUE(until([&] { return b.listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, &b}));
  const int rounds_of_a = a.listener.rounds;
  const int rounds_of_b = b.listener.rounds;
  const int32_t generation = b.listener.joined.generation;
  b.member->request_rejoin("");
  ASSERT_TRUE(until([&] { return b.listener.rounds > rounds_of_b; }));
  world_->run_for(milliseconds(500));
  EXPECT_EQ(b.listener.joined.generation, generation);
  EXPECT_EQ(b.listener.joined.assignment, "for metadata of b");
  EXPECT_EQ(a.listener.rounds, rounds_of_a);
}

TEST_P(GroupConformance, HeartbeatsGoOnAndCanBeAskedFor) {
  Node a(*this, "a");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  const int64_t joined_ms = a.member->last_heartbeat_sent_ms();
  ASSERT_TRUE(until([&] { return a.member->last_heartbeat_sent_ms() > joined_ms; }));
  const int64_t asked_ms = world_->clock().steady_ms();
  EXPECT_TRUE(await([&](auto done) { a.member->heartbeat_now(done); }).ok());
  EXPECT_GE(a.member->last_heartbeat_sent_ms(), asked_ms);
  world_->run_for(milliseconds(7'000));
  EXPECT_TRUE(a.member->is_stable());
  EXPECT_EQ(a.listener.rounds, 1);
}

TEST_P(GroupConformance, AMemberThatFallsSilentIsRemoved) {
  Node a(*this, "a");
  auto b = std::make_unique<Node>(*this, "b");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  b->member->start();
  ASSERT_TRUE(until([&] { return b->listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, b.get()}));
  const int rounds = a.listener.rounds;
  b.reset();
  world_->run_for(milliseconds(3'000));
  EXPECT_EQ(a.listener.rounds, rounds);
  ASSERT_TRUE(until([&] { return a.listener.rounds > rounds; }));
  EXPECT_EQ(a.listener.peers.size(), 1U);
}

TEST_P(GroupConformance, ALaggardIsLeftBehindAfterTheRebalanceTimeout) {
  Node a(*this, "a");
  Node b(*this, "b");
  a.member->start();
  ASSERT_TRUE(settled({&a}));
  b.listener.hold_join = false;
  b.member->start();
  ASSERT_TRUE(until([&] { return b.listener.rounds > 0; }));
  ASSERT_TRUE(settled({&a, &b}));
  b.listener.hold_join = true;
  const std::string old_id = b.listener.joined.member_id;
  const int rounds = a.listener.rounds;
  a.member->request_rejoin("");
  world_->run_for(milliseconds(5'000));
  EXPECT_EQ(a.listener.rounds, rounds);
  ASSERT_TRUE(until([&] { return a.listener.rounds > rounds; }));
  EXPECT_EQ(a.listener.peers.size(), 1U);
  ASSERT_TRUE(b.listener.held);
  b.listener.hold_join = false;
  b.listener.held();
  ASSERT_TRUE(until([&] { return b.listener.joined.member_id != old_id; }));
  ASSERT_TRUE(settled({&a, &b}));
}

TEST_P(GroupConformance, TheWireAnswersAsTheReferenceSays) {
  HeartbeatRequest heartbeat{group_, 1, "nobody", std::nullopt};
  EXPECT_EQ(ask(heartbeat).error_code, kUnknownMemberId);
  SyncGroupRequest sync;
  sync.group_id = group_;
  sync.generation_id = 1;
  sync.member_id = "nobody";
  EXPECT_EQ(ask(sync).error_code, kInconsistentGroupProtocol);
  sync.protocol_type = "connect";
  sync.protocol_name = "default";
  EXPECT_EQ(ask(sync).error_code, kUnknownMemberId);
  LeaveGroupRequest leave;
  leave.group_id = group_;
  leave.members = {{"nobody", std::nullopt, "bye"}};
  const auto left = ask(leave);
  ASSERT_EQ(left.members.size(), 1U);
  EXPECT_EQ(left.members[0].error_code, kUnknownMemberId);
  JoinGroupRequest join;
  join.group_id = group_;
  join.session_timeout_ms = 6'000;
  join.rebalance_timeout_ms = 6'000;
  join.protocol_type = "connect";
  join.protocols = {{"default", "m"}};
  const auto first = ask(join);
  EXPECT_EQ(first.error_code, kMemberIdRequired);
  EXPECT_EQ(first.member_id.substr(0, 6), "probe-");
  join.member_id = first.member_id;
  const auto second = ask(join);
  EXPECT_EQ(second.error_code, kNoError);
  EXPECT_EQ(second.protocol_type, "connect");
  EXPECT_EQ(second.members.size(), 1U);
  join.member_id = "never promised";
  EXPECT_EQ(ask(join).error_code, kUnknownMemberId);
  heartbeat.member_id = first.member_id;
  EXPECT_EQ(ask(heartbeat).error_code, kNoError);
  heartbeat.generation_id = 7;
  EXPECT_EQ(ask(heartbeat).error_code, kIllegalGeneration);
  leave.members = {{first.member_id, std::nullopt, "bye"}};
  EXPECT_EQ(ask(leave).members.at(0).error_code, kNoError);
  EXPECT_EQ(describe().group_state, "Empty");
}

std::string name_of(const ::testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::kMemory ? "Memory" : "BrokerTest";
}

INSTANTIATE_TEST_SUITE_P(Worlds, GroupConformance, ::testing::Values(Kind::kMemory, Kind::kBroker), name_of);

}  // namespace
}  // namespace sluice::kafka::protocol
