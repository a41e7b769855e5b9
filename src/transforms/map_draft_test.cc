#include "transforms/map_draft.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::transforms {
namespace {

using sdk::Value;

TEST(MapDraft, KeepsPlacesAndOrder) {
  sdk::Arena arena;
  MapDraft draft;
  draft.put("a", Value::int32(1));
  draft.put("b", Value::int32(2));
  draft.put("a", Value::int32(3));
  const Value map = draft.finish(arena);
  ASSERT_EQ(map.as_map().size(), 2U);
  EXPECT_EQ(map.as_map()[0].value, Value::int32(3));
  draft.start(map);
  draft.remove("a");
  draft.remove("missing");
  EXPECT_EQ(draft.find("a"), nullptr);
  EXPECT_EQ(*draft.find("b"), Value::int32(2));
  EXPECT_EQ(*find_entry(map, "a"), Value::int32(3));
}

TEST(MapDraft, FindsAmongManyToo) {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("name " + std::to_string(i));
  MapDraft draft;
  for (int round = 0; round < 2; ++round) {
    draft.start();
    for (int i = 0; i < 200; ++i) draft.put(names[static_cast<size_t>(i)], Value::int32(i));
    draft.put(names[150], Value::int32(-1));
    draft.remove(names[3]);
    EXPECT_EQ(*draft.find(names[150]), Value::int32(-1));
    EXPECT_EQ(*draft.find(names[199]), Value::int32(199));
    EXPECT_EQ(draft.find(names[3]), nullptr);
    draft.put(names[3], Value::int32(7));
    EXPECT_EQ(*draft.find(names[3]), Value::int32(7));
  }
}

}  // namespace
}  // namespace sluice::transforms
