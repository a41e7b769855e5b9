#include "cluster/round_assigner.h"

#include <gtest/gtest.h>

#include "base/testing/virtual_scheduler.h"
#include "cluster/testing/fake_config_store.h"

namespace sluice::cluster {
namespace {

class RoundAssignerTest : public ::testing::Test {
 protected:
  RoundAssignerTest() {
    options_.url = "http://a:8083/";
    options_.rebalance_delay_max = std::chrono::milliseconds(0);
    config_.snapshot.offset = 10;
    for (const char* name : {"c1", "c2"}) {
      store::ConnectorEntry& entry = config_.snapshot.connectors[name];
      entry.config = {{"connector.class", name}};
      entry.tasks = {{0, {}}};
      entry.task_count = 1;
    }
  }
  static kafka::protocol::GroupPeer peer(const std::string& id, const std::string& url, int64_t offset,
                                         std::optional<std::vector<std::string>> classes) {
    WorkerMetadata metadata;
    metadata.version = 2;
    metadata.url = url;
    metadata.config_offset = offset;
    if (classes) metadata.sluice = SluiceMetadata{id, *classes};
    return {id, encode_metadata(metadata)};
  }
  std::map<std::string, Assignment> assign(const std::vector<kafka::protocol::GroupPeer>& peers) {
    std::map<std::string, Assignment> result;
    for (const auto& [id, bytes] :
         assigner_.assign({++generation_, generation_ - 1, "a", "sessioned"}, peers)) {
      result[id] = *decode_assignment(bytes);
    }
    return result;
  }
  testing::VirtualScheduler time_;
  HerderOptions options_;
  FakeConfigStore config_;
  RoundAssigner assigner_{options_, config_, time_};
  int32_t generation_ = 0;
};

const std::vector<std::string> kBoth{"c1", "c2"};

TEST_F(RoundAssignerTest, SharesAndRemembersWhoOwnsWhat) {
  const auto result = assign({peer("a", "http://a:8083/", 10, kBoth), peer("b", "http://b:8083/", 9, kBoth)});
  EXPECT_EQ(result.at("a").assigned.size(), 2U);
  EXPECT_EQ(result.at("b").assigned.size(), 2U);
  EXPECT_EQ(result.at("b").config_offset, 10);
  EXPECT_EQ(result.at("b").leader_url, "http://a:8083/");
  EXPECT_EQ(assigner_.owner_url("c1"), "http://a:8083/");
  EXPECT_EQ(assigner_.owner_url("c2"), "http://b:8083/");
  EXPECT_EQ(assigner_.owner_url(TaskName{"c2", 0}), "http://b:8083/");
  EXPECT_EQ(assigner_.owner_url("c3"), "");
  EXPECT_TRUE(assigner_.all_sluice());
}

TEST_F(RoundAssignerTest, AMemberThatHasReadFurtherRepeatsTheRound) {
  const auto result =
      assign({peer("a", "http://a:8083/", 10, kBoth), peer("b", "http://b:8083/", 11, kBoth)});
  for (const auto& [id, assignment] : result) {
    EXPECT_TRUE(assignment.failed());
    EXPECT_EQ(assignment.config_offset, 11);
    EXPECT_TRUE(assignment.assigned.empty());
  }
}

TEST_F(RoundAssignerTest, WorkGoesWhereItsPluginIs) {
  const auto result = assign({peer("a", "http://a:8083/", 10, kBoth),
                              peer("b", "http://b:8083/", 10, std::vector<std::string>{"c1"})});
  for (const std::string& connector : result.at("b").assigned.connectors) EXPECT_EQ(connector, "c1");
  for (const TaskName& task : result.at("b").assigned.tasks) EXPECT_EQ(task.connector, "c1");
  EXPECT_EQ(result.at("a").assigned.size() + result.at("b").assigned.size(), 4U);
}

TEST_F(RoundAssignerTest, AJavaWorkerIsTrustedToHaveEverything) {
  const auto result =
      assign({peer("a", "http://a:8083/", 10, kBoth), peer("b", "http://b:8083/", 10, std::nullopt)});
  EXPECT_EQ(result.at("b").assigned.size(), 2U);
  EXPECT_FALSE(assigner_.all_sluice());
}

TEST_F(RoundAssignerTest, WhoCannotBeUnderstoodGetsNothing) {
  const auto result = assign({peer("a", "http://a:8083/", 10, kBoth), {"b", "?"}});
  EXPECT_EQ(result.at("a").assigned.size(), 4U);
  EXPECT_FALSE(result.contains("b"));
}

TEST_F(RoundAssignerTest, TasksOfAnInconsistentConnectorDoNotExist) {
  config_.snapshot.connectors["c1"].inconsistent = true;
  const auto result = assign({peer("a", "http://a:8083/", 10, kBoth)});
  EXPECT_EQ(result.at("a").assigned.connectors.size(), 2U);
  EXPECT_EQ(result.at("a").assigned.tasks, (std::vector<TaskName>{{"c2", 0}}));
}

}  // namespace
}  // namespace sluice::cluster
