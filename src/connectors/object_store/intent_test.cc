#include "connectors/object_store/intent.h"

#include <gtest/gtest.h>

namespace sluice::connectors::object_store {
namespace {

TEST(OffsetSet, KeepsSpans) {
  OffsetSet set;
  for (const int64_t offset : {103, 105, 106, 107, 107, 200}) set.add(offset);
  EXPECT_EQ(set.text(100), "3,5-7,100");
  for (const int64_t inside : {103, 105, 106, 107, 200}) EXPECT_TRUE(set.contains(inside)) << inside;
  for (const int64_t outside : {100, 104, 108, 199, 201}) EXPECT_FALSE(set.contains(outside)) << outside;
  const auto parsed = OffsetSet::parse("3,5-7,100", 100);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->text(100), "3,5-7,100");
  for (const char* bad : {"x", "3-", "5-3", "3,x"}) EXPECT_FALSE(OffsetSet::parse(bad, 0).ok()) << bad;
}

TEST(Intent, SurvivesTheJourney) {
  Intent intent;
  intent.start = 1000;
  intent.end = 2000;
  intent.keys = {{"path.format", "'y'=YYYY \"quoted\" ü"}, {"topics.dir", "t"}};
  intent.clock = {{1000, 1'700'000'000'000}, {1500, 1'700'000'100'000}};
  intent.skipped.add(1001);
  const std::string text = intent.text();
  EXPECT_TRUE(looks_like_intent(text));
  const auto parsed = parse_intent(1000, text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_EQ(parsed->end, 2000);
  EXPECT_EQ(parsed->keys, intent.keys);
  EXPECT_TRUE(parsed->skipped.contains(1001));
  EXPECT_EQ(parsed->clock_at(1000), 1'700'000'000'000);
  EXPECT_EQ(parsed->clock_at(1499), 1'700'000'000'000);
  EXPECT_EQ(parsed->clock_at(1500), 1'700'000'100'000);
  EXPECT_EQ(parsed->text(), text);
}

TEST(Intent, ThatIsDamagedIsAClearError) {
  EXPECT_FALSE(looks_like_intent(""));
  EXPECT_FALSE(looks_like_intent("somebody's note"));
  for (const char* bad :
       {"{\"sluice\":", "{\"sluice\":1}", "{\"sluice\":1,\"end\":5}", "{\"sluice\":1,\"end\":\"x\"}",
        "{\"sluice\":1,\"end\":20,\"clock\":[[1]]}", "{\"sluice\":1,\"end\":20,\"keys\":[1]}",
        "{\"sluice\":1,\"end\":20,\"skipped\":\"?\"}"}) {
    EXPECT_FALSE(parse_intent(10, bad).ok()) << bad;
  }
  const auto later = parse_intent(10, "{\"sluice\":2,\"end\":20}");
  ASSERT_FALSE(later.ok());
  EXPECT_NE(later.error().message().find("later version"), std::string::npos);
}

}  // namespace
}  // namespace sluice::connectors::object_store
