#include "store/status_store.h"

#include <gtest/gtest.h>

#include "base/testing/virtual_scheduler.h"
#include "store/status_records.h"
#include "store/testing/memory_log.h"

namespace sluice::store {
namespace {

using sluice::testing::VirtualScheduler;
using std::chrono::milliseconds;
using testing::MemoryLog;
using testing::MemoryTopic;

struct Node {
  Node(MemoryTopic& topic, VirtualScheduler& scheduler)
      : log(
            topic, scheduler, [this](auto records) { store->consume(records); }, milliseconds(2)),
        store(make_status_store(log, scheduler)) {}
  MemoryLog log;
  std::unique_ptr<StatusStore> store;
};

WorkStatus status(WorkState state, const std::string& worker, int32_t generation) {
  return {state, "", worker, generation, "1"};
}

class StatusStoreTest : public ::testing::Test {
 protected:
  void settle() { scheduler_.advance(milliseconds(20)); }
  std::optional<WorkState> task_state(const Node& node, const std::string& connector = "c",
                                      int32_t task = 0) {
    const auto tasks = node.store->tasks(connector);
    const auto found = tasks.find(task);
    return found == tasks.end() ? std::nullopt : std::optional(found->second.state);
  }
  size_t written() const { return topic_.records().size(); }

  VirtualScheduler scheduler_;
  MemoryTopic topic_{5};
  Node node_{topic_, scheduler_};
  Node other_{topic_, scheduler_};
};

// Captured from Kafka Connect 4.1.0.
TEST_F(StatusStoreTest, ReadsAndWritesJavasBytes) {
  const std::string running =
      R"({"state":"RUNNING","trace":null,"worker_id":"127.0.0.1:18083","generation":2,"version":"4.1.0"})";
  topic_.add("status-connector-ref-src-a", running);
  topic_.add("status-task-ref-src-a-0", running);
  topic_.add(
      "status-topic-ref-topic-a:connector-ref-src-a",
      R"({"topic":{"name":"ref-topic-a","connector":"ref-src-a","task":0,"discoverTimestamp":1795358246046}})");
  settle();
  const auto read = node_.store->connector("ref-src-a");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, WorkState::kRunning);
  EXPECT_EQ(read->worker_id, "127.0.0.1:18083");
  EXPECT_EQ(read->generation, 2);
  EXPECT_EQ(read->version, "4.1.0");
  EXPECT_EQ(read->trace, "");
  EXPECT_EQ(status_value(*read), running);
  EXPECT_EQ(task_state(node_, "ref-src-a"), WorkState::kRunning);
  EXPECT_EQ(node_.store->active_topics("ref-src-a"), std::set<std::string>{"ref-topic-a"});
  EXPECT_EQ(
      topic_status_value({"ref-topic-a", "ref-src-a", 0, 1795358246046}),
      R"({"topic":{"name":"ref-topic-a","connector":"ref-src-a","task":0,"discoverTimestamp":1795358246046}})");
  EXPECT_EQ(status_value({WorkState::kFailed, "a.B: c\n\tat d", "w:1", 3, std::nullopt}),
            R"({"state":"FAILED","trace":"a.B: c\n\tat d","worker_id":"w:1","generation":3,"version":null})");
}

TEST_F(StatusStoreTest, ReadsWhatOlderWorkersWrote) {
  topic_.add("status-task-a-b-7", R"({"state":"FAILED","trace":"t","worker_id":"w","generation":1})");
  settle();
  const auto read = node_.store->tasks("a-b").at(7);
  EXPECT_EQ(read.trace, "t");
  EXPECT_FALSE(read.version);
}

TEST_F(StatusStoreTest, IgnoresGarbage) {
  topic_.add("status-connector-c", R"({"state":"RUNNING","trace":null,"worker_id":"w","generation":1})");
  for (const char* value :
       {"{", "1", "null", "", R"({"state":"DESTROYED","worker_id":"w","generation":1})",
        R"({"state":"RUNNING","worker_id":1,"generation":1})",
        R"({"state":"RUNNING","worker_id":"w","generation":1.5})", R"({"worker_id":"w","generation":1})"}) {
    topic_.add("status-connector-c", value);
    topic_.add("status-topic-t:connector-c", value);
  }
  for (const char* key : {"", "status-", "status-task-1", "status-task-c-x", "status-topic-:connector-c",
                          "status-topic-t", "status-topic-t:connector-", "status-topic-t:c"}) {
    topic_.add(key, std::nullopt);
  }
  settle();
  EXPECT_EQ(node_.store->connector("c")->state, WorkState::kRunning);
  EXPECT_EQ(node_.store->connectors(), std::set<std::string>{"c"});
  EXPECT_TRUE(node_.store->active_topics("c").empty());
}

TEST_F(StatusStoreTest, BothSeeWhatOneWrites) {
  node_.store->put_connector("c", status(WorkState::kRunning, "w1", 1), false);
  node_.store->put_task("c", 0, status(WorkState::kPaused, "w1", 1), false);
  node_.store->put_topic({"t", "c", 0, 5});
  EXPECT_FALSE(node_.store->connector("c")) << "the state changes when the record is read back";
  settle();
  EXPECT_EQ(other_.store->connector("c")->worker_id, "w1");
  EXPECT_EQ(task_state(other_), WorkState::kPaused);
  EXPECT_EQ(other_.store->active_topics("c"), std::set<std::string>{"t"});
  other_.store->remove_task("c", 0);
  other_.store->remove_connector("c");
  other_.store->remove_topic("c", "t");
  settle();
  EXPECT_FALSE(node_.store->connector("c"));
  EXPECT_TRUE(node_.store->tasks("c").empty());
  EXPECT_TRUE(node_.store->active_topics("c").empty());
  topic_.compact();
  for (const auto& record : topic_.records()) EXPECT_FALSE(record.value) << record.key;
}

TEST_F(StatusStoreTest, ASafeWriteYieldsToALaterGenerationOfAnother) {
  other_.store->put_task("c", 0, status(WorkState::kRunning, "w2", 5), false);
  settle();
  node_.store->put_task("c", 0, status(WorkState::kFailed, "w1", 4), true);
  settle();
  EXPECT_EQ(written(), 1U);
  node_.store->put_task("c", 0, status(WorkState::kFailed, "w1", 5), true);
  settle();
  EXPECT_EQ(task_state(node_), WorkState::kFailed);
  node_.store->put_task("c", 0, status(WorkState::kRunning, "w1", 9), false);
  settle();
  node_.store->put_task("c", 0, status(WorkState::kFailed, "w1", 3), true);
  settle();
  EXPECT_EQ(task_state(node_), WorkState::kFailed) << "its own later generation does not stop a worker";
}

TEST_F(StatusStoreTest, ALateGoodbyeDoesNotHideASuccessor) {
  other_.store->put_task("c", 0, status(WorkState::kRunning, "w2", 5), false);
  settle();
  node_.store->put_task("c", 0, status(WorkState::kUnassigned, "w1", 5), false);
  settle();
  EXPECT_EQ(task_state(node_), WorkState::kRunning);
  node_.store->put_task("c", 0, status(WorkState::kUnassigned, "w1", 6), false);
  settle();
  EXPECT_EQ(task_state(node_), WorkState::kUnassigned);
}

TEST_F(StatusStoreTest, SendsAgainWhileItIsTrue) {
  int failures = 3;
  topic_.fate = [&failures](bool) {
    return failures-- > 0 ? MemoryTopic::Fate::kFails : MemoryTopic::Fate::kSucceeds;
  };
  node_.store->put_task("c", 0, status(WorkState::kRunning, "w1", 1), false);
  scheduler_.advance(milliseconds(1000));
  EXPECT_EQ(task_state(other_), WorkState::kRunning);
}

TEST_F(StatusStoreTest, DropsWhatANewerWriteMadeUntrue) {
  int appends = 0;
  topic_.fate = [&appends](bool) {
    return ++appends == 1 ? MemoryTopic::Fate::kFails : MemoryTopic::Fate::kSucceeds;
  };
  node_.store->put_task("c", 0, status(WorkState::kRunning, "w1", 1), false);
  node_.store->put_task("c", 0, status(WorkState::kFailed, "w1", 1), true);
  scheduler_.advance(milliseconds(1000));
  EXPECT_EQ(appends, 2);
  EXPECT_EQ(task_state(other_), WorkState::kFailed);
}

TEST_F(StatusStoreTest, DropsWhatALaterGenerationMadeUntrue) {
  topic_.fate = [](bool) { return MemoryTopic::Fate::kFails; };
  node_.store->put_task("c", 0, status(WorkState::kRunning, "w1", 1), false);
  node_.store->put_task("c", 1, status(WorkState::kRunning, "w1", 2), false);
  settle();
  topic_.fate = [](bool) { return MemoryTopic::Fate::kSucceeds; };
  scheduler_.advance(milliseconds(1000));
  EXPECT_EQ(task_state(other_, "c", 0), std::nullopt);
  EXPECT_EQ(task_state(other_, "c", 1), WorkState::kRunning);
}

TEST_F(StatusStoreTest, DropsAnUnsafeTaleOfWhatWasDeleted) {
  node_.store->put_task("c", 0, status(WorkState::kRunning, "w1", 1), false);
  settle();
  topic_.fate = [](bool) { return MemoryTopic::Fate::kFails; };
  node_.store->put_task("c", 0, status(WorkState::kUnassigned, "w1", 1), true);
  settle();
  topic_.add("status-task-c-0", std::nullopt);
  settle();
  topic_.fate = [](bool) { return MemoryTopic::Fate::kSucceeds; };
  scheduler_.advance(milliseconds(1000));
  EXPECT_EQ(task_state(other_), std::nullopt);
}

TEST_F(StatusStoreTest, FlushWaitsForWhatWasPut) {
  int flushed = 0;
  const auto count = [&flushed](const Status& outcome) { flushed += outcome.ok() ? 1 : 100; };
  node_.store->flush(milliseconds(1000), count);
  EXPECT_EQ(flushed, 0) << "never from within the call";
  settle();
  EXPECT_EQ(flushed, 1);

  int failures = 1;
  topic_.fate = [&failures](bool) {
    return failures-- > 0 ? MemoryTopic::Fate::kFails : MemoryTopic::Fate::kSucceeds;
  };
  node_.store->put_connector("c", status(WorkState::kUnassigned, "w1", 1), true);
  node_.store->flush(milliseconds(1000), count);
  settle();
  EXPECT_EQ(flushed, 1);
  scheduler_.advance(milliseconds(500));
  EXPECT_EQ(flushed, 2);

  node_.log.set_connected(false);
  node_.store->put_connector("c", status(WorkState::kRunning, "w1", 1), true);
  node_.store->flush(milliseconds(1000), count);
  scheduler_.advance(milliseconds(1001));
  EXPECT_EQ(flushed, 102);
}

}  // namespace
}  // namespace sluice::store
