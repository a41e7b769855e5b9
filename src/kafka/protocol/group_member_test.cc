// The member against faults: the table of errors of Java's AbstractCoordinator, brokers that die or move,
// networks that break. In memory and virtual time.

#include "kafka/protocol/group_member.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kafka/protocol/error_codes.h"
#include "kafka/protocol/testing/group_world.h"
#include "kafka/protocol/testing/recording_listener.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;
using testing::MemoryGroup;
using testing::MemoryWorld;
using testing::RecordingListener;
using Events = std::vector<std::string>;

constexpr milliseconds kPatience{60'000};
constexpr milliseconds kBackoffMax{1'200};  // with jitter
constexpr int16_t kJoin = JoinGroupRequest::kApi.key;
constexpr int16_t kSync = SyncGroupRequest::kApi.key;
constexpr int16_t kBeat = HeartbeatRequest::kApi.key;
constexpr int16_t kFind = FindCoordinatorRequest::kApi.key;

class GroupMemberTest : public ::testing::Test {
 protected:
  struct Node {
    Node(MemoryWorld& world, const std::string& name) : listener("metadata of " + name) {
      GroupMemberConfig config;
      config.bootstrap = world.bootstrap();
      config.group_id = "g";
      config.client_id = name;
      member = make_group_member(config, world.network(name), world.time, world.time, world.random, listener);
      member->start();
    }
    RecordingListener listener;
    std::unique_ptr<GroupMember> member;
  };

  bool until(const std::function<bool()>& done) { return world_.run_until(done, kPatience); }
  bool stable(const Node& node) {
    return until([&] { return node.member->is_stable(); });
  }
  int64_t since(int64_t start_ms) const { return world_.time.steady_ms() - start_ms; }
  testing::MemoryCoordinator& brokers() { return world_.coordinator; }

  MemoryWorld world_{3};
};

TEST_F(GroupMemberTest, JoinsAtOnce) {
  const int64_t start_ms = world_.time.steady_ms();
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  EXPECT_EQ(since(start_ms), 0);
}

TEST_F(GroupMemberTest, SpeaksOldVersionsToOldBrokers) {
  for (const auto& [key, version] :
       std::map<int16_t, int16_t>{{18, 2}, {10, 2}, {11, 5}, {14, 3}, {12, 3}, {13, 2}}) {
    brokers().set_max_version(key, version);
  }
  Node a(world_, "a");
  Node b(world_, "b");
  ASSERT_TRUE(until([&] { return a.listener.rounds > 0 && b.listener.rounds > 0; }));
  ASSERT_TRUE(stable(a));
  ASSERT_TRUE(stable(b));
  Node& leader = a.listener.joined.is_leader() ? a : b;
  Node& follower = &leader == &a ? b : a;
  const std::string evicted = follower.listener.joined.member_id;
  leader.member->evict(evicted, "reason", [](const Status& status) { EXPECT_TRUE(status.ok()); });
  EXPECT_TRUE(until([&] { return follower.listener.joined.member_id != evicted; }));
}

TEST_F(GroupMemberTest, ReadsFramesInPieces) {
  world_.net.set_piece_bytes(1);
  Node a(world_, "a");
  EXPECT_TRUE(stable(a));
}

// --- JoinGroup and SyncGroup ------------------------------------------------------------------------------

struct Fault {
  int16_t api;
  int16_t code;
  bool fatal;
  bool at_once;  // else after a back-off, or when the coordinator has forgotten the old member
};

class RoundFaults : public GroupMemberTest, public ::testing::WithParamInterface<Fault> {};

TEST_P(RoundFaults, EndAsInJava) {
  const Fault fault = GetParam();
  brokers().fail_next(fault.api, fault.code);
  const int64_t start_ms = world_.time.steady_ms();
  Node a(world_, "a");
  if (fault.fatal) {
    ASSERT_TRUE(until([&] { return !a.listener.fatal.empty(); }));
    world_.run_for(kPatience);
    EXPECT_EQ(a.listener.fatal.size(), 1U);
    EXPECT_EQ(a.listener.rounds, 0);
    EXPECT_FALSE(a.member->is_stable());
    return;
  }
  ASSERT_TRUE(stable(a));
  EXPECT_TRUE(a.listener.fatal.empty());
  EXPECT_EQ(since(start_ms) > 0, !fault.at_once) << since(start_ms);
  // However many tries a round takes, it is prepared once.
  EXPECT_EQ(std::count(a.listener.events.begin(), a.listener.events.end(), "prepare"), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RoundFaults,
    ::testing::Values(
        Fault{kJoin, kCoordinatorLoadInProgress, false, false},
        Fault{kJoin, kCoordinatorNotAvailable, false, false}, Fault{kJoin, kNotCoordinator, false, false},
        Fault{kJoin, kUnknownMemberId, false, true}, Fault{kJoin, kRebalanceInProgress, false, false},
        Fault{kJoin, kInconsistentGroupProtocol, true, false}, Fault{kJoin, kInvalidGroupId, true, false},
        Fault{kJoin, kInvalidSessionTimeout, true, false},
        Fault{kJoin, kGroupAuthorizationFailed, true, false}, Fault{kJoin, kUnsupportedVersion, true, false},
        Fault{kJoin, kGroupMaxSizeReached, true, false}, Fault{kJoin, kFencedInstanceId, true, false},
        Fault{kJoin, 999, true, false}, Fault{kSync, kCoordinatorLoadInProgress, true, false},
        Fault{kSync, kCoordinatorNotAvailable, false, false}, Fault{kSync, kNotCoordinator, false, false},
        Fault{kSync, kIllegalGeneration, false, true}, Fault{kSync, kUnknownMemberId, false, false},
        Fault{kSync, kRebalanceInProgress, false, true},
        Fault{kSync, kInconsistentGroupProtocol, true, false},
        Fault{kSync, kGroupAuthorizationFailed, true, false}, Fault{kSync, kFencedInstanceId, true, false},
        Fault{kFind, kCoordinatorNotAvailable, false, false},
        Fault{kFind, kGroupAuthorizationFailed, true, false}),
    [](const auto& info) {
      const std::string api = info.param.api == kJoin ? "Join" : info.param.api == kSync ? "Sync" : "Find";
      return api + std::to_string(info.param.code);
    });

TEST_F(GroupMemberTest, KeepsItsIdWhenOnlyTheGenerationIsIllegal) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  const std::string member_id = a.listener.joined.member_id;
  brokers().fail_next(kBeat, kIllegalGeneration);
  ASSERT_TRUE(until([&] { return a.listener.rounds == 2; }));
  EXPECT_EQ(a.listener.joined.member_id, member_id);
  brokers().fail_next(kBeat, kUnknownMemberId);
  ASSERT_TRUE(until([&] { return a.listener.rounds == 3; }));
  EXPECT_NE(a.listener.joined.member_id, member_id);
  EXPECT_EQ(a.listener.losses, 0);
}

TEST_F(GroupMemberTest, BacksOffMoreAndMoreWhileTheCoordinatorLoads) {
  brokers().fail_next(kJoin, kCoordinatorLoadInProgress, 8);
  const int64_t start_ms = world_.time.steady_ms();
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  // 100, 200, 400, 800, then 1000 each, with a fifth of jitter.
  EXPECT_GT(since(start_ms), 4'400);
  EXPECT_LT(since(start_ms), 6'600);
}

// --- heartbeats -------------------------------------------------------------------------------------------

TEST_F(GroupMemberTest, UnexpectedHeartbeatErrorsAreTriedAgainUntilTheSessionIsOver) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  brokers().fail_next(kBeat, kGroupAuthorizationFailed, 3);
  world_.run_for(milliseconds(9'000));
  EXPECT_TRUE(a.member->is_stable());
  EXPECT_EQ(a.listener.losses, 0);
  EXPECT_TRUE(a.listener.fatal.empty());
  const int64_t heard_ms = a.member->last_heartbeat_sent_ms();
  brokers().fail_next(kBeat, kGroupAuthorizationFailed, 10'000);
  ASSERT_TRUE(until([&] { return a.listener.losses == 1; }));
  EXPECT_LE(since(heard_ms), 10'000);
  EXPECT_GE(since(heard_ms), 9'900);
}

TEST_F(GroupMemberTest, ARebalanceInProgressIsAnAcknowledgement) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  a.listener.hold_join = true;
  Node b(world_, "b");
  ASSERT_TRUE(until([&] { return a.listener.held != nullptr; }));
  EXPECT_FALSE(a.member->is_stable());
  // While its work is being stopped the member goes on beating, and is not removed.
  world_.run_for(milliseconds(30'000));
  EXPECT_LT(since(a.member->last_heartbeat_sent_ms()), 3'001);
  a.listener.held();
  ASSERT_TRUE(until([&] { return a.listener.rounds == 2; }));
  EXPECT_EQ(a.listener.losses, 0);
  EXPECT_TRUE(stable(b));
}

TEST_F(GroupMemberTest, HeartbeatNowSaysWhetherItWasAnswered) {
  Node a(world_, "a");
  std::vector<bool> answers;
  const auto note = [&](const Status& status) { answers.push_back(status.ok()); };
  a.member->heartbeat_now(note);
  world_.time.run_until_idle();
  ASSERT_TRUE(stable(a));
  a.member->heartbeat_now(note);
  world_.time.run_until_idle();
  brokers().fail_next(kBeat, kUnknownMemberId);
  a.member->heartbeat_now(note);
  world_.time.run_until_idle();
  EXPECT_EQ(answers, (std::vector<bool>{false, true, false}));
}

TEST_F(GroupMemberTest, AHeartbeatLearnsDuringTheRoundThatTheMemberIsUnknown) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  // The coordinator sits on the SyncGroup; meanwhile a heartbeat is refused.
  brokers().ignore_next(kSync);
  brokers().fail_next(kBeat, kUnknownMemberId);
  a.member->request_rejoin("test");
  ASSERT_TRUE(until([&] { return a.listener.rounds == 2; }));
  EXPECT_TRUE(a.listener.fatal.empty());
}

// --- brokers and networks ---------------------------------------------------------------------------------

TEST_F(GroupMemberTest, FollowsTheCoordinatorWithoutARound) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  brokers().move_coordinator(1);
  world_.run_for(milliseconds(30'000));
  EXPECT_TRUE(a.member->is_stable());
  EXPECT_EQ(a.listener.events, (Events{"prepare", "assign", "joined"}));
}

TEST_F(GroupMemberTest, SurvivesTheDeathOfTheCoordinator) {
  Node a(world_, "a");
  Node b(world_, "b");
  ASSERT_TRUE(until([&] { return a.listener.rounds > 0 && b.listener.rounds > 0; }));
  ASSERT_TRUE(stable(a));
  const int rounds = a.listener.rounds;
  brokers().stop_broker(0);
  brokers().move_coordinator(2);
  world_.run_for(milliseconds(30'000));
  EXPECT_TRUE(a.member->is_stable());
  EXPECT_TRUE(b.member->is_stable());
  EXPECT_EQ(a.listener.rounds, rounds);
  EXPECT_EQ(a.listener.losses + b.listener.losses, 0);
}

TEST_F(GroupMemberTest, IsLostWhenNoCoordinatorIsFoundForAHeartbeatInterval) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  const int64_t start_ms = world_.time.steady_ms();
  for (size_t broker = 0; broker < 3; ++broker) brokers().stop_broker(broker);
  ASSERT_TRUE(until([&] { return a.listener.losses == 1; }));
  EXPECT_EQ(since(start_ms), 3'000);
  world_.run_for(milliseconds(60'000));
  EXPECT_EQ(a.listener.losses, 1);
  for (size_t broker = 0; broker < 3; ++broker) brokers().start_broker(broker);
  const int64_t back_ms = world_.time.steady_ms();
  ASSERT_TRUE(until([&] { return a.listener.rounds == 2; }));
  EXPECT_LE(since(back_ms), 2 * kBackoffMax.count());
  EXPECT_TRUE(a.listener.fatal.empty());
}

TEST_F(GroupMemberTest, ABriefAbsenceOfAllBrokersIsNoLoss) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  for (size_t broker = 0; broker < 3; ++broker) brokers().stop_broker(broker);
  world_.run_for(milliseconds(1'500));
  for (size_t broker = 0; broker < 3; ++broker) brokers().start_broker(broker);
  world_.run_for(milliseconds(10'000));
  EXPECT_TRUE(a.member->is_stable());
  EXPECT_EQ(a.listener.rounds, 1);
  EXPECT_EQ(a.listener.losses, 0);
}

TEST_F(GroupMemberTest, IsLostWhenTheSessionIsOverAndComesBack) {
  Node a(world_, "a");
  Node b(world_, "b");
  ASSERT_TRUE(until([&] { return a.listener.rounds > 0 && b.listener.rounds > 0; }));
  ASSERT_TRUE(stable(a));
  ASSERT_TRUE(stable(b));
  const std::string old_id = a.listener.joined.member_id;
  const int64_t heard_ms = a.member->last_heartbeat_sent_ms();
  world_.net.set_partitioned("a", true);
  ASSERT_TRUE(until([&] { return a.listener.losses == 1; }));
  EXPECT_EQ(since(heard_ms), 10'000);
  EXPECT_FALSE(a.member->is_stable());
  // The others are told within a heartbeat interval.
  ASSERT_TRUE(until([&] { return brokers().group("g")->member_ids().size() == 1; }));
  ASSERT_TRUE(until([&] { return b.listener.joined.is_leader() && b.member->is_stable(); }));
  world_.net.set_partitioned("a", false);
  ASSERT_TRUE(until([&] { return a.listener.joined.member_id != old_id; }));
  ASSERT_TRUE(stable(a));
  ASSERT_TRUE(stable(b));
  EXPECT_EQ(a.listener.joined.generation, b.listener.joined.generation);
}

TEST_F(GroupMemberTest, AShortPartitionGoesUnnoticed) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  world_.net.set_partitioned("a", true);
  world_.run_for(milliseconds(6'000));
  world_.net.set_partitioned("a", false);
  world_.run_for(milliseconds(10'000));
  EXPECT_EQ(a.listener.rounds, 1);
  EXPECT_EQ(a.listener.losses, 0);
}

TEST_F(GroupMemberTest, ABrokenConnectionIsRepairedWithoutARound) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  world_.net.drop_connections("a");
  world_.run_for(milliseconds(10'000));
  EXPECT_TRUE(a.member->is_stable());
  EXPECT_EQ(a.listener.rounds, 1);
}

TEST_F(GroupMemberTest, ABrokenConnectionDuringARoundIsTriedAgain) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  a.listener.hold_join = true;
  Node b(world_, "b");
  world_.run_for(milliseconds(500));
  // The coordinator waits for a; b's JoinGroup is under way.
  world_.net.drop_connections("b");
  world_.run_for(milliseconds(3'000));
  ASSERT_NE(a.listener.held, nullptr);
  a.listener.held();
  ASSERT_TRUE(until([&] { return b.listener.rounds > 0; }));
  ASSERT_TRUE(stable(a));
  ASSERT_TRUE(stable(b));
  EXPECT_EQ(a.listener.joined.generation, b.listener.joined.generation);
}

TEST_F(GroupMemberTest, AnIdleJoinConnectionIsReplacedAfterAWhile) {
  Node a(world_, "a");
  ASSERT_TRUE(stable(a));
  world_.run_for(milliseconds(1'000'000));
  EXPECT_EQ(a.listener.rounds, 1);
  a.member->request_rejoin("after a long time");
  ASSERT_TRUE(until([&] { return a.listener.rounds == 2; }));
  EXPECT_EQ(a.listener.losses, 0);
}

// --- the owner's calls ------------------------------------------------------------------------------------

TEST_F(GroupMemberTest, ARejoinAskedForDuringARoundComesAfterIt) {
  Node a(world_, "a");
  a.listener.when_joined = [&] {
    if (a.listener.rounds == 1) a.member->request_rejoin("once more");
  };
  ASSERT_TRUE(until([&] { return a.listener.rounds == 2; }));
  ASSERT_TRUE(stable(a));
  EXPECT_EQ(a.listener.events, (Events{"prepare", "assign", "joined", "prepare", "assign", "joined"}));
}

TEST_F(GroupMemberTest, LeavesDuringARoundAndJoinsAgain) {
  world_.net.set_delay([] { return milliseconds(10); });
  Node a(world_, "a");
  world_.run_for(milliseconds(65));
  bool left = false;
  a.member->leave("bye", [&](const Status& /*status*/) { left = true; });
  ASSERT_TRUE(until([&] { return left; }));
  world_.run_for(milliseconds(20'000));
  EXPECT_EQ(a.listener.rounds, 0);
  const MemoryGroup* group = brokers().group("g");
  EXPECT_TRUE(group == nullptr || group->member_ids().empty());
  a.member->start();
  EXPECT_TRUE(stable(a));
}

TEST_F(GroupMemberTest, LeavingWithoutACoordinatorIsDoneAtOnce) {
  for (size_t broker = 0; broker < 3; ++broker) brokers().stop_broker(broker);
  Node a(world_, "a");
  world_.run_for(milliseconds(1'000));
  bool left = false;
  a.member->leave("bye", [&](const Status& status) { left = status.ok(); });
  world_.time.run_until_idle();
  EXPECT_TRUE(left);
  std::string why;
  a.member->evict("other", "x", [&](const Status& status) { why = status.error().message(); });
  world_.time.run_until_idle();
  EXPECT_EQ(why, "The coordinator of group g is not known at the moment");
}

TEST_F(GroupMemberTest, MayBeDestroyedInItsCallbacks) {
  for (int when = 0; when < 3; ++when) {
    auto a = std::make_unique<Node>(world_, "a");
    RecordingListener& listener = a->listener;
    if (when == 0) listener.when_joined = [&] { a->member.reset(); };
    ASSERT_TRUE(until([&] { return listener.rounds == 1; }));
    if (when == 1) a->member->heartbeat_now([&](const Status& /*status*/) { a->member.reset(); });
    if (when == 2) a->member->leave("bye", [&](const Status& /*status*/) { a->member.reset(); });
    world_.run_for(milliseconds(30'000));
    EXPECT_EQ(a->member, nullptr);
    EXPECT_EQ(listener.rounds, 1);
  }
}

// --- everything at once -----------------------------------------------------------------------------------

// Faults at random for a while, then none: all members must find together again.
TEST_F(GroupMemberTest, ConvergesAfterAnyFaults) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    testing::SeededRandom random(seed);
    MemoryWorld world(3);
    world.net.set_delay([&] { return milliseconds(random.number() % 30); });
    std::vector<std::unique_ptr<Node>> nodes;
    for (const char* name : {"a", "b", "c", "d"}) nodes.push_back(std::make_unique<Node>(world, name));
    for (int step = 0; step < 60; ++step) {
      world.run_for(milliseconds(random.number() % 4'000));
      const std::string victim(1, static_cast<char>('a' + random.number() % 4));
      const size_t broker = random.number() % 3;
      Node& node = *nodes[random.number() % 4];
      switch (random.number() % 9) {
        case 0:
          world.net.drop_connections(victim);
          break;
        case 1:
          world.net.set_partitioned(victim, true);
          break;
        case 2:
          world.net.set_partitioned(victim, false);
          break;
        case 3:
          world.coordinator.stop_broker(broker);
          break;
        case 4:
          world.coordinator.start_broker(broker);
          break;
        case 5:
          world.coordinator.move_coordinator(broker);
          break;
        case 6:
          node.member->request_rejoin("random");
          break;
        case 7:
          node.member->evict(nodes[0]->listener.joined.member_id, "random", [](const Status& /*status*/) {});
          break;
        default:
          world.coordinator.fail_next(random.number() % 2 == 0 ? kBeat : kJoin, kUnknownMemberId);
          break;
      }
    }
    for (size_t broker = 0; broker < 3; ++broker) world.coordinator.start_broker(broker);
    for (const char* name : {"a", "b", "c", "d"}) world.net.set_partitioned(name, false);
    const bool together = world.run_until(
        [&] {
          return std::all_of(nodes.begin(), nodes.end(), [&](const auto& node) {
            return node->member->is_stable() &&
                   node->listener.joined.generation == world.coordinator.group("g")->generation();
          });
        },
        milliseconds(120'000));
    ASSERT_TRUE(together) << "seed " << seed;
    for (const auto& node : nodes) ASSERT_TRUE(node->listener.fatal.empty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sluice::kafka::protocol
