// Signals, and what offsets keep of incremental snapshots.

#include <gtest/gtest.h>

#include "connectors/cdc/common/chunk_key.h"
#include "connectors/cdc/common/offset_extras.h"
#include "connectors/cdc/common/signal.h"

namespace sluice::connectors::cdc {
namespace {

using Kind = KeyPart::Kind;

// What Java's ObjectOutputStream writes of `new Object[] {…}`.
constexpr const char* kJavaInts =
    "aced0005757200135b4c6a6176612e6c616e672e4f626a6563743b90ce589f1073296c020000787000000004737200116a617661"
    "2e6c616e672e496e746567657212e2a0a4f781873802000149000576616c7565787200106a6176612e6c616e672e4e756d626572"
    "86ac951d0b94e08b0200007870000000017372000e6a6176612e6c616e672e4c6f6e673b8be490cc8f23df0200014a000576616c"
    "75657871007e000300000000000000057371007e0002000000027371007e00050000000000000006";
constexpr const char* kJavaMixed =
    "aced0005757200135b4c6a6176612e6c616e672e4f626a6563743b90ce589f1073296c0200007870000000027372000e6a617661"
    "2e6c616e672e4c6f6e673b8be490cc8f23df0200014a000576616c7565787200106a6176612e6c616e672e4e756d62657286ac95"
    "1d0b94e08b0200007870ffffffffffffffff74000ac3a9eda0bdedb880c080";
constexpr const char* kJavaSharedText =
    "aced0005757200135b4c6a6176612e6c616e672e4f626a6563743b90ce589f1073296c0200007870000000047400016170737200"
    "0e6a6176612e6c616e672e4c6f6e673b8be490cc8f23df0200014a000576616c7565787200106a6176612e6c616e672e4e756d62"
    "657286ac951d0b94e08b0200007870000000000000000371007e0002";
constexpr const char* kJavaShort =
    "aced0005757200135b4c6a6176612e6c616e672e4f626a6563743b90ce589f1073296c0200007870000000017372000f6a617661"
    "2e6c616e672e53686f7274684d37133460da5202000153000576616c7565787200106a6176612e6c616e672e4e756d62657286ac"
    "951d0b94e08b02000078700007";

TEST(ChunkKey, IsWhatJavaWrites) {
  const ChunkKey ints{{Kind::kInt32, "1"}, {Kind::kInt64, "5"}, {Kind::kInt32, "2"}, {Kind::kInt64, "6"}};
  EXPECT_EQ(java_hex(ints), kJavaInts);
  EXPECT_EQ(*parse_java_hex(kJavaInts), ints);
  const ChunkKey mixed{{Kind::kInt64, "-1"}, {Kind::kText, std::string("\u00e9\U0001F600\0", 7)}};
  EXPECT_EQ(java_hex(mixed), kJavaMixed);
  EXPECT_EQ(*parse_java_hex(kJavaMixed), mixed);
  const ChunkKey shared{{Kind::kText, "a"}, {}, {Kind::kInt64, "3"}, {Kind::kText, "a"}};
  EXPECT_EQ(*parse_java_hex(kJavaSharedText), shared);
  EXPECT_EQ(*parse_java_hex(kJavaShort), (ChunkKey{{Kind::kInt32, "7"}}));
  EXPECT_EQ(shown(shared), "a,<null>,3,a");
}

TEST(ChunkKey, OfAnythingElseIsRefused) {
  const std::string whole(kJavaInts);
  for (size_t size = 0; size < whole.size(); size += 2) {
    (void)parse_java_hex(whole.substr(0, size)).ok();  // nothing breaks
  }
  EXPECT_FALSE(parse_java_hex("aced000573").ok());
  EXPECT_FALSE(parse_java_hex("xy").ok());
}

TEST(IncrementalProgress, ComesBackFromOffsets) {
  OffsetExtras extras;
  extras.incremental.tables = {{{"public", "orders"}, "a > 1", ""}, {{"public", "users"}, "", "id"}};
  extras.incremental.sent = ChunkKey{{Kind::kInt32, "7"}};
  extras.incremental.correlation_id = "sig";
  extras.incremental.paused = true;
  extras.signal_offset = 12;
  sdk::Arena arena;
  auto* entries = arena.array<sdk::MapEntry>(extras.offset_entries());
  const auto* end = extras.store(entries, arena);
  OffsetExtras again;
  again.load(sdk::Value::map({entries, static_cast<size_t>(end - entries)}));
  ASSERT_EQ(again.incremental.tables.size(), 2U);
  EXPECT_EQ(again.incremental.tables[0].id.text(), "public.orders");
  EXPECT_EQ(again.incremental.tables[0].condition, "a > 1");
  EXPECT_EQ(again.incremental.tables[1].surrogate_key, "id");
  EXPECT_EQ(again.incremental.sent, extras.incremental.sent);
  EXPECT_EQ(again.incremental.maximum, std::nullopt);
  EXPECT_EQ(again.incremental.correlation_id, "sig");
  EXPECT_TRUE(again.incremental.paused);
  EXPECT_EQ(again.signal_offset, 12);
}

TEST(Signal, OfASnapshotSaysWhichTables) {
  const auto signal = parse_snapshot_signal(
      R"({"type": "BLOCKING", "data-collections": [" a.b ", "c.d"],)"
      R"( "additional-conditions": [{"data-collection": "A\\..*", "filter": "x = 1"}], "surrogate-key": "k"})");
  ASSERT_TRUE(signal.ok());
  EXPECT_TRUE(signal->blocking);
  EXPECT_EQ(signal->tables, (std::vector<std::string>{"a.b", "c.d"}));
  EXPECT_EQ(signal->filter_of("a.b"), "x = 1");
  EXPECT_EQ(signal->filter_of("c.d"), "");
  EXPECT_EQ(signal->surrogate_key, "k");
  EXPECT_TRUE(parse_snapshot_signal("")->tables.empty());
  EXPECT_FALSE(parse_snapshot_signal("[1]").ok());
  EXPECT_FALSE(parse_snapshot_signal(R"({"type": "other"})").ok());
}

TEST(Signal, IsReadFromRowsAndLines) {
  const std::vector<sdk::Value> row{sdk::Value::string("7-open"), sdk::Value::string("log"),
                                    sdk::Value::null()};
  EXPECT_EQ(signal_of(row, false)->type, "log");
  EXPECT_EQ(signal_of(row, true)->id, "7-close");
  EXPECT_FALSE(signal_of(std::vector<sdk::Value>(2), false).has_value());
  const auto line = parse_signal(R"({"id": "1", "type": "log", "data": {"message": "hi"}})");
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(*parse_log_signal(line->data), "hi");
  EXPECT_FALSE(parse_signal(R"({"id": "1"})").ok());
}

}  // namespace
}  // namespace sluice::connectors::cdc
