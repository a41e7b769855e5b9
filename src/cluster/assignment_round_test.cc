#include "cluster/assignment_round.h"

#include <gtest/gtest.h>

namespace sluice::cluster {
namespace {

class AssignmentRoundTest : public ::testing::Test {
 protected:
  static GroupWorker worker(const std::string& id, int64_t offset) {
    return {id, {.version = 2, .url = "http://" + id + "/", .config_offset = offset}};
  }

  IncrementalAssignor assignor_{system_clock(), 0};
  LeaderInput input_{.leader_id = "w1",
                     .members = {worker("w1", 5), worker("w2", 5)},
                     .generation = 1,
                     .connectors = {{"a", 2}},
                     .config_offset = 5};
};

TEST_F(AssignmentRoundTest, EverybodyIsToldWhatTheyGet) {
  const LeaderRound round = assign_to_group(input_, assignor_);
  ASSERT_EQ(round.assignments.size(), 2);
  const Assignment& first = round.assignments.at("w1");
  EXPECT_EQ(first, (Assignment{.version = 2,
                               .leader = "w1",
                               .leader_url = "http://w1/",
                               .config_offset = 5,
                               .assigned = {{"a"}, {{"a", 0}}}}));
  EXPECT_EQ(round.assignments.at("w2").assigned, (WorkItems{{}, {{"a", 1}}}));
  EXPECT_EQ(round.owned.at("w2"), (WorkItems{{}, {{"a", 1}}}));
  EXPECT_FALSE(round.config_mismatch);
}

TEST_F(AssignmentRoundTest, EagerAssignmentsAreOfVersionZero) {
  input_.protocol = ConnectProtocol::kEager;
  input_.members[1].metadata.allocation = Assignment{.assigned = {{"a"}, {{"a", 0}, {"a", 1}}}};
  const LeaderRound round = assign_to_group(input_, assignor_);
  EXPECT_EQ(round.assignments.at("w1").version, 0);
  EXPECT_EQ(round.assignments.at("w1").assigned, (WorkItems{{"a"}, {{"a", 1}}}));
}

TEST_F(AssignmentRoundTest, NobodyGetsWorkFromALeaderThatIsBehind) {
  input_.members[1].metadata.config_offset = 6;
  const LeaderRound round = assign_to_group(input_, assignor_);
  EXPECT_TRUE(round.config_mismatch);
  for (const auto& [id, assignment] : round.assignments) {
    EXPECT_TRUE(assignment.failed());
    EXPECT_EQ(assignment.config_offset, 6);
    EXPECT_TRUE(assignment.assigned.empty());
  }
  EXPECT_TRUE(round.owned.empty());
}

TEST_F(AssignmentRoundTest, MembersThatAreBehindAreToldTheLeadersOffset) {
  input_.members[1].metadata.config_offset = 4;
  input_.config_offset = 7;
  const LeaderRound round = assign_to_group(input_, assignor_);
  EXPECT_FALSE(round.config_mismatch);
  EXPECT_EQ(round.assignments.at("w2").config_offset, 7);
}

TEST_F(AssignmentRoundTest, PluginsAreLookedUpInTheMetadata) {
  for (auto& member : input_.members) member.metadata.sluice = SluiceMetadata{"one", {"Source"}};
  input_.members[0].metadata.sluice->connector_classes.clear();
  input_.can_run = [](const WorkerMetadata& metadata, const std::string&) {
    return !metadata.sluice->connector_classes.empty();
  };
  const LeaderRound round = assign_to_group(input_, assignor_);
  EXPECT_TRUE(round.all_sluice);
  EXPECT_TRUE(round.assignments.at("w1").assigned.empty());
  EXPECT_EQ(round.assignments.at("w2").assigned.tasks.size(), 2);
}

TEST_F(AssignmentRoundTest, MergingKeepsWhatWasNotRevoked) {
  const Assignment before{.version = 2, .assigned = {{"a", "b"}, {{"a", 0}, {"a", 1}}}};
  Assignment received{.version = 2, .leader = "w9", .config_offset = 9, .assigned = {{"c"}, {{"a", 1}}}};
  received.revoked = {{"b"}, {{"a", 0}}};
  const Assignment merged = merge_assignment(received, before);
  EXPECT_EQ(merged.assigned, (WorkItems{{"c", "a"}, {{"a", 1}}}));
  EXPECT_TRUE(merged.revoked.empty());
  EXPECT_EQ(merged.leader, "w9");
  received.version = 0;
  EXPECT_EQ(merge_assignment(received, before).assigned, received.assigned);
  EXPECT_EQ(merge_assignment(received, std::nullopt).assigned, received.assigned);
}

}  // namespace
}  // namespace sluice::cluster
