#include "cluster/restart_plan.h"

#include <gtest/gtest.h>

#include "cluster/testing/fake_status_store.h"

namespace sluice::cluster {
namespace {

using store::WorkState;

store::WorkStatus status(WorkState state) {
  store::WorkStatus result;
  result.state = state;
  return result;
}

class RestartPlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    statuses_.put_connector("orders", status(WorkState::kRunning), false);
    statuses_.put_task("orders", 0, status(WorkState::kFailed), false);
    statuses_.put_task("orders", 1, status(WorkState::kRunning), false);
  }
  FakeStatusStore statuses_;
};

TEST_F(RestartPlanTest, AConnectorWithoutStatusHasNoPlan) {
  EXPECT_FALSE(plan_restart({"nobody", false, true}, statuses_).has_value());
}

TEST_F(RestartPlanTest, ConnectorAndEveryTask) {
  const auto plan = plan_restart({"orders", false, true}, statuses_);
  ASSERT_TRUE(plan.has_value());
  EXPECT_TRUE(plan->restarts_connector);
  EXPECT_EQ(plan->tasks, (std::set<int32_t>{0, 1}));
}

TEST_F(RestartPlanTest, OnlyWhatHasFailed) {
  const auto plan = plan_restart({"orders", true, true}, statuses_);
  ASSERT_TRUE(plan.has_value());
  EXPECT_FALSE(plan->restarts_connector);
  EXPECT_EQ(plan->tasks, (std::set<int32_t>{0}));
}

TEST_F(RestartPlanTest, TasksOnlyWhenAskedFor) {
  EXPECT_TRUE(plan_restart({"orders", false, false}, statuses_)->tasks.empty());
}

TEST(WaitingRestarts, TheOneThatRestartsMoreCounts) {
  WaitingRestarts waiting;
  waiting.add({"orders", true, true});
  waiting.add({"orders", false, false});
  waiting.add({"orders", true, false});
  waiting.add({"bills", true, false});
  const auto taken = waiting.take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_FALSE(taken.at("orders").only_failed);
  EXPECT_FALSE(taken.at("orders").include_tasks);
  EXPECT_TRUE(waiting.take().empty());
}

}  // namespace
}  // namespace sluice::cluster
