#include "sdk/data/schema.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

std::string message_of(const Result<SchemaPtr>& built) { return built.ok() ? "ok" : built.error().message(); }
std::string problem(SchemaBuilder& builder) { return message_of(builder.build()); }
std::string problem(SchemaBuilder&& builder) { return message_of(builder.build()); }

TEST(Value, EqualityFollowsJava) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Value::float64(nan), Value::float64(nan));
  EXPECT_FALSE(Value::float64(0.0) == Value::float64(-0.0));
  EXPECT_FALSE(Value::int32(1) == Value::int64(1));
  EXPECT_FALSE(Value::string("a") == Value::bytes("a"));
  EXPECT_FALSE(Value::decimal("\x0A", 1) == Value::decimal("\x0A", 2));
  const std::array one = {MapEntry{Value::string("a"), Value::int32(1)},
                          MapEntry{Value::string("b"), Value::null()}};
  const std::array two = {one[1], one[0]};
  EXPECT_EQ(Value::map(one), Value::map(two));
  const std::array items = {Value::int32(1), Value::int32(2)};
  const std::array other = {items[1], items[0]};
  EXPECT_FALSE(Value::array(items) == Value::array(other));
}

TEST(Schema, FindsFieldsAndLogicalTypes) {
  const SchemaPtr schema = SchemaBuilder::structure()
                               .name("row")
                               .field("b", Schema::int32())
                               .field("a", SchemaBuilder::decimal(2).build_or_die())
                               .build_or_die();
  EXPECT_EQ(schema->field_index("b"), 0);
  EXPECT_EQ(schema->field_index("a"), 1);
  EXPECT_EQ(schema->field_index("c"), -1);
  EXPECT_EQ(schema->fields()[1].schema->logical(), Logical::kDecimal);
  EXPECT_EQ(schema->fields()[1].schema->decimal_scale(), 2);
  EXPECT_EQ(schema->fields()[1].schema->value_kind(), Kind::kDecimal);
}

TEST(Schema, EqualityCountsEveryAttribute) {
  const auto base = [] {
    SchemaBuilder builder(Type::kInt32);
    builder.name("n").version(1).doc("d").parameter("p", "q");
    return builder;
  };
  const SchemaPtr schema = base().build_or_die();
  EXPECT_TRUE(same_schema(schema.get(), base().build_or_die().get()));
  EXPECT_FALSE(same_schema(schema.get(), base().optional().build_or_die().get()));
  EXPECT_FALSE(same_schema(schema.get(), base().default_value(Value::int32(1)).build_or_die().get()));
  EXPECT_FALSE(same_schema(schema.get(), base().parameter("r", "s").build_or_die().get()));
  EXPECT_FALSE(
      same_schema(schema.get(), SchemaBuilder(Type::kInt32).name("n").version(1).build_or_die().get()));
  EXPECT_FALSE(same_schema(schema.get(), nullptr));
  EXPECT_TRUE(same_schema(nullptr, nullptr));
}

// Texts printed by Connect 4.1's SchemaBuilder.
TEST(SchemaBuilder, RefusesWhatJavaRefuses) {
  EXPECT_EQ(problem(SchemaBuilder(Type::kInt32).default_value(Value::string("x"))), "Invalid default value");
  EXPECT_EQ(problem(SchemaBuilder::structure().field("a", Schema::int32()).field("a", Schema::int32())),
            "Cannot create field because of field name duplication a");
  EXPECT_EQ(problem(SchemaBuilder(Type::kInt32).field("x", Schema::int32())),
            "Cannot create fields on type INT32");
  EXPECT_EQ(problem(SchemaBuilder(Type::kInt32).name("a").name("b")),
            "Invalid SchemaBuilder call: name has already been set.");
  EXPECT_EQ(problem(SchemaBuilder::array(nullptr)), "valueSchema cannot be null.");
  EXPECT_EQ(problem(SchemaBuilder::map(nullptr, nullptr)), "keySchema cannot be null.");
  EXPECT_EQ(problem(SchemaBuilder::structure().field("", Schema::int32())), "fieldName cannot be null.");
  EXPECT_EQ(problem(SchemaBuilder::structure().field("a", nullptr)),
            "fieldSchema for field a cannot be null.");
  EXPECT_EQ(problem(SchemaBuilder(Type::kInt32).parameter("p", "q").parameter("p", "r")), "ok");
}

TEST(SchemaBuilder, CopiesKeepEverything) {
  const SchemaPtr schema = SchemaBuilder(Type::kString)
                               .name("n")
                               .version(3)
                               .doc("d")
                               .parameter("p", "q")
                               .default_value(Value::string("x"))
                               .build_or_die();
  const SchemaPtr optional = with_optional(schema, true);
  EXPECT_TRUE(optional->optional());
  EXPECT_TRUE(same_schema(with_optional(optional, false).get(), schema.get()));
}

}  // namespace
}  // namespace sluice::sdk
