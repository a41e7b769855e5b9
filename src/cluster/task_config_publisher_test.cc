#include "cluster/task_config_publisher.h"

#include <gtest/gtest.h>

#include "cluster/testing/test_cluster.h"

namespace sluice::cluster {
namespace {

TEST(TaskConfigPublisherTest, AnOldRequestThatComesInLateDoesNotStay) {
  TestCluster cluster;
  TestWorker& worker = cluster.add("a", [](HerderOptions& options) {
    options.protocol = ConnectProtocol::kCompatible;  // requests need no signature
  });
  cluster.settle();
  cluster.put(worker, "orders", 2);
  cluster.settle();
  ASSERT_TRUE(worker.work.mine().contains("orders-1"));

  const auto late = cluster.ask<Nothing>([&](Callback<Nothing> done) {
    worker.herder.put_task_configs("orders", {{{"task", "0"}}}, {}, std::move(done));
  });
  EXPECT_TRUE(std::holds_alternative<Nothing>(late));
  cluster.settle();
  EXPECT_TRUE(worker.work.mine().contains("orders-1"));
  const auto info = cluster.ask<ConnectorInfo>(
      [&](Callback<ConnectorInfo> done) { worker.herder.connector("orders", std::move(done)); });
  EXPECT_EQ(std::get<ConnectorInfo>(info).tasks.size(), 2U);
}

}  // namespace
}  // namespace sluice::cluster
