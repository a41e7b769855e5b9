#include "store/topic_offset_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "kafka/internal_topics.h"
#include "store/testing/broker.h"

namespace sluice::store {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{30'000};

class RealOffsetStoreTest : public testing::RealTest {
 protected:
  std::unique_ptr<TopicOffsetStore> open(const sdk::Properties& worker) {
    auto admin = kafka::make_shared_admin(worker);
    auto config = kafka::internal_log_config(kafka::InternalTopic::kOffsets, worker, true, *admin);
    EXPECT_TRUE(config.ok()) << config.error().message();
    return std::make_unique<TopicOffsetStore>(*std::move(config));
  }
  const sdk::Properties worker_ = testing::worker_properties(25);
};

TEST_F(RealOffsetStoreTest, RemembersWhatWasWritten) {
  const std::string key = R"(["c",{"b":1,"a":2}])";
  {
    auto store = open(worker_);
    ASSERT_TRUE(store->refresh(kPatience).ok());
    EXPECT_EQ(*store->get(key), std::nullopt);
    ASSERT_TRUE(store->set({{key, R"({"o":1})"}, {R"(["c",null])", "{}"}}, kPatience).ok());
    EXPECT_EQ(*store->get(key), R"({"o":1})");
  }
  auto store = open(worker_);
  ASSERT_TRUE(store->refresh(kPatience).ok());
  EXPECT_EQ(*store->get(R"(["c",{"a":2,"b":1}])"), R"({"o":1})");
  EXPECT_EQ(store->partitions("c")->size(), 1U);
  // Another order of members lands on the same bytes, in the same partition.
  ASSERT_TRUE(store->set({{R"(["c",{"a":2,"b":1}])", std::nullopt}}, kPatience).ok());
  auto later = open(worker_);
  ASSERT_TRUE(later->refresh(kPatience).ok());
  EXPECT_EQ(*later->get(key), std::nullopt);
  EXPECT_EQ(*later->get(R"(["c",null])"), "{}");
}

// The library aborts the process if a partition that is being stopped is stopped again.
TEST_F(RealOffsetStoreTest, MayBeClosedAtAnyMoment) {
  {
    auto store = open(worker_);
    ASSERT_TRUE(store->set({{R"(["c",{"p":1}])", "1"}, {R"(["c",{"p":2}])", "2"}}, kPatience).ok());
  }
  for (int i = 0; i < 40; ++i) {
    auto store = open(worker_);
    if (i % 2 == 0) {
      EXPECT_TRUE(store->refresh(kPatience).ok());
    }
    std::this_thread::sleep_for(milliseconds(i % 5));
  }
}

TEST_F(RealOffsetStoreTest, SeesWhatOthersWrote) {
  auto one = open(worker_);
  auto two = open(worker_);
  ASSERT_TRUE(one->refresh(kPatience).ok());
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(two->set({{R"(["c",{"p":1}])", std::to_string(i)}}, kPatience).ok());
    ASSERT_TRUE(one->refresh(kPatience).ok());
    EXPECT_EQ(*one->get(R"(["c",{"p":1}])"), std::to_string(i));
  }
}

TEST_F(RealOffsetStoreTest, ManyThreadsMayUseIt) {
  auto store = open(worker_);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string key = R"(["c)" + std::to_string(t) + R"(",{"p":1}])";
        if (!store->set({{key, std::to_string(i)}}, kPatience).ok()) continue;
        if (!store->refresh(kPatience).ok()) continue;
        good += *store->get(key) == std::to_string(i) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
}

TEST_F(RealOffsetStoreTest, SaysInTimeWhenNobodyAnswers) {
  sdk::Properties worker = worker_;
  worker["bootstrap.servers"] = "127.0.0.1:1";
  auto store = open(worker);
  const auto before = std::chrono::steady_clock::now();
  const Status read = store->refresh(milliseconds(300));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind(), ErrorKind::kRetry);
  EXPECT_FALSE(store->set({{"k", "v"}}, milliseconds(300)).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(8));
}

}  // namespace
}  // namespace sluice::store
