#include "transforms/schema_plan_cache.h"

#include <gtest/gtest.h>

#include "sdk/data/schema_builder.h"

namespace sluice::transforms {
namespace {

sdk::SchemaPtr named(const std::string& name) {
  return sdk::SchemaBuilder(sdk::Type::kInt32).name(name).build_or_die();
}

class SchemaPlanCacheTest : public testing::Test {
 protected:
  const std::string* get(const sdk::Schema& schema) {
    return *cache_.get(schema, [&](const sdk::SchemaPtr& source) -> Result<std::string> {
      ++made_;
      return *source->name();
    });
  }

  SchemaPlanCache<std::string> cache_;
  int made_ = 0;
};

TEST_F(SchemaPlanCacheTest, EqualSchemasShareAPlan) {
  sdk::Arena arena;
  cache_.start_batch(arena);
  const auto first = named("a");
  const auto second = named("a");
  EXPECT_EQ(get(*first), get(*second));
  EXPECT_EQ(get(*first), get(*first));
  EXPECT_NE(get(*named("b")), get(*first));
  EXPECT_EQ(made_, 2);
}

TEST_F(SchemaPlanCacheTest, ABatchKeepsThePlansItUses) {
  sdk::Arena arena;
  cache_.start_batch(arena);
  const std::string* first = get(*named("first"));
  for (int i = 0; i < 100; ++i) get(*named(std::to_string(i)));
  EXPECT_EQ(*first, "first");
  get(*named("first"));  // was thrown out, is made again
  EXPECT_EQ(made_, 102);
}

TEST_F(SchemaPlanCacheTest, AFailureIsNotKept) {
  sdk::Arena arena;
  cache_.start_batch(arena);
  const auto schema = named("a");
  const auto fail = [](const sdk::SchemaPtr&) -> Result<std::string> { return bad_record("no"); };
  EXPECT_FALSE(cache_.get(*schema, fail).ok());
  EXPECT_EQ(*get(*schema), "a");
}

}  // namespace
}  // namespace sluice::transforms
