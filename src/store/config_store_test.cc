#include "store/config_store.h"

#include <gtest/gtest.h>

#include "base/testing/virtual_scheduler.h"
#include "store/testing/memory_log.h"

namespace sluice::store {
namespace {

using sluice::testing::VirtualScheduler;
using std::chrono::milliseconds;
using testing::MemoryLog;
using testing::MemoryTopic;

class Silent : public ConfigListener {
 public:
  void connector_updated(const std::string& connector, bool) override { updated.push_back(connector); }
  void connector_removed(const std::string&) override {}
  void tasks_committed(const std::string&) override { ++commits; }
  void target_changed(const std::string&, TargetState) override {}
  void session_key_changed(const SessionKey&) override {}
  void restart_requested(const RestartRequest&) override { ++restarts; }
  void logger_level_changed(const std::string&, const std::string&) override {}
  std::vector<std::string> updated;
  int commits = 0;
  int restarts = 0;
};

/// One worker's store on the shared topic.
struct Node {
  Node(MemoryTopic& topic, VirtualScheduler& scheduler, std::optional<std::string> id)
      : log(
            topic, scheduler, [this](auto records) { store->consume(records); }, milliseconds(2)),
        store(make_config_store({std::move(id), milliseconds(30'000), &scheduler}, log, listener)) {}
  Silent listener;
  MemoryLog log;
  std::unique_ptr<ConfigStore> store;
};

class ConfigStoreTest : public ::testing::Test {
 protected:
  /// The outcome of a call that takes a Done last.
  Status wait(const std::function<void(ConfigStore::Done)>& call) {
    std::optional<Status> outcome;
    call([&outcome](const Status& status) { outcome = status; });
    EXPECT_TRUE(scheduler_.run_until([&] { return outcome.has_value(); }));
    return outcome.value_or(failed("never done"));
  }
  Status start(Node& node) {
    return wait([&](auto done) { node.store->read_to_end(milliseconds(1000), done); });
  }
  std::vector<std::string> keys() const {
    std::vector<std::string> names;
    for (const auto& record : topic_.records()) names.push_back(record.key);
    return names;
  }
  Status put(Node& node, const std::string& name, std::optional<TargetState> target = std::nullopt) {
    return wait([&](auto done) { node.store->put_connector(name, {{"name", name}}, target, done); });
  }

  VirtualScheduler scheduler_;
  MemoryTopic topic_;
};

using Keys = std::vector<std::string>;

TEST_F(ConfigStoreTest, ReadsItsOwnWritesBack) {
  Node node(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(node).ok());
  ASSERT_TRUE(put(node, "a", TargetState::kPaused).ok());
  EXPECT_EQ(node.store->state().connectors.at("a").target, TargetState::kPaused);
  EXPECT_EQ(node.store->state().offset, 2);
  ASSERT_TRUE(wait([&](auto done) { node.store->put_tasks("a", {{{"x", "1"}}, {{"x", "2"}}}, done); }).ok());
  EXPECT_EQ(node.store->state().connectors.at("a").tasks.size(), 2U);
  EXPECT_EQ(keys(), (Keys{"target-state-a", "connector-a", "task-a-0", "task-a-1", "commit-a"}));
  ASSERT_TRUE(wait([&](auto done) { node.store->put_tasks("a", {}, done); }).ok());
  EXPECT_EQ(node.store->state().connectors.at("a").task_count, 0);
  ASSERT_TRUE(wait([&](auto done) { node.store->remove_connector("a", done); }).ok());
  EXPECT_TRUE(node.store->state().connectors.empty());
  ASSERT_TRUE(wait([&](auto done) { node.store->put_session_key({"k", "HmacSHA256", 1}, done); }).ok());
  EXPECT_EQ(node.store->state().session_key->key, "k");
  ASSERT_TRUE(wait([&](auto done) { node.store->put_restart({"a", true, true}, done); }).ok());
  EXPECT_EQ(node.listener.restarts, 1);
}

TEST_F(ConfigStoreTest, TellsOfNothingThatWasThereBefore) {
  {
    Node first(topic_, scheduler_, std::nullopt);
    ASSERT_TRUE(start(first).ok());
    ASSERT_TRUE(put(first, "a").ok());
    ASSERT_TRUE(wait([&](auto done) { first.store->put_restart({"a", false, false}, done); }).ok());
  }
  Node second(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(second).ok());
  EXPECT_EQ(second.listener.restarts, 0);
  EXPECT_TRUE(second.listener.updated.empty());
  EXPECT_TRUE(second.store->state().connectors.contains("a"));
  ASSERT_TRUE(put(second, "b").ok());
  EXPECT_EQ(second.listener.updated, Keys{"b"});
}

TEST_F(ConfigStoreTest, WritesOfOneAreSeenByTheOther) {
  Node first(topic_, scheduler_, std::nullopt);
  Node second(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(first).ok());
  ASSERT_TRUE(start(second).ok());
  ASSERT_TRUE(put(first, "a").ok());
  ASSERT_TRUE(wait([&](auto done) { second.store->put_target("a", TargetState::kStopped, done); }).ok());
  scheduler_.advance(milliseconds(20));
  EXPECT_EQ(first.store->state().connectors.at("a").target, TargetState::kStopped);
  EXPECT_EQ(second.store->state().connectors.at("a").target, TargetState::kStopped);
}

TEST_F(ConfigStoreTest, APredecessorIsFenced) {
  Node old_leader(topic_, scheduler_, "connect-cluster-g");
  Node new_leader(topic_, scheduler_, "connect-cluster-g");
  ASSERT_TRUE(start(old_leader).ok());
  ASSERT_TRUE(wait([&](auto done) { old_leader.store->claim(done); }).ok());
  ASSERT_TRUE(put(old_leader, "a").ok());
  // The marker of the transaction has an offset, but the snapshot's is that of the record.
  EXPECT_EQ(old_leader.store->state().offset, 1);
  EXPECT_EQ(topic_.end(), 2);
  ASSERT_TRUE(start(new_leader).ok());
  ASSERT_TRUE(wait([&](auto done) { new_leader.store->claim(done); }).ok());

  const Status fenced = put(old_leader, "b");
  ASSERT_FALSE(fenced.ok());
  EXPECT_EQ(fenced.error().kind(), ErrorKind::kFenced);
  EXPECT_EQ(fenced.error().message(),
            "Failed to write to config topic; this may be due to a transient error and the request can be "
            "safely retried");
  EXPECT_FALSE(put(old_leader, "b").ok());
  EXPECT_EQ(keys(), Keys{"connector-a"});
  // Targets are anybody's to write.
  EXPECT_TRUE(wait([&](auto done) { old_leader.store->put_target("a", TargetState::kPaused, done); }).ok());
  EXPECT_TRUE(put(new_leader, "b").ok());
}

TEST_F(ConfigStoreTest, AFailedWriteSaysWhichAndCanBeRepeated) {
  Node node(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(node).ok());
  topic_.fate = [](bool) { return MemoryTopic::Fate::kFails; };
  const Status failed = put(node, "a");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message(), "Error writing connector configuration to Kafka");
  EXPECT_EQ(failed.error().kind(), ErrorKind::kRetry);
  topic_.fate = [](bool) { return MemoryTopic::Fate::kSucceeds; };
  EXPECT_TRUE(put(node, "a").ok());
}

TEST_F(ConfigStoreTest, AFailedTransactionNeedsANewClaim) {
  Node node(topic_, scheduler_, "connect-cluster-g");
  ASSERT_TRUE(start(node).ok());
  ASSERT_TRUE(wait([&](auto done) { node.store->claim(done); }).ok());
  topic_.fate = [](bool) { return MemoryTopic::Fate::kLost; };
  EXPECT_FALSE(put(node, "a").ok());
  topic_.fate = [](bool) { return MemoryTopic::Fate::kSucceeds; };
  EXPECT_FALSE(put(node, "a").ok());
  ASSERT_TRUE(wait([&](auto done) { node.store->claim(done); }).ok());
  EXPECT_TRUE(put(node, "a").ok());
  EXPECT_EQ(keys(), Keys{"connector-a"});
}

TEST_F(ConfigStoreTest, WritersThatDieBetweenTasksAndCommitLeaveTheOldTasks) {
  Node node(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(node).ok());
  ASSERT_TRUE(put(node, "a").ok());
  ASSERT_TRUE(wait([&](auto done) { node.store->put_tasks("a", {{{"x", "old"}}}, done); }).ok());
  int appends = 0;
  topic_.fate = [&appends](bool) {
    return ++appends > 1 ? MemoryTopic::Fate::kFails : MemoryTopic::Fate::kSucceeds;
  };
  const Status failed = wait([&](auto done) { node.store->put_tasks("a", {{{"x", "new"}}}, done); });
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message(), "Error writing task configurations to Kafka");
  EXPECT_EQ(node.store->state().connectors.at("a").tasks.at(0).at("x"), "old");
  // Compaction now takes the old task record: whoever starts from here sees an incomplete set.
  topic_.compact();
  Node later(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(later).ok());
  EXPECT_TRUE(later.store->state().connectors.at("a").inconsistent);
}

TEST_F(ConfigStoreTest, AnOperationEndsInTimeWithoutBrokers) {
  Node node(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(node).ok());
  node.log.set_connected(false);
  const int64_t before = scheduler_.steady_ms();
  EXPECT_FALSE(wait([&](auto done) { node.store->put_tasks("a", {{}}, done); }).ok());
  EXPECT_LE(scheduler_.steady_ms() - before, 30'000);
  node.log.set_connected(true);
  EXPECT_TRUE(put(node, "a").ok());
}

TEST_F(ConfigStoreTest, AnswersNobodyOnceItIsGone) {
  auto node = std::make_unique<Node>(topic_, scheduler_, std::nullopt);
  ASSERT_TRUE(start(*node).ok());
  bool told = false;
  node->store->put_connector("a", {}, std::nullopt, [&told](const Status&) { told = true; });
  node.reset();
  scheduler_.advance(milliseconds(60'000));
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace sluice::store
