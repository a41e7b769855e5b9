#include "cluster/distributed_herder.h"

#include <gtest/gtest.h>

#include "cluster/testing/test_cluster.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

class DistributedHerderTest : public ::testing::Test {
 protected:
  std::string state_of(TestWorker& at, const std::string& connector) {
    const auto status = cluster_.ask<ConnectorStatus>(
        [&](Callback<ConnectorStatus> done) { at.herder.status(connector, std::move(done)); });
    if (const auto* error = std::get_if<RequestError>(&status)) return error->message;
    const auto& known = std::get<ConnectorStatus>(status);
    std::string text = known.connector.state;
    for (const TaskState& task : known.tasks) text += " " + task.state;
    return text;
  }
  template <typename T>
  static std::string error_of(const Answer<T>& answer) {
    const auto* error = std::get_if<RequestError>(&answer);
    return error == nullptr ? "" : error->message;
  }
  TestCluster cluster_;
};

TEST_F(DistributedHerderTest, RunsAConnectorAndItsTasks) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  EXPECT_TRUE(worker.herder.is_ready());
  const auto answer = cluster_.put(worker, "orders", 3);
  ASSERT_EQ(error_of(answer), "");
  EXPECT_TRUE(std::get<PutOutcome>(answer).created);
  EXPECT_TRUE(std::get<PutOutcome>(answer).info.tasks.empty()) << "they come later";
  cluster_.settle();
  EXPECT_EQ(worker.work.mine(), (std::set<std::string>{"orders", "orders-0", "orders-1", "orders-2"}));
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING RUNNING RUNNING RUNNING");
  EXPECT_EQ(cluster_.world_.starts.at("orders"), 1);
  EXPECT_EQ(cluster_.world_.starts.at("orders-0"), 1);
}

TEST_F(DistributedHerderTest, SharesWorkWithAWorkerThatJoins) {
  TestWorker& first = cluster_.add("a");
  cluster_.settle();
  for (const char* name : {"c1", "c2", "c3", "c4"}) ASSERT_EQ(error_of(cluster_.put(first, name, 1)), "");
  cluster_.settle();
  TestWorker& second = cluster_.add("b");
  cluster_.settle();
  EXPECT_EQ(first.work.mine().size(), 4U);
  EXPECT_EQ(second.work.mine().size(), 4U);
  EXPECT_EQ(cluster_.world_.running.size(), 8U);
  EXPECT_EQ(cluster_.world_.doubled, 0);
  int restarted = 0;
  for (const auto& [what, starts] : cluster_.world_.starts) restarted += starts - 1;
  EXPECT_EQ(restarted, 4) << "only what moves stands still";
}

TEST_F(DistributedHerderTest, AFollowersConnectorGetsItsTasksThroughTheLeader) {
  cluster_.add("a");
  cluster_.settle();
  cluster_.add("b");
  cluster_.settle();
  TestWorker& leader = cluster_.leader();
  for (int i = 0; i < 4; ++i) ASSERT_EQ(error_of(cluster_.put(leader, "c" + std::to_string(i), 2)), "");
  cluster_.settle();
  EXPECT_EQ(cluster_.world_.running.size(), 12U);
  EXPECT_EQ(cluster_.worker("a").work.mine().size(), 6U);
  EXPECT_EQ(cluster_.world_.doubled, 0);
}

TEST_F(DistributedHerderTest, WritesGoToTheLeader) {
  cluster_.add("a");
  cluster_.settle();
  cluster_.add("b");
  cluster_.settle();
  TestWorker& leader = cluster_.leader();
  TestWorker& other = &leader == &cluster_.worker("a") ? cluster_.worker("b") : cluster_.worker("a");
  const auto answer = cluster_.put(other, "orders", 1);
  const auto* error = std::get_if<RequestError>(&answer);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->problem, RequestProblem::kForward);
  EXPECT_EQ(error->forward_url, leader.url);
}

TEST_F(DistributedHerderTest, AnswersAsKafkaConnectDoes) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 1)), "");
  EXPECT_EQ(error_of(cluster_.put(worker, "orders", 1)), "Connector orders already exists");
  EXPECT_EQ(error_of(cluster_.put(worker, "orders", 2, {}, true)), "");
  const auto nothing = [&](const std::function<void(Callback<Nothing>)>& call) {
    return error_of(cluster_.ask<Nothing>(call));
  };
  DistributedHerder& herder = worker.herder;
  EXPECT_EQ(nothing([&](Callback<Nothing> done) { herder.delete_connector("x", std::move(done)); }),
            "Connector x not found");
  EXPECT_EQ(nothing([&](Callback<Nothing> done) { herder.pause("x", std::move(done)); }),
            "Unknown connector x");
  EXPECT_EQ(nothing([&](Callback<Nothing> done) { herder.stop("x", std::move(done)); }),
            "Unknown connector x");
  EXPECT_EQ(nothing([&](Callback<Nothing> done) { herder.restart_connector("x", std::move(done)); }),
            "Unknown connector: x");
  cluster_.settle();
  EXPECT_EQ(nothing([&](Callback<Nothing> done) {
              herder.restart_task({"orders", 9}, std::move(done));
            }),
            "Unknown task: orders-9");
  EXPECT_EQ(state_of(worker, "x"), "No status found for connector x");
}

TEST_F(DistributedHerderTest, RefusesWhatIsInvalid) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  const auto answer = cluster_.ask<PutOutcome>([&](Callback<PutOutcome> done) {
    worker.herder.put_connector({"orders", {{"wrong", "yes"}}, {}, false}, std::move(done));
  });
  EXPECT_EQ(error_of(answer).substr(0, 60), "Connector configuration is invalid and contains the followin");
}

TEST_F(DistributedHerderTest, PausesResumesAndStops) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 2)), "");
  cluster_.settle();
  const auto ask = [&](const std::function<void(Callback<Nothing>)>& call) {
    EXPECT_EQ(error_of(cluster_.ask<Nothing>(call)), "");
    cluster_.settle();
  };
  ask([&](Callback<Nothing> done) { worker.herder.pause("orders", std::move(done)); });
  EXPECT_EQ(state_of(worker, "orders"), "PAUSED PAUSED PAUSED");
  ask([&](Callback<Nothing> done) { worker.herder.resume("orders", std::move(done)); });
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING RUNNING RUNNING");
  ask([&](Callback<Nothing> done) { worker.herder.stop("orders", std::move(done)); });
  EXPECT_EQ(state_of(worker, "orders"), "STOPPED");
  EXPECT_EQ(worker.work.mine(), (std::set<std::string>{"orders"}));
  ASSERT_FALSE(worker.work.stopped.empty());
  EXPECT_EQ(worker.work.stopped.back().second, Farewell::kLeave) << "nobody takes these tasks over";
  ask([&](Callback<Nothing> done) { worker.herder.resume("orders", std::move(done)); });
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING RUNNING RUNNING");
}

TEST_F(DistributedHerderTest, AnInitialStateHoldsBackTheTasks) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 2, InitialState::kStopped)), "");
  cluster_.settle();
  EXPECT_EQ(state_of(worker, "orders"), "STOPPED");
  EXPECT_EQ(worker.work.mine(), (std::set<std::string>{"orders"}));
}

TEST_F(DistributedHerderTest, ADeletedConnectorLeavesNothingBehind) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 2)), "");
  cluster_.settle();
  EXPECT_EQ(error_of(cluster_.ask<Nothing>(
                [&](Callback<Nothing> done) { worker.herder.delete_connector("orders", std::move(done)); })),
            "");
  cluster_.settle();
  EXPECT_TRUE(worker.work.mine().empty());
  EXPECT_EQ(state_of(worker, "orders"), "No status found for connector orders");
}

TEST_F(DistributedHerderTest, AChangedConfigurationRestartsTheConnectorAndItsTasks) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 1)), "");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 3, {}, true)), "");
  cluster_.settle();
  EXPECT_EQ(worker.work.mine().size(), 4U);
  EXPECT_EQ(cluster_.world_.starts.at("orders"), 2);
  EXPECT_EQ(cluster_.world_.starts.at("orders-0"), 2);
  EXPECT_EQ(cluster_.world_.starts.at("orders-2"), 1);
}

TEST_F(DistributedHerderTest, PatchMergesOnTheLeader) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 1)), "");
  const auto answer = cluster_.ask<PutOutcome>([&](Callback<PutOutcome> done) {
    worker.herder.patch_connector("orders", {{"tasks", "2"}, {"name", std::nullopt}}, std::move(done));
  });
  ASSERT_EQ(error_of(answer), "");
  const auto& config = std::get<PutOutcome>(answer).info.config;
  EXPECT_EQ(config.at("tasks"), "2");
  EXPECT_FALSE(config.contains("name"));
  cluster_.settle();
  EXPECT_EQ(worker.work.mine().size(), 3U);
}

TEST_F(DistributedHerderTest, RestartsWhatHasFailed) {
  TestWorker& worker = cluster_.add("a", [](HerderOptions& o) { o.healing.policy = RestartPolicy::kNone; });
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 2)), "");
  cluster_.settle();
  worker.work.fail_task({"orders", 1}, "org.apache.kafka.connect.errors.ConnectException: no");
  cluster_.settle();
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING RUNNING FAILED");
  const auto plan = cluster_.ask<ConnectorStatus>([&](Callback<ConnectorStatus> done) {
    worker.herder.restart({"orders", true, true}, std::move(done));
  });
  ASSERT_EQ(error_of(plan), "");
  EXPECT_EQ(std::get<ConnectorStatus>(plan).connector.state, "RUNNING");
  EXPECT_EQ(std::get<ConnectorStatus>(plan).tasks.at(1).state, "RESTARTING");
  cluster_.settle();
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING RUNNING RUNNING");
  EXPECT_EQ(cluster_.world_.starts.at("orders-1"), 2);
  EXPECT_EQ(cluster_.world_.starts.at("orders-0"), 1);
}

TEST_F(DistributedHerderTest, HealsByItselfLessAndLessOften) {
  TestWorker& worker = cluster_.add("a");
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 1)), "");
  cluster_.settle();
  const auto fail = [&](const char* trace) { worker.work.fail_task({"orders", 0}, trace); };
  fail("org.apache.kafka.connect.errors.ConnectException: no");
  cluster_.settle(milliseconds(500));
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING FAILED");
  cluster_.settle(milliseconds(1'000));
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING RUNNING");
  fail("org.apache.kafka.connect.errors.ConnectException: no");
  cluster_.settle(milliseconds(1'500));
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING FAILED");
  cluster_.settle(milliseconds(1'500));
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING RUNNING");
  fail(
      "org.apache.kafka.connect.errors.ConnectException: x\n"
      "Caused by: org.apache.kafka.common.config.ConfigException: wrong");
  cluster_.settle(std::chrono::minutes(20));
  EXPECT_EQ(state_of(worker, "orders"), "RUNNING FAILED") << "a wrong configuration never heals";
}

TEST_F(DistributedHerderTest, AnotherLeaderTakesOver) {
  cluster_.add("a");
  cluster_.settle();
  cluster_.add("b");
  cluster_.settle();
  TestWorker* leader = &cluster_.leader();
  for (int i = 0; i < 4; ++i) ASSERT_EQ(error_of(cluster_.put(*leader, "c" + std::to_string(i), 1)), "");
  cluster_.settle();
  const std::string name = leader == &cluster_.worker("a") ? "a" : "b";
  cluster_.kill(name);
  cluster_.group_.remove(name == "a" ? "member-1" : "member-2");
  cluster_.settle();
  EXPECT_EQ(cluster_.world_.running.size(), 8U);
  EXPECT_EQ(cluster_.world_.doubled, 0);
  EXPECT_EQ(error_of(cluster_.put(cluster_.leader(), "c9", 1)), "");
}

TEST_F(DistributedHerderTest, ShutsDownInOrder) {
  TestWorker& first = cluster_.add("a");
  cluster_.settle();
  TestWorker& second = cluster_.add("b");
  cluster_.settle();
  for (int i = 0; i < 4; ++i)
    ASSERT_EQ(error_of(cluster_.put(cluster_.leader(), "c" + std::to_string(i), 1)), "");
  cluster_.settle();
  first.work.stop_time = milliseconds(300);
  bool done = false;
  first.herder.shut_down([&] { done = true; });
  cluster_.settle(milliseconds(200));
  EXPECT_EQ(cluster_.group_.size(), 2U) << "it leaves the group last";
  cluster_.settle();
  EXPECT_TRUE(done);
  EXPECT_EQ(cluster_.group_.size(), 1U);
  EXPECT_EQ(second.work.mine().size(), 8U);
  EXPECT_EQ(cluster_.world_.doubled, 0);
}

TEST_F(DistributedHerderTest, OffsetsChangeOnlyWhenStopped) {
  TestWorker& worker =
      cluster_.add("a", [](HerderOptions& o) { o.exactly_once = ExactlyOnceSources::kEnabled; });
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 2)), "");
  cluster_.settle();
  const auto reset = [&] {
    return cluster_.ask<std::string>(
        [&](Callback<std::string> done) { worker.herder.reset_offsets("orders", std::move(done)); });
  };
  EXPECT_EQ(
      error_of(reset()),
      "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for "
      "the specified connector by issuing a 'PUT' request to the '/connectors/orders/stop' endpoint");
  ASSERT_EQ(error_of(cluster_.ask<Nothing>(
                [&](Callback<Nothing> done) { worker.herder.stop("orders", std::move(done)); })),
            "");
  cluster_.settle();
  const auto answer = reset();
  ASSERT_EQ(error_of(answer), "");
  EXPECT_EQ(std::get<std::string>(answer), "reset");
  EXPECT_EQ(worker.admin.calls, (std::vector<std::string>{"reset orders"}));
}

TEST_F(DistributedHerderTest, FencesFormerTasksOnce) {
  TestWorker& worker =
      cluster_.add("a", [](HerderOptions& o) { o.exactly_once = ExactlyOnceSources::kEnabled; });
  cluster_.settle();
  ASSERT_EQ(error_of(cluster_.put(worker, "orders", 2)), "");
  cluster_.settle();
  const auto fence = [&] {
    const auto signature = InternalRequest{};
    return error_of(cluster_.ask<Nothing>(
        [&](Callback<Nothing> done) { worker.herder.fence_zombies("orders", signature, std::move(done)); }));
  };
  EXPECT_EQ(fence(), "Internal request missing required signature");
}

}  // namespace
}  // namespace sluice::cluster
