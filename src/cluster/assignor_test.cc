#include "cluster/assignor.h"

#include <gtest/gtest.h>

#include "cluster/assignor_loads.h"

namespace sluice::cluster {
namespace {

class ManualClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1'790'000'000'000 + now_ms; }
  int64_t steady_ms() const override { return now_ms; }
  int64_t now_ms = 0;
};

/// A group whose members do what they are told.
class AssignorTest : public ::testing::Test {
 protected:
  static constexpr int32_t kMaxDelayMs = 300'000;

  void join(const std::string& id, const std::string& url = {}) {
    workers_[id] = {id, url.empty() ? "http://" + id : url, {}};
  }
  WorkItems leave(const std::string& id) {
    WorkItems running = workers_.at(id).running;
    workers_.erase(id);
    return running;
  }

  AssignmentRound round() {
    RoundInput input{.connectors = connectors_,
                     .generation = generation_ + 1,
                     .completed_generation = generation_,
                     .all_sluice = all_sluice_,
                     .can_run = can_run_};
    ++generation_;
    for (const auto& [id, worker] : workers_) input.members.push_back(worker);
    AssignmentRound result = assignor_.assign(input);
    for (auto& [id, worker] : workers_) {
      const MemberAssignment& told = result.members.at(id);
      remove(worker.running, as_set(told.revoked));
      append(worker.running, told.assigned);
    }
    return result;
  }
  /// As a group does: again after every revocation, and when a delay is over.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      const AssignmentRound result = round();
      const bool revoked = std::any_of(result.members.begin(), result.members.end(),
                                       [](const auto& member) { return !member.second.revoked.empty(); });
      if (!revoked && result.delay_ms == 0) return;
      clock_.now_ms += result.delay_ms;
    }
    FAIL() << "the group does not come to rest";
  }

  std::map<std::string, size_t> task_numbers() const {
    std::map<std::string, size_t> numbers;
    for (const auto& [id, worker] : workers_) numbers[id] = worker.running.tasks.size();
    return numbers;
  }
  /// Everything that is configured, and nothing else, runs once.
  void expect_all_once() const {
    WorkSet seen;
    for (const auto& [id, worker] : workers_) {
      for (const auto& connector : worker.running.connectors)
        EXPECT_TRUE(seen.connectors.insert(connector).second) << connector << " runs twice";
      for (const auto& task : worker.running.tasks)
        EXPECT_TRUE(seen.tasks.insert(task).second) << task.text() << " runs twice";
    }
    size_t tasks = 0;
    for (const auto& [connector, count] : connectors_) {
      EXPECT_TRUE(seen.connectors.contains(connector)) << connector << " does not run";
      for (int32_t task = 0; task < count; ++task) EXPECT_TRUE(seen.tasks.contains({connector, task}));
      tasks += static_cast<size_t>(count);
    }
    EXPECT_EQ(seen.tasks.size(), tasks);
    EXPECT_EQ(seen.connectors.size(), connectors_.size());
  }

  ManualClock clock_;
  IncrementalAssignor assignor_{clock_, kMaxDelayMs};
  TaskCounts connectors_{{"a", 4}, {"b", 5}};
  std::map<std::string, AssignorMember> workers_;
  int32_t generation_ = 0;
  bool all_sluice_ = false;
  std::function<bool(const AssignorMember&, const std::string&)> can_run_;
};

TEST_F(AssignorTest, EagerDealsConnectorsThenTasksInOneCircle) {
  const AssignmentRound round = eager_assignment({{"e1", 3}}, {{"cpp-1"}, {"connect-1"}});
  EXPECT_EQ(round.members.at("connect-1").assigned, (WorkItems{{"e1"}, {{"e1", 1}}}));
  EXPECT_EQ(round.members.at("cpp-1").assigned, (WorkItems{{}, {{"e1", 0}, {"e1", 2}}}));
  EXPECT_EQ(round.owned.at("cpp-1").tasks.size(), 2);
  EXPECT_TRUE(eager_assignment({{"e1", 3}}, {}).members.empty());
}

TEST_F(AssignorTest, NewcomerGetsWorkInTheSecondRound) {
  join("w1");
  settle();
  join("w2");
  const AssignmentRound first = round();
  EXPECT_TRUE(first.members.at("w2").assigned.empty());
  EXPECT_EQ(first.members.at("w1").revoked.tasks.size(), 4);
  EXPECT_EQ(first.owned.at("w1").tasks.size(), 5);
  const AssignmentRound second = round();
  EXPECT_EQ(second.members.at("w2").assigned.tasks.size(), 4);
  EXPECT_TRUE(second.members.at("w1").revoked.empty());
  expect_all_once();
}

TEST_F(AssignorTest, DeathOfAFollowerWaitsAndOfALeaderDoesNot) {
  join("w1");
  join("w2");
  settle();
  leave("w2");
  EXPECT_EQ(round().delay_ms, kMaxDelayMs);
  EXPECT_EQ(task_numbers()["w1"], 5);
  clock_.now_ms += 1'000;
  EXPECT_EQ(round().delay_ms, kMaxDelayMs - 1'000);
  clock_.now_ms += kMaxDelayMs;
  EXPECT_EQ(round().delay_ms, 0);
  expect_all_once();

  IncrementalAssignor next_leader(clock_, kMaxDelayMs);
  const AssignmentRound taken = next_leader.assign(
      {.connectors = connectors_, .members = {{"w3"}}, .generation = 9, .completed_generation = 8});
  EXPECT_EQ(taken.delay_ms, 0);
  EXPECT_EQ(taken.members.at("w3").assigned.tasks.size(), 9);
}

TEST_F(AssignorTest, WorkOfTheProvenDeadIsGivenAwayAtOnce) {
  all_sluice_ = true;
  for (const char* id : {"w1", "w2", "w3"}) join(id);
  settle();
  const auto before = workers_;
  leave("w3");
  assignor_.member_died("w3");
  const AssignmentRound result = round();
  EXPECT_EQ(result.delay_ms, 0);
  expect_all_once();
  for (const auto& [id, member] : result.members) {
    EXPECT_TRUE(member.revoked.empty());
    EXPECT_TRUE(minus(as_set(before.at(id).running), as_set(workers_.at(id).running)).empty())
        << "work moved without need";
  }
}

TEST_F(AssignorTest, ProofMayComeAfterTheRoundThatMissedTheMember) {
  all_sluice_ = true;
  join("w1");
  join("w2");
  settle();
  leave("w2");
  EXPECT_EQ(round().delay_ms, kMaxDelayMs);
  EXPECT_EQ(round().delay_ms, kMaxDelayMs);
  assignor_.member_died("w2");
  EXPECT_EQ(round().delay_ms, 0);
  expect_all_once();
}

TEST_F(AssignorTest, ProofCountsOnlyAmongSluiceWorkersAndOnlyForTheDead) {
  join("w1");
  join("w2");
  settle();
  leave("w2");
  assignor_.member_died("w2");
  EXPECT_EQ(round().delay_ms, kMaxDelayMs) << "there is a Java worker";

  all_sluice_ = true;
  clock_.now_ms += kMaxDelayMs;
  settle();
  for (const char* id : {"w3", "w4"}) join(id);
  settle();
  leave("w3");
  leave("w4");
  assignor_.member_died("w3");
  EXPECT_EQ(round().delay_ms, kMaxDelayMs);
  EXPECT_EQ(task_numbers()["w1"], 6) << "w3's tasks, not w4's";
}

TEST_F(AssignorTest, ADeadMemberStillInTheGroupKeepsItsWorkUntilItIsOut) {
  all_sluice_ = true;
  join("w1");
  join("w2");
  settle();
  assignor_.member_died("w2");
  EXPECT_TRUE(round().members.at("w1").assigned.empty());
  leave("w2");
  EXPECT_EQ(round().delay_ms, 0);
  expect_all_once();
}

TEST_F(AssignorTest, HeldWorkGoesBackToTheSameUrl) {
  all_sluice_ = true;
  for (const char* id : {"w1", "w2", "w3"}) join(id);
  settle();
  const auto before = workers_;
  assignor_.hold({"w2", "http://w2", workers_.at("w2").running, clock_.now_ms + 3'000});
  EXPECT_EQ(round().delay_ms, 0) << "it is still there";
  leave("w2");
  EXPECT_EQ(round().delay_ms, 3'000);
  clock_.now_ms += 1'000;
  EXPECT_EQ(round().delay_ms, 2'000);
  connectors_["c"] = 1;
  join("w2-again", "http://w2");
  const AssignmentRound result = round();
  EXPECT_EQ(result.delay_ms, 0);
  expect_all_once();
  for (const auto& [id, worker] : before) {
    const AssignorMember& now = workers_.at(id == "w2" ? "w2-again" : id);
    EXPECT_TRUE(minus(as_set(worker.running), as_set(now.running)).empty()) << id << " runs something else";
  }
}

TEST_F(AssignorTest, HeldWorkIsGivenAwayWhenTheTimeIsUp) {
  all_sluice_ = true;
  join("w1");
  join("w2");
  settle();
  assignor_.hold({"w2", "http://w2", workers_.at("w2").running, clock_.now_ms + 3'000});
  leave("w2");
  join("w3");
  const AssignmentRound held = round();
  EXPECT_EQ(held.delay_ms, 3'000);
  EXPECT_TRUE(held.members.at("w1").revoked.empty()) << "no balancing while work is held";
  EXPECT_TRUE(held.members.at("w3").assigned.empty());
  clock_.now_ms += 3'000;
  EXPECT_EQ(round().delay_ms, 0);
  expect_all_once();
  settle();
  EXPECT_EQ(task_numbers(), (std::map<std::string, size_t>{{"w1", 5}, {"w3", 4}}));
}

TEST_F(AssignorTest, ANewLeaderHonoursWhatTheOldOneHeld) {
  all_sluice_ = true;
  join("w1");
  join("w2");
  settle();
  IncrementalAssignor next_leader(clock_, kMaxDelayMs);
  next_leader.hold({"w2", "http://w2", leave("w2"), clock_.now_ms + 3'000});
  const AssignmentRound result = next_leader.assign({.connectors = connectors_,
                                                     .members = {workers_.at("w1")},
                                                     .generation = generation_ + 1,
                                                     .completed_generation = generation_,
                                                     .all_sluice = true});
  EXPECT_EQ(result.delay_ms, 3'000);
  EXPECT_TRUE(result.members.at("w1").assigned.empty());
}

/// Seed 654 of the simulator: what another leader had held long ago went to whom it had been held for.
TEST_F(AssignorTest, AHoldThatEndedWhileAnotherLedCountsForNothing) {
  all_sluice_ = true;
  for (const char* id : {"w1", "w2", "w3"}) join(id);
  settle();
  assignor_.hold({"w2-before", "http://w2", workers_.at("w3").running, clock_.now_ms + 3'000});
  clock_.now_ms += 60'000;
  assignor_.hold({"w3", "http://w3", leave("w3"), clock_.now_ms + 3'000});
  const AssignmentRound result = round();
  EXPECT_EQ(result.delay_ms, 3'000);
  EXPECT_TRUE(result.members.at("w2").assigned.empty());
}

TEST_F(AssignorTest, AJavaWorkerEndsEveryHold) {
  all_sluice_ = true;
  join("w1");
  join("w2");
  settle();
  assignor_.hold({"w2", "http://w2", leave("w2"), clock_.now_ms + 3'000});
  EXPECT_EQ(round().delay_ms, 3'000);
  all_sluice_ = false;
  join("java");
  EXPECT_EQ(round().delay_ms, 0);
  expect_all_once();
}

TEST_F(AssignorTest, DeletedWorkIsNotHeld) {
  all_sluice_ = true;
  connectors_ = {{"a", 2}};
  join("w1");
  join("w2");
  settle();
  assignor_.hold({"w2", "http://w2", leave("w2"), clock_.now_ms + 3'000});
  connectors_ = {{"b", 1}};
  EXPECT_EQ(round().delay_ms, 0);
  expect_all_once();
}

TEST_F(AssignorTest, WorkersWithoutThePluginGetNoneOfItsWork) {
  connectors_ = {{"common", 6}, {"rare", 6}};
  can_run_ = [](const AssignorMember& member, const std::string& connector) {
    return connector == "common" || member.id == "w1";
  };
  join("w1");
  join("w2");
  join("w3");
  settle();
  expect_all_once();
  EXPECT_EQ(task_numbers(), (std::map<std::string, size_t>{{"w1", 6}, {"w2", 3}, {"w3", 3}}));
  for (const char* id : {"w2", "w3"})
    for (const auto& task : workers_.at(id).running.tasks) EXPECT_EQ(task.connector, "common");
  EXPECT_TRUE(round().members.at("w1").revoked.empty()) << "unequal, but as good as it gets";
}

TEST_F(AssignorTest, WorkLeavesAWorkerThatLacksThePlugin) {
  connectors_ = {{"rare", 4}};
  join("w1");
  join("w2");
  settle();
  can_run_ = [](const AssignorMember& member, const std::string&) { return member.id == "w1"; };
  settle();
  expect_all_once();
  EXPECT_EQ(task_numbers(), (std::map<std::string, size_t>{{"w1", 4}, {"w2", 0}}));
}

TEST_F(AssignorTest, APluginThatNobodyHasIsGivenAllTheSame) {
  can_run_ = [](const AssignorMember&, const std::string& connector) { return connector != "a"; };
  join("w1");
  join("w2");
  settle();
  expect_all_once();
}

/// What java.util.HashMap.keySet() lists after the keys were put in this order.
TEST(JavaHashOrderTest, AsAJavaHashMapListsItsKeys) {
  const auto listed = [](const std::vector<std::string>& keys) {
    std::string text;
    for (const size_t i : java_hash_order({keys.begin(), keys.end()})) text += " " + keys[i];
    return text;
  };
  EXPECT_EQ(listed({"one", "two", "three", "four", "five"}), " four one two three five");
  std::vector<std::string> workers;
  for (int i = 0; i < 14; ++i) workers.push_back(std::to_string(i));
  for (auto& worker : workers) worker.insert(0, "w-");
  EXPECT_EQ(listed(workers), " w-7 w-11 w-6 w-12 w-9 w-8 w-10 w-13 w-1 w-0 w-3 w-2 w-5 w-4");
}

}  // namespace
}  // namespace sluice::cluster
