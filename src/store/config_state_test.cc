#include "store/config_state.h"

#include <gtest/gtest.h>

#include "store/config_records.h"

namespace sluice::store {
namespace {

/// Notes what it is told, in one word each.
class Notes final : public ConfigListener {
 public:
  void connector_updated(const std::string& connector, bool is_new) override {
    events.push_back((is_new ? "new " : "updated ") + connector);
  }
  void connector_removed(const std::string& connector) override { events.push_back("removed " + connector); }
  void tasks_committed(const std::string& connector) override { events.push_back("tasks " + connector); }
  void target_changed(const std::string& connector, TargetState target) override {
    events.push_back("target " + connector + " " + std::string(state_name(target)));
  }
  void session_key_changed(const SessionKey& key) override { events.push_back("key " + key.key); }
  void restart_requested(const RestartRequest& request) override {
    events.push_back("restart " + request.connector);
  }
  void logger_level_changed(const std::string& logger, const std::string& level) override {
    events.push_back("level " + logger + " " + level);
  }
  std::vector<std::string> take() { return std::exchange(events, {}); }
  std::vector<std::string> events;
};

using Events = std::vector<std::string>;

class ConfigStateTest : public testing::Test {
 protected:
  void feed(const kafka::LogEntry& entry) { feed(entry.key, entry.value); }
  void feed(const std::string& key, const std::optional<std::string>& value) {
    state_.apply({key, value, 0, next_offset_++}, &notes_);
  }
  void configure(const std::string& name, const std::string& file = "f") {
    feed(connector_entry(name, RawConfig{{"name", name}, {"file", file}}));
  }
  void tasks(const std::string& name, int32_t count, const std::string& mark = "x") {
    for (int32_t task = 0; task < count; ++task) feed(task_entry(name, task, {{"mark", mark}}));
    feed(commit_entry(name, count));
  }
  const ConnectorEntry& entry(const std::string& name) { return state_.snapshot().connectors.at(name); }
  bool has(const std::string& name) { return state_.snapshot().connectors.contains(name); }

  ConfigState state_;
  Notes notes_;
  int64_t next_offset_ = 0;
};

TEST_F(ConfigStateTest, BeginsEmpty) {
  EXPECT_EQ(state_.snapshot().offset, -1);
  EXPECT_TRUE(state_.snapshot().connectors.empty());
  EXPECT_FALSE(state_.snapshot().session_key);
}

TEST_F(ConfigStateTest, LivesThroughAConnectorsLife) {
  configure("a");
  EXPECT_EQ(entry("a").target, TargetState::kStarted);
  EXPECT_EQ(entry("a").task_count, 0);
  EXPECT_EQ(entry("a").task_generation, -1);
  EXPECT_FALSE(entry("a").applied);
  feed(task_entry("a", 0, {{"mark", "x"}}));
  EXPECT_TRUE(entry("a").tasks.empty());
  feed(task_entry("a", 1, {{"mark", "x"}}));
  feed(commit_entry("a", 2));
  EXPECT_EQ(entry("a").tasks.size(), 2U);
  EXPECT_EQ(entry("a").task_count, 2);
  EXPECT_EQ(entry("a").task_generation, 0);
  EXPECT_TRUE(entry("a").pending_fencing);
  EXPECT_EQ(entry("a").applied, entry("a").config);
  EXPECT_EQ(state_.snapshot().offset, 4);
  feed(fencing_entry("a", 2));
  EXPECT_FALSE(entry("a").pending_fencing);
  EXPECT_EQ(entry("a").fenced_tasks, 2);
  configure("a", "g");
  EXPECT_NE(entry("a").applied, entry("a").config);
  EXPECT_EQ(entry("a").tasks.size(), 2U);
  tasks("a", 1, "y");
  EXPECT_EQ(entry("a").tasks, (std::map<int32_t, RawConfig>{{0, {{"mark", "y"}}}}));
  EXPECT_EQ(entry("a").task_generation, 1);
  EXPECT_EQ(entry("a").applied, entry("a").config);
  feed(connector_entry("a", std::nullopt));
  feed(target_entry("a", std::nullopt));
  EXPECT_FALSE(has("a"));
  EXPECT_EQ(notes_.take(), (Events{"new a", "tasks a", "updated a", "tasks a", "removed a"}));
}

TEST_F(ConfigStateTest, SaysNothingDuringTheStart) {
  const auto entry = connector_entry("a", RawConfig{});
  state_.apply({entry.key, entry.value, 0, 0}, nullptr);
  const auto restart = restart_entry({"a", true, true});
  state_.apply({restart.key, restart.value, 0, 1}, nullptr);
  EXPECT_TRUE(has("a"));
  EXPECT_TRUE(notes_.events.empty());
}

TEST_F(ConfigStateTest, TargetsChangeWhatTheySay) {
  configure("a");
  notes_.take();
  feed(target_entry("a", TargetState::kPaused));
  feed(target_entry("a", TargetState::kPaused));
  feed(target_entry("a", TargetState::kStopped));
  feed("target-state-a", R"({"state":"SLEEPING"})");
  EXPECT_EQ(entry("a").target, TargetState::kStopped);
  EXPECT_EQ(notes_.take(), (Events{"target a PAUSED", "target a STOPPED"}));
  // A tombstone alone: every configured connector has a target, and nobody is told.
  feed(target_entry("a", std::nullopt));
  EXPECT_EQ(entry("a").target, TargetState::kStarted);
  EXPECT_TRUE(notes_.take().empty());
}

TEST_F(ConfigStateTest, AnInitialTargetComesBeforeItsConnector) {
  feed(target_entry("a", TargetState::kPaused));
  EXPECT_FALSE(has("a"));
  EXPECT_TRUE(notes_.take().empty());
  configure("a");
  EXPECT_EQ(entry("a").target, TargetState::kPaused);
}

TEST_F(ConfigStateTest, ATargetLeftBehindCountsForTheNextOfThatName) {
  configure("a");
  feed(target_entry("a", TargetState::kPaused));
  feed(connector_entry("a", std::nullopt));
  configure("a");
  EXPECT_EQ(entry("a").target, TargetState::kPaused);
}

TEST_F(ConfigStateTest, AnIncompleteCommitLeavesTheConnectorInconsistent) {
  configure("a");
  feed(task_entry("a", 1, {}));
  feed(commit_entry("a", 2));
  EXPECT_TRUE(entry("a").inconsistent);
  EXPECT_TRUE(entry("a").tasks.empty());
  EXPECT_EQ(entry("a").task_count, 2);
  EXPECT_EQ(entry("a").task_generation, -1);
  EXPECT_FALSE(entry("a").applied);
  EXPECT_EQ(notes_.take(), (Events{"new a", "tasks a"}));
  // What was deferred is gone: the missing one alone does not complete it.
  feed(task_entry("a", 0, {}));
  feed(commit_entry("a", 2));
  EXPECT_TRUE(entry("a").inconsistent);
  tasks("a", 2);
  EXPECT_FALSE(entry("a").inconsistent);
  EXPECT_EQ(entry("a").tasks.size(), 2U);
}

TEST_F(ConfigStateTest, AnIncompleteCommitTakesTheTasksOfTheOneBefore) {
  configure("a");
  tasks("a", 2);
  feed(commit_entry("a", 2));
  EXPECT_TRUE(entry("a").inconsistent);
  EXPECT_TRUE(entry("a").tasks.empty());
}

TEST_F(ConfigStateTest, NoTasksIsACompleteSet) {
  configure("a");
  tasks("a", 2);
  feed(commit_entry("a", 0));
  EXPECT_FALSE(entry("a").inconsistent);
  EXPECT_TRUE(entry("a").tasks.empty());
  EXPECT_EQ(entry("a").task_count, 0);
  EXPECT_EQ(entry("a").task_generation, 1);
}

TEST_F(ConfigStateTest, AnEmptyFirstCommitIsNoGeneration) {
  configure("a");
  feed(commit_entry("a", 0));
  EXPECT_EQ(entry("a").task_generation, -1);
  EXPECT_TRUE(entry("a").applied);
}

TEST_F(ConfigStateTest, TasksOfALargerSetAreNotListed) {
  configure("a");
  feed(task_entry("a", 2, {{"mark", "old"}}));
  tasks("a", 2);
  EXPECT_EQ(entry("a").tasks.size(), 2U);
  EXPECT_FALSE(entry("a").inconsistent);
}

TEST_F(ConfigStateTest, LeftoversOfADeletedConnectorAreIgnored) {
  // Compaction has taken the configuration and its tombstone.
  tasks("a", 2);
  EXPECT_FALSE(has("a"));
  EXPECT_TRUE(notes_.take().empty());
  configure("a");
  EXPECT_EQ(entry("a").task_count, 0);
  EXPECT_FALSE(entry("a").pending_fencing);
  feed(commit_entry("a", 2));
  EXPECT_TRUE(entry("a").inconsistent);
}

TEST_F(ConfigStateTest, FencingOutlivesADeletion) {
  configure("a");
  tasks("a", 3);
  feed(fencing_entry("a", 3));
  tasks("a", 1);
  feed(connector_entry("a", std::nullopt));
  feed(target_entry("a", std::nullopt));
  configure("a");
  EXPECT_EQ(entry("a").fenced_tasks, 3);
  EXPECT_TRUE(entry("a").pending_fencing);
  EXPECT_EQ(entry("a").task_generation, 1);
  EXPECT_TRUE(entry("a").tasks.empty());
}

TEST_F(ConfigStateTest, GarbageCountsForTheOffsetUnlessItIsNoJson) {
  configure("a");
  feed("connector-a", "{\"properties\":3}");
  EXPECT_EQ(state_.snapshot().offset, 2);
  feed("unknown", "{}");
  EXPECT_EQ(state_.snapshot().offset, 3);
  feed("connector-a", "{\"properties\":");
  EXPECT_EQ(state_.snapshot().offset, 3);
  feed("commit-a", R"({"tasks":"two"})");
  EXPECT_EQ(state_.snapshot().offset, 5);
  EXPECT_EQ(entry("a").config.at("file"), "f");
  EXPECT_EQ(notes_.take(), (Events{"new a"}));
}

TEST_F(ConfigStateTest, TransactionMarkersLeaveGaps) {
  next_offset_ = 36;
  configure("a");
  EXPECT_EQ(state_.snapshot().offset, 37);
}

TEST_F(ConfigStateTest, PassesOnWhatHasNoState) {
  feed(session_key_entry({"abc", "HmacSHA256", 5}));
  feed(restart_entry({"a", true, true}));
  feed(logger_entry("root", "DEBUG"));
  EXPECT_EQ(state_.snapshot().session_key->key, "abc");
  EXPECT_EQ(notes_.take(), (Events{"key abc", "restart a", "level root DEBUG"}));
}

}  // namespace
}  // namespace sluice::store
