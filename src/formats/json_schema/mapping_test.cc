// Schemas both ways: what Confluent's converter registers, and what it makes of schemas of others.

#include <gtest/gtest.h>

#include "formats/json_schema/from_connect.h"
#include "formats/json_schema/java_order.h"
#include "formats/json_schema/to_connect.h"
#include "sdk/data/schema_builder.h"

namespace sluice::json_schema {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Value;

SchemaPtr connect(std::string_view text, const ConnectOptions& options = {}) {
  const auto document = SchemaDocument::parse(text);
  if (!document.ok()) {
    ADD_FAILURE() << document.error().message();
    return Schema::string();
  }
  auto made = to_connect(**document, options);
  if (made.ok()) return *made;
  ADD_FAILURE() << made.error().message();
  return Schema::string();
}

std::string refusal(std::string_view text) {
  const auto document = SchemaDocument::parse(text);
  if (!document.ok()) return document.error().message();
  const auto made = to_connect(**document, {});
  return made.ok() ? "" : made.error().message();
}

std::string text_of(const SchemaPtr& schema, const ConnectOptions& options = {}) {
  const auto text = from_connect(schema, options);
  return text.ok() ? *text : text.error().message();
}

/// Written and read again it is the same schema.
void expect_text(const SchemaPtr& schema, std::string_view text, const ConnectOptions& options = {}) {
  EXPECT_EQ(text_of(schema, options), text);
  EXPECT_TRUE(same_schema(connect(text, options).get(), schema.get())) << text;
}

TEST(FromConnect, ScalarsNameTheirConnectType) {
  expect_text(Schema::int8(), R"({"type":"integer","connect.type":"int8"})");
  expect_text(Schema::int64(), R"({"type":"integer","connect.type":"int64"})");
  expect_text(Schema::float32(), R"({"type":"number","connect.type":"float32"})");
  expect_text(Schema::boolean(), R"({"type":"boolean"})");
  expect_text(Schema::string(), R"({"type":"string"})");
  expect_text(Schema::bytes(), R"({"type":"string","connect.type":"bytes"})");
  expect_text(Schema::optional_int32(),
              R"({"oneOf":[{"type":"null"},{"type":"integer","connect.type":"int32"}]})");
}

// The order of the members is that of texts which the Java converter has registered.
TEST(FromConnect, MembersStandInJavasOrder) {
  const auto flag = SchemaBuilder(sdk::Type::kString)
                        .name("io.debezium.data.Enum")
                        .version(1)
                        .parameter("allowed", "true,last,false,incremental")
                        .default_value(Value::string("false"))
                        .optional()
                        .build_or_die();
  expect_text(
      flag, R"({"oneOf":[{"type":"null"},{"type":"string","title":"io.debezium.data.Enum","default":"false",)"
            R"("connect.version":1,"connect.parameters":{"allowed":"true,last,false,incremental"}}]})");
  const auto created = SchemaBuilder(sdk::Type::kString)
                           .name("io.debezium.time.ZonedTimestamp")
                           .version(1)
                           .default_value(Value::string("1970-01-01T00:00:00Z"))
                           .build_or_die();
  expect_text(
      SchemaBuilder::structure().field("createdTime", created).build_or_die(),
      R"({"type":"object","properties":{"createdTime":{"type":"string",)"
      R"("title":"io.debezium.time.ZonedTimestamp","default":"1970-01-01T00:00:00Z","connect.index":0,)"
      R"("connect.version":1}}})");
  const auto amount =
      SchemaBuilder::decimal(4).parameter("connect.decimal.precision", "14").optional().build_or_die();
  expect_text(amount,
              R"({"oneOf":[{"type":"null"},{"type":"number","title":"org.apache.kafka.connect.data.Decimal",)"
              R"("connect.version":1,"connect.type":"bytes",)"
              R"("connect.parameters":{"scale":"4","connect.decimal.precision":"14"}}]})",
              {.decimal_format = json::DecimalFormat::kNumeric});
  const std::vector<std::string_view> fields = {"version", "connector", "name",  "ts_ms",     "snapshot",
                                                "db",      "sequence",  "table", "server_id", "gtid",
                                                "file",    "pos",       "row",   "thread",    "query"};
  std::string order;
  for (const size_t place : java_hash_order(fields)) order.append(fields[place]).append(" ");
  EXPECT_EQ(
      order,
      "query thread server_id version sequence file connector pos name gtid row ts_ms snapshot db table ");
  const auto source =
      SchemaBuilder::structure().field("ts_ms", Schema::optional_int64()).name("Source").build_or_die();
  expect_text(
      SchemaBuilder::structure().field("source", source).build_or_die(),
      R"({"type":"object","properties":{"source":{"type":"object","title":"Source","connect.index":0,)"
      R"("properties":{"ts_ms":{"connect.index":0,)"
      R"("oneOf":[{"type":"null"},{"type":"integer","connect.type":"int64"}]}}}}})");
}

TEST(FromConnect, Decimals) {
  const auto price = SchemaBuilder::decimal(2).build_or_die();
  const char* rest =
      R"("title":"org.apache.kafka.connect.data.Decimal","connect.version":1,"connect.type":"bytes",)"
      R"("connect.parameters":{"scale":"2"}})";
  expect_text(price, std::string(R"({"type":"string",)") + rest);
  expect_text(price, std::string(R"({"type":"number",)") + rest,
              {.decimal_format = json::DecimalFormat::kNumeric});
}

TEST(FromConnect, Maps) {
  expect_text(SchemaBuilder::map(Schema::string(), Schema::int32()).build_or_die(),
              R"({"type":"object","connect.type":"map","additionalProperties":)"
              R"({"type":"integer","connect.type":"int32"}})");
  expect_text(
      SchemaBuilder::map(Schema::int32(), Schema::string()).build_or_die(),
      R"({"type":"array","connect.type":"map","items":{"type":"object","properties":{)"
      R"("value":{"type":"string","connect.index":1},"key":{"type":"integer","connect.index":0,"connect.type":"int32"}}}})");
}

TEST(FromConnect, UnionsAndEnums) {
  const auto either = SchemaBuilder::structure()
                          .name(kOneOf)
                          .field("io.confluent.connect.json.OneOf.field.0", Schema::optional_string())
                          .field("io.confluent.connect.json.OneOf.field.1", Schema::optional_int32())
                          .optional()
                          .build_or_die();
  expect_text(either,
              R"({"oneOf":[{"type":"null"},{"type":"string"},{"type":"integer","connect.type":"int32"}]})");
  const auto colour = SchemaBuilder(sdk::Type::kString)
                          .parameter(kEnum, "")
                          .parameter("io.confluent.connect.json.Enum.red", "red")
                          .parameter("io.confluent.connect.json.Enum.blue", "blue")
                          .build_or_die();
  expect_text(colour, R"({"enum":["red","blue"]})");
}

TEST(ToConnect, TypesOfOthers) {
  EXPECT_EQ(connect(R"({"type":"integer"})")->type(), sdk::Type::kInt64);
  EXPECT_EQ(connect(R"({"type":"number"})")->type(), sdk::Type::kFloat64);
  EXPECT_TRUE(connect(R"({"type":["null","string"]})")->optional());
  EXPECT_EQ(connect(R"({"type":["string","integer"]})")->fields().size(), 2U);
  EXPECT_EQ(connect(R"({"type":"array","items":{"type":"string"}})")->value_schema()->type(),
            sdk::Type::kString);
  EXPECT_EQ(connect(R"({"properties":{"a":{"type":"string"}}})")->type(), sdk::Type::kStruct);
  EXPECT_NE(connect(R"({"type":"string","enum":["a","b"]})")->parameter(kEnum), nullptr);
  EXPECT_EQ(connect(R"({"type":"integer","enum":[1,2]})")->type(), sdk::Type::kInt64);
}

TEST(ToConnect, PropertiesThatAreNotRequiredMayBecomeOptional) {
  const char* text =
      R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["b"]})";
  EXPECT_FALSE(connect(text)->fields()[0].schema->optional());
  const auto schema = connect(text, {.optional_for_nonrequired = true});
  EXPECT_TRUE(schema->fields()[0].schema->optional());
  EXPECT_FALSE(schema->fields()[1].schema->optional());
}

TEST(ToConnect, ReferencesAndAllOf) {
  const auto schema = connect(R"({"title":"Order","allOf":[{"$ref":"#/definitions/base"},
      {"properties":{"b":{"$ref":"#/definitions/n","connect.index":0}}}],
      "definitions":{"base":{"type":"object","properties":{"a":{"type":"string"}}},
                     "n":{"type":"integer","connect.type":"int16"}}})");
  EXPECT_EQ(schema->name(), "Order");
  ASSERT_EQ(schema->fields().size(), 2U);
  EXPECT_EQ(schema->fields()[schema->field_index("b")].schema->type(), sdk::Type::kInt16);
}

TEST(ToConnect, RegisteredReferences) {
  const Reference references[] = {{"price.json", R"({"type":"number","title":"Price"})"}};
  const auto document = SchemaDocument::parse(
      R"({"$id":"http://shop/order.json","type":"object","properties":{"p":{"$ref":"price.json"}}})",
      references);
  ASSERT_TRUE(document.ok());
  const auto schema = to_connect(**document, {});
  ASSERT_TRUE(schema.ok()) << schema.error().message();
  EXPECT_EQ((*schema)->fields()[0].schema->name(), "Price");
}

TEST(ToConnect, Refusals) {
  EXPECT_NE(refusal(R"({"properties":{"next":{"$ref":"#"}}})").find("contains itself"), std::string::npos);
  EXPECT_NE(refusal(R"({"properties":{"a":{}}})").find("#/properties/a does not say"), std::string::npos);
  EXPECT_NE(refusal(R"({"properties":{"a":{"$ref":"b.json"}}})").find("refers to b.json"), std::string::npos);
  EXPECT_NE(refusal("[1]").find("an object, true or false"), std::string::npos);
  EXPECT_NE(refusal("{").find("not JSON"), std::string::npos);
}

TEST(ToConnect, Defaults) {
  const auto schema = connect(R"({"type":"array","items":{"type":"integer"},"default":[1,2]})");
  ASSERT_EQ(schema->default_value().as_array().size(), 2U);
  EXPECT_EQ(schema->default_value().as_array()[1].as_integer(), 2);
  EXPECT_FALSE(connect(R"({"type":"string","default":1})")->has_default());
}

}  // namespace
}  // namespace sluice::json_schema
