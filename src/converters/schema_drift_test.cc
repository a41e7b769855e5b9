#include "converters/schema_drift.h"

#include <gtest/gtest.h>

#include "sdk/data/schema_builder.h"

namespace sluice::converters {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;

SchemaPtr structure(const std::vector<sdk::Field>& fields) {
  SchemaBuilder builder = SchemaBuilder::structure();
  for (const sdk::Field& field : fields) builder.field(field.name, field.schema);
  return builder.build_or_die();
}

std::string drift(const SchemaPtr& contract, const SchemaPtr& record) {
  return schema_drift(*contract, *record).text();
}

TEST(SchemaDriftTest, EqualSchemasHaveNone) {
  const auto schema = structure({{"a", Schema::int32()}, {"b", Schema::optional_string()}});
  EXPECT_TRUE(schema_drift(*schema, *schema).empty());
}

TEST(SchemaDriftTest, ARenameIsRecognisedByItsName) {
  const auto before = structure({{"id", Schema::int64()}, {"userId", Schema::string()}});
  const auto after = structure({{"user_id", Schema::string()}, {"id", Schema::int64()}});
  EXPECT_EQ(drift(before, after), "field userId is missing (probably renamed to user_id)");
}

TEST(SchemaDriftTest, ARenameIsRecognisedByItsPlace) {
  const auto before = structure({{"id", Schema::int64()}, {"amount", Schema::float64()}});
  const auto after = structure({{"id", Schema::int64()}, {"price", Schema::float64()}});
  EXPECT_EQ(drift(before, after), "field amount is missing (probably renamed to price)");
}

TEST(SchemaDriftTest, AnotherTypeIsNoRename) {
  const auto before = structure({{"userId", Schema::string()}});
  const auto after = structure({{"user_id", Schema::int64()}});
  EXPECT_EQ(drift(before, after), "field userId is missing; field user_id is new");
}

TEST(SchemaDriftTest, ChangesAreFoundInTheDepth) {
  const auto inner = [](const SchemaPtr& street) { return structure({{"street", street}}); };
  const auto before = structure({{"address", inner(Schema::string())},
                                 {"tags", SchemaBuilder::array(Schema::string()).build_or_die()}});
  const auto after = structure(
      {{"address", inner(Schema::int32())}, {"tags", SchemaBuilder::array(Schema::int64()).build_or_die()}});
  EXPECT_EQ(drift(before, after),
            "field address.street is INT32 instead of STRING; field tags[] is INT64 instead of STRING");
}

TEST(SchemaDriftTest, AFieldThatMayBeNullNowIsAChange) {
  EXPECT_EQ(drift(structure({{"a", Schema::string()}}), structure({{"a", Schema::optional_string()}})),
            "field a is optional STRING instead of STRING");
}

}  // namespace
}  // namespace sluice::converters
