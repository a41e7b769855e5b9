#include "store/offset_table.h"

#include <gtest/gtest.h>

#include "store/layered_offset_store.h"
#include "store/offset_keys.h"

namespace sluice::store {
namespace {

TEST(OffsetKeysTest, OrderOfMembersDoesNotCount) {
  EXPECT_EQ(canonical_offset_key(R"(["c",{"b":1,"a":"x"}])"), R"(["c",{"a":"x","b":1}])");
  EXPECT_EQ(canonical_offset_key(R"(["c",{"a":"x","b":1}])"), R"(["c",{"a":"x","b":1}])");
  EXPECT_EQ(canonical_offset_key(R"( [ "c" , null ] )"), R"(["c",null])");
  EXPECT_EQ(canonical_offset_key(R"(["c",{"b":{"d":1,"c":[{"z":1,"y":2}]}}])"),
            R"(["c",{"b":{"c":[{"y":2,"z":1}],"d":1}}])");
}

TEST(OffsetKeysTest, OtherKeysStayAsTheyAre) {
  for (const char* key : {"", "x", "{\"b\":1,\"a\":2}", "[\"c\",", "5"})
    EXPECT_EQ(canonical_offset_key(key), key);
}

// Captured from Kafka Connect 4.1.0.
TEST(OffsetTableTest, FindsWhatJavaWrote) {
  OffsetTable table;
  table.apply(R"(["ref-src-a",{"filename":"/data/in.txt"}])", R"({"position":10})");
  EXPECT_EQ(table.get(R"(["ref-src-a",{"filename":"/data/in.txt"}])"), R"({"position":10})");
  const auto partitions = table.partitions("ref-src-a");
  ASSERT_EQ(partitions.size(), 1U);
  EXPECT_EQ(partitions[0].partition, R"({"filename":"/data/in.txt"})");
  EXPECT_EQ(partitions[0].offset, R"({"position":10})");
}

TEST(OffsetTableTest, ListsOneConnectorsPartitions) {
  OffsetTable table;
  table.apply(R"(["a",{"p":1}])", "{}");
  table.apply(R"(["a",{"p":2}])", R"({"x":1})");
  table.apply(R"(["a",null])", "{}");
  table.apply(R"(["a",[1]])", "{}");
  table.apply(R"(["ab",{"p":1}])", "{}");
  table.apply(R"(["a\"",{"p":1}])", "{}");
  table.apply("nonsense", "{}");
  const auto partitions = table.partitions("a");
  ASSERT_EQ(partitions.size(), 2U);
  EXPECT_EQ(partitions[0].partition, R"({"p":1})");
  EXPECT_EQ(partitions[1].offset, R"({"x":1})");
  EXPECT_EQ(table.partitions("a\"").size(), 1U);
  EXPECT_EQ(table.get("nonsense"), "{}");
  table.apply(R"(["a",{"p":1}])", std::nullopt);
  EXPECT_EQ(table.partitions("a").size(), 1U);
}

TEST(OffsetTableTest, WritesUnderTheBytesOfTheTopic) {
  OffsetTable table;
  table.apply(R"(["c",{"b":1,"a":2}])", "1");
  EXPECT_EQ(table.get(R"(["c",{"a":2,"b":1}])"), "1");
  EXPECT_EQ(table.as_stored({{R"(["c",{"a":2,"b":1}])", "2"}, {R"(["new",{"z":1,"y":2}])", "3"}}),
            (OffsetEntries{{R"(["c",{"b":1,"a":2}])", "2"}, {R"(["new",{"z":1,"y":2}])", "3"}}));
}

TEST(OffsetTableTest, ForgetsAllFormsOfAKey) {
  OffsetTable table;
  table.apply(R"(["c",{"b":1,"a":2}])", "1");
  table.apply(R"(["c",{"a":2,"b":1}])", "2");
  EXPECT_EQ(table.get(R"(["c",{"b":1,"a":2}])"), "2");
  EXPECT_EQ(table.as_stored({{R"(["c",{"b":1,"a":2}])", "3"}}),
            (OffsetEntries{{R"(["c",{"a":2,"b":1}])", "3"}}));
  EXPECT_EQ(
      table.as_stored({{R"(["c",{"a":2,"b":1}])", std::nullopt}}),
      (OffsetEntries{{R"(["c",{"a":2,"b":1}])", std::nullopt}, {R"(["c",{"b":1,"a":2}])", std::nullopt}}));
  // Compaction's late tombstone of the older form does not hide the newer one.
  table.apply(R"(["c",{"b":1,"a":2}])", std::nullopt);
  EXPECT_EQ(table.get(R"(["c",{"a":2,"b":1}])"), "2");
  table.apply(R"(["c",{"a":2,"b":1}])", std::nullopt);
  EXPECT_FALSE(table.get(R"(["c",{"a":2,"b":1}])"));
}

/// Notes what is written, and fails when told.
class FakeStore final : public OffsetStore {
 public:
  FakeStore(std::string name, std::vector<std::string>& writes) : name_(std::move(name)), writes_(writes) {}
  Status refresh(std::chrono::milliseconds) override {
    ++refreshed;
    return {};
  }
  Result<std::optional<std::string>> get(const std::string& key) override { return table.get(key); }
  Result<std::vector<PartitionOffset>> partitions(const std::string& connector) override {
    return table.partitions(connector);
  }
  Status set(const OffsetEntries& entries, std::chrono::milliseconds) override {
    for (const auto& [key, value] : entries) writes_.push_back(name_ + " " + key + " " + value.value_or("-"));
    if (fails) return retriable("no");
    for (const auto& [key, value] : entries) table.apply(key, value);
    return {};
  }
  OffsetTable table;
  bool fails = false;
  int refreshed = 0;

 private:
  const std::string name_;
  std::vector<std::string>& writes_;
};

class LayeredOffsetStoreTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kTimeout{100};
  std::vector<std::string> writes_;
  FakeStore own_{"own", writes_};
  FakeStore worker_{"worker", writes_};
  LayeredOffsetStore store_{own_, worker_};
};

TEST_F(LayeredOffsetStoreTest, TheOwnOffsetWinsAndTheWorkersFillsIn) {
  own_.table.apply(R"(["c",{"p":1}])", "1");
  worker_.table.apply(R"(["c",{"p":1}])", "9");
  worker_.table.apply(R"(["c",{"p":2}])", "2");
  EXPECT_EQ(*store_.get(R"(["c",{"p":1}])"), "1");
  EXPECT_EQ(*store_.get(R"(["c",{"p":2}])"), "2");
  EXPECT_EQ(*store_.get(R"(["c",{"p":3}])"), std::nullopt);
  const auto partitions = store_.partitions("c");
  ASSERT_TRUE(partitions.ok());
  ASSERT_EQ(partitions->size(), 2U);
  EXPECT_EQ((*partitions)[0].offset, "1");
  EXPECT_EQ((*partitions)[1].offset, "2");
  EXPECT_TRUE(store_.refresh(kTimeout).ok());
  EXPECT_EQ(own_.refreshed + worker_.refreshed, 2);
}

TEST_F(LayeredOffsetStoreTest, TombstonesReachTheWorkersTopicFirst) {
  ASSERT_TRUE(store_.set({{"a", "1"}, {"b", std::nullopt}}, kTimeout).ok());
  EXPECT_EQ(writes_, (std::vector<std::string>{"worker b -", "own a 1", "own b -", "worker a 1"}));
  writes_.clear();
  worker_.fails = true;
  EXPECT_FALSE(store_.set({{"a", "1"}, {"b", std::nullopt}}, kTimeout).ok());
  EXPECT_EQ(writes_, (std::vector<std::string>{"worker b -"}));
}

TEST_F(LayeredOffsetStoreTest, TheCopyMayFailTheOriginalMayNot) {
  worker_.fails = true;
  EXPECT_TRUE(store_.set({{"a", "1"}}, kTimeout).ok());
  EXPECT_EQ(writes_, (std::vector<std::string>{"own a 1", "worker a 1"}));
  writes_.clear();
  own_.fails = true;
  EXPECT_FALSE(store_.set({{"a", "1"}}, kTimeout).ok());
  EXPECT_EQ(writes_, (std::vector<std::string>{"own a 1"}));
}

}  // namespace
}  // namespace sluice::store
