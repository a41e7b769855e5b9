#include "cluster/status_writer.h"

#include <gtest/gtest.h>

#include "cluster/testing/test_cluster.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

/// A worker of a cluster, and somebody else who writes to its status topic.
class StatusWriterTest : public ::testing::Test {
 protected:
  StatusWriterTest() : worker_(cluster_.add("a")) {
    cluster_.settle();
    cluster_.put(worker_, "orders", 1);
    cluster_.settle();
  }

  void write_task(int32_t task, const std::string& worker, int32_t generation, store::WorkState state) {
    store::WorkStatus status;
    status.state = state;
    status.worker_id = worker;
    status.generation = generation;
    cluster_.status_topic_.add(store::task_status_key("orders", task), store::status_value(status));
    cluster_.settle();
  }
  std::string shown() {
    const auto status = cluster_.ask<ConnectorStatus>(
        [&](Callback<ConnectorStatus> done) { worker_.herder.status("orders", std::move(done)); });
    std::string text;
    for (const TaskState& task : std::get<ConnectorStatus>(status).tasks)
      text += task.state + " at " + task.worker_id + " ";
    return text;
  }

  TestCluster cluster_;
  TestWorker& worker_;
};

TEST_F(StatusWriterTest, OldNewsOfAnotherWorkerDoesNotStay) {
  ASSERT_EQ(shown(), "RUNNING at a:8083 ");
  write_task(0, "b:8083", 0, store::WorkState::kRunning);
  EXPECT_EQ(shown(), "RUNNING at a:8083 ");
  write_task(0, "b:8083", 1'000, store::WorkState::kUnassigned);
  EXPECT_EQ(shown(), "RUNNING at a:8083 ");
}

TEST_F(StatusWriterTest, ALaterGenerationIsBelieved) {
  write_task(0, "b:8083", 1'000, store::WorkState::kRunning);
  EXPECT_EQ(shown(), "RUNNING at b:8083 ");
}

TEST_F(StatusWriterTest, WhatWasRemovedTooEarlyIsToldAgain) {
  cluster_.status_topic_.add(store::task_status_key("orders", 0), std::nullopt);
  cluster_.settle();
  EXPECT_EQ(shown(), "RUNNING at a:8083 ");
}

TEST_F(StatusWriterTest, TheLeaderRemovesStatusesOfWhatIsNotConfigured) {
  write_task(7, "b:8083", 1, store::WorkState::kUnassigned);
  EXPECT_EQ(shown(), "RUNNING at a:8083 ");
}

}  // namespace
}  // namespace sluice::cluster
