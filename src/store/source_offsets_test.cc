#include "store/source_offsets.h"

#include <gtest/gtest.h>

#include "sdk/source_offsets.h"

namespace sluice::store {
namespace {

class OneEntryStore final : public OffsetStore {
 public:
  Result<std::optional<std::string>> get(const std::string& key) override {
    return key == stored_key ? std::optional(stored_value) : std::nullopt;
  }
  Status set(const OffsetEntries&, std::chrono::milliseconds) override { return {}; }
  std::string stored_key;
  std::string stored_value;
};

TEST(SourceOffsets, WritesTheKeysThatJavaWrites) {
  OneEntryStore store;
  const SourceOffsets offsets(store, "file \"x\"");
  sdk::Arena arena;
  EXPECT_EQ(offsets.key(sdk::single_entry_map(arena, "filename", sdk::Value::string("/tmp/a"))),
            R"(["file \"x\"",{"filename":"/tmp/a"}])");
  EXPECT_EQ(offsets.key(sdk::Value::null()), R"(["file \"x\"",null])");
  EXPECT_EQ(offsets.value(sdk::single_entry_map(arena, "position", sdk::Value::int64(5))),
            R"({"position":5})");
  EXPECT_EQ(offsets.value(sdk::Value::null()), std::nullopt);
}

TEST(SourceOffsets, ReadsWhatIsStoredAndNamesWhatCannotBeRead) {
  OneEntryStore store;
  store.stored_key = R"(["c",{"table":"t"}])";
  store.stored_value = R"({"incrementing":7,"timestamp":1700000000000})";
  const SourceOffsets offsets(store, "c");
  sdk::Arena arena;
  const auto partition = sdk::single_entry_map(arena, "table", sdk::Value::string("t"));
  const auto offset = offsets.read(partition, arena);
  ASSERT_TRUE(offset.ok());
  EXPECT_EQ(sdk::map_get(*offset, "incrementing").as_integer(), 7);
  store.stored_value = "{";
  const auto broken = offsets.read(partition, arena);
  ASSERT_FALSE(broken.ok());
  EXPECT_NE(broken.error().message().find(store.stored_key), std::string::npos);
}

}  // namespace
}  // namespace sluice::store
