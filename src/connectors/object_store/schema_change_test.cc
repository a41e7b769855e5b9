#include "connectors/object_store/schema_change.h"

#include <gtest/gtest.h>

#include "sdk/data/schema_builder.h"

namespace sluice::connectors::object_store {
namespace {

sdk::SchemaPtr version(int32_t number) {
  sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
  builder.name("orders").version(number);
  for (int32_t i = 0; i < number; ++i) builder.field("f" + std::to_string(i), sdk::Schema::optional_int32());
  return builder.build_or_die();
}

SchemaChange change(Compatibility compatibility, const sdk::SchemaPtr& of_file,
                    const sdk::SchemaPtr& of_record) {
  return schema_change(compatibility, of_file.get(), of_record.get()).value();
}

TEST(SchemaChange, NoneRotatesAtEveryDifference) {
  EXPECT_EQ(change(Compatibility::kNone, version(1), version(1)), SchemaChange::kNone);
  EXPECT_EQ(change(Compatibility::kNone, version(1), version(2)), SchemaChange::kRotate);
  EXPECT_EQ(change(Compatibility::kNone, version(2), version(1)), SchemaChange::kRotate);
}

TEST(SchemaChange, BackwardAndFullRotateAtNewerOnes) {
  for (const auto compatibility : {Compatibility::kBackward, Compatibility::kFull}) {
    EXPECT_EQ(change(compatibility, version(1), version(2)), SchemaChange::kRotate);
    EXPECT_EQ(change(compatibility, version(2), version(1)), SchemaChange::kProject);
  }
}

TEST(SchemaChange, ForwardRotatesAtOlderOnes) {
  EXPECT_EQ(change(Compatibility::kForward, version(1), version(2)), SchemaChange::kProject);
  EXPECT_EQ(change(Compatibility::kForward, version(2), version(1)), SchemaChange::kRotate);
}

TEST(SchemaChange, BetweenSchemaAndNoneAlwaysRotates) {
  EXPECT_EQ(change(Compatibility::kFull, version(1), nullptr), SchemaChange::kRotate);
  EXPECT_EQ(change(Compatibility::kNone, nullptr, version(1)), SchemaChange::kRotate);
  EXPECT_EQ(change(Compatibility::kNone, nullptr, nullptr), SchemaChange::kNone);
}

TEST(SchemaChange, VersionsAreNeededForMoreThanNone) {
  const auto without = sdk::SchemaBuilder::structure().build_or_die();
  const auto result = schema_change(Compatibility::kBackward, version(1).get(), without.get());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), ErrorKind::kBadRecord);
}

}  // namespace
}  // namespace sluice::connectors::object_store
