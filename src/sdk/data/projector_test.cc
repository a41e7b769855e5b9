#include "sdk/data/projector.h"

#include <gtest/gtest.h>

#include <array>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

std::string projected(const SchemaPtr& source, const Value& value, const SchemaPtr& target) {
  Arena arena;
  const auto result = project(arena, *source, value, *target);
  if (!result.ok()) return result.error().trace();
  std::string text;
  append_java_text(text, *result);
  return text;
}

std::string refusal(std::string_view message) {
  return "org.apache.kafka.connect.errors.SchemaProjectorException: " + std::string(message);
}

// Results and texts printed by Connect 4.1's SchemaProjector.
TEST(Projector, PromotesNumbersAndNothingElse) {
  EXPECT_EQ(projected(Schema::int32(), Value::int32(1), Schema::float32()), "1.0");
  EXPECT_EQ(projected(Schema::int8(), Value::int8(1), Schema::int16()), "1");
  EXPECT_EQ(projected(Schema::int64(), Value::int64(1), Schema::int32()),
            refusal("Schema type mismatch. source type: INT64 and target type: INT32"));
  EXPECT_EQ(projected(Schema::boolean(), Value::boolean(true), Schema::int32()),
            refusal("Schema type mismatch. source type: BOOLEAN and target type: INT32"));
}

TEST(Projector, NullsNeedADefaultWhenTheTargetIsRequired) {
  const SchemaPtr with_default = SchemaBuilder(Type::kInt32).default_value(Value::int32(7)).build_or_die();
  const std::string no_default =
      refusal("Writer schema is optional, however, target schema does not provide a default value.");
  EXPECT_EQ(projected(Schema::optional_int32(), Value::null(), Schema::int32()), no_default);
  EXPECT_EQ(projected(Schema::optional_int32(), Value::int32(3), Schema::int32()), no_default);
  EXPECT_EQ(projected(Schema::optional_int32(), Value::null(), with_default), "7");
  EXPECT_EQ(projected(Schema::optional_int32(), Value::null(), Schema::optional_int32()), "null");
}

TEST(Projector, NamesAndParametersMustMatch) {
  EXPECT_EQ(
      projected(SchemaBuilder::decimal(2).build_or_die(), Value::decimal("\x0F", 2),
                SchemaBuilder::decimal(3).build_or_die()),
      refusal("Schema parameters not equal. source parameters: {scale=2} and target parameters: {scale=3}"));
  EXPECT_EQ(
      projected(SchemaBuilder::date().build_or_die(), Value::date(0), Schema::int32()),
      refusal("Schema name mismatch. source name: org.apache.kafka.connect.data.Date and target name: null"));
  EXPECT_EQ(
      projected(SchemaBuilder(Type::kInt32).version(2).build_or_die(), Value::int32(1), Schema::int32()),
      "1");
}

TEST(Projector, StructsFieldByField) {
  Arena arena;
  const SchemaPtr source = SchemaBuilder::structure()
                               .name("n")
                               .field("x", Schema::int32())
                               .field("y", Schema::optional_string())
                               .build_or_die();
  StructNode* node = new_struct(arena, *source);
  node->mutable_values()[0] = Value::int32(5);
  const Value value = Value::structure(node);
  const auto target = [](std::string_view name, const SchemaPtr& schema) {
    return SchemaBuilder::structure().name("n").field(name, schema).build_or_die();
  };
  const SchemaPtr widened =
      SchemaBuilder::structure()
          .name("n")
          .field("x", Schema::float64())
          .field("o", Schema::optional_int32())
          .field("d", SchemaBuilder(Type::kInt32).default_value(Value::int32(4)).build_or_die())
          .build_or_die();
  EXPECT_EQ(projected(source, value, widened), "Struct{x=5.0,d=4}");
  EXPECT_EQ(projected(source, value, target("q", Schema::int32())),
            refusal("Required field `q` is missing from source schema: Schema{n:STRUCT}"));
  EXPECT_EQ(projected(source, value, target("x", Schema::string())),
            refusal("Error projecting x\nCaused by: ") +
                refusal("Schema type mismatch. source type: INT32 and target type: STRING"));
}

TEST(Projector, ContainersElementByElement) {
  const std::array items = {Value::int32(1), Value::int32(2)};
  EXPECT_EQ(projected(SchemaBuilder::array(Schema::int32()).build_or_die(), Value::array(items),
                      SchemaBuilder::array(Schema::float64()).build_or_die()),
            "[1.0, 2.0]");
  const std::array entries = {MapEntry{Value::string("a"), Value::int32(1)}};
  EXPECT_EQ(
      projected(SchemaBuilder::map(Schema::string(), Schema::int32()).build_or_die(), Value::map(entries),
                SchemaBuilder::map(Schema::string(), Schema::float64()).build_or_die()),
      "{a=1.0}");
}

}  // namespace
}  // namespace sluice::sdk
