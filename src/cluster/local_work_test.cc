#include "cluster/local_work.h"

#include <gtest/gtest.h>

#include "base/testing/virtual_scheduler.h"
#include "cluster/testing/fake_work.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

/// One connector with one task, as the config store would know it.
class FixedConfig final : public store::ConfigStore {
 public:
  FixedConfig() {
    auto& entry = state_.connectors["orders"];
    entry.task_count = 1;
    entry.tasks[0] = {};
  }
  const store::ConfigSnapshot& state() const override { return state_; }
  void consume(std::span<const kafka::LogRecord>) override {}
  void read_to_end(milliseconds, Done) override {}
  void claim(Done) override {}
  void put_connector(const std::string&, const store::RawConfig&, std::optional<store::TargetState>,
                     Done) override {}
  void remove_connector(const std::string&, Done) override {}
  void put_tasks(const std::string&, const std::vector<store::RawConfig>&, Done) override {}
  void put_fenced_tasks(const std::string&, int32_t, Done) override {}
  void put_session_key(const store::SessionKey&, Done) override {}
  void put_restart(const store::RestartRequest&, Done) override {}
  void put_target(const std::string&, store::TargetState, Done) override {}
  void put_logger_level(const std::string&, const std::string&, Done) override {}

  store::ConfigSnapshot state_;
};

class NoEvents final : public WorkEvents {
 public:
  void connector_reported(const std::string&, const WorkReport&) override {}
  void task_reported(const TaskName&, const WorkReport&) override {}
  void topic_used(const TaskName&, const std::string&) override {}
  void reconfiguration_requested(const std::string&) override {}
  void fence_predecessors(const TaskName&, Done) override {}
  void confirm_start(const TaskName&, int32_t, Done) override {}
};

class LocalWorkTest : public ::testing::Test {
 protected:
  LocalWorkTest() {
    work_.set_events(events_);
    work_.stop_time = milliseconds(100);
    local_.set_assigned({{"orders"}, {kTask}});
    local_.start_connector("orders", {});
    local_.start_task(kTask, {});
    time_.advance(milliseconds(1));
  }

  const TaskName kTask{"orders", 0};
  testing::VirtualScheduler time_;
  FixedConfig config_;
  NoEvents events_;
  FakeWorld world_;
  FakeWork work_{world_, time_};
  LocalWork local_{work_, config_};
};

TEST_F(LocalWorkTest, WhatRestartsWaitsUntilItHasStopped) {
  local_.stop({"orders"}, {kTask}, Farewell::kStay, {});
  std::string ended;
  local_.start_task(kTask, [&](const Status& status) { ended = status.ok() ? "started" : "not started"; });
  local_.start_connector("orders", {});
  EXPECT_TRUE(local_.runs(kTask));
  time_.advance(milliseconds(99));
  EXPECT_EQ(world_.starts["orders-0"], 1) << "the former run is still stopping";
  time_.advance(milliseconds(2));
  EXPECT_EQ(world_.starts["orders-0"], 2);
  EXPECT_EQ(world_.starts["orders"], 2);
  EXPECT_EQ(ended, "started");
  EXPECT_EQ(world_.doubled, 0);
}

TEST_F(LocalWorkTest, StoppedAgainBeforeItCouldStart) {
  local_.stop_tasks({kTask}, Farewell::kStay, {});
  bool was_started = true;
  local_.start_task(kTask, [&](const Status& status) { was_started = status.ok(); });
  local_.stop_tasks({kTask}, Farewell::kStay, {});
  EXPECT_FALSE(was_started);
  EXPECT_FALSE(local_.runs(kTask));
  bool all_stopped = false;
  local_.when_stopped([&] { all_stopped = true; });
  EXPECT_FALSE(all_stopped);
  time_.advance(milliseconds(200));
  EXPECT_TRUE(all_stopped);
  EXPECT_EQ(world_.starts["orders-0"], 1);
}

TEST_F(LocalWorkTest, AssignedElsewhereWhileItWaited) {
  local_.stop_tasks({kTask}, Farewell::kStay, {});
  bool was_started = true;
  local_.start_task(kTask, [&](const Status& status) { was_started = status.ok(); });
  local_.set_assigned({});
  time_.advance(milliseconds(200));
  EXPECT_FALSE(was_started);
  EXPECT_FALSE(local_.runs(kTask));
}

TEST_F(LocalWorkTest, WhatNobodyTakesOverLeaves) {
  config_.state_.connectors.clear();
  local_.stop({}, {kTask}, Farewell::kStay, {});
  time_.advance(milliseconds(101));
  ASSERT_EQ(work_.stopped.size(), 1U);
  EXPECT_EQ(work_.stopped[0].second, Farewell::kLeave);
  local_.leave_for_gone();
  EXPECT_TRUE(work_.left.empty()) << "it has left already";
}

TEST_F(LocalWorkTest, WhatTurnsOutToBeGoneLeavesOnceItHasStopped) {
  local_.stop({}, {kTask}, Farewell::kStay, {});
  local_.leave_for_gone();
  config_.state_.connectors.clear();
  local_.leave_for_gone();
  EXPECT_TRUE(work_.left.empty()) << "it commits while it stops";
  time_.advance(milliseconds(101));
  ASSERT_EQ(work_.stopped.size(), 1U);
  EXPECT_EQ(work_.stopped[0].second, Farewell::kStay);
  EXPECT_EQ(work_.left, std::set<TaskName>{kTask});
}

TEST_F(LocalWorkTest, WhatRunsHereAgainDoesNotLeave) {
  local_.stop({}, {kTask}, Farewell::kStay, {});
  local_.start_task(kTask, {});
  time_.advance(milliseconds(101));
  config_.state_.connectors.clear();
  local_.leave_for_gone();
  time_.advance(milliseconds(1));
  EXPECT_TRUE(work_.left.empty());
}

}  // namespace
}  // namespace sluice::cluster
