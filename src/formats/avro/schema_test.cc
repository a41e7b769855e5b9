#include "formats/avro/schema.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "formats/avro/from_connect.h"
#include "formats/avro/schema_parser.h"
#include "formats/avro/schema_text.h"
#include "formats/avro/to_connect.h"
#include "sdk/data/schema_builder.h"

namespace sluice::avro {
namespace {

std::string error_of(std::string_view text) {
  const auto schema = parse_schema(text);
  return schema.ok() ? "" : schema.error().message();
}

TEST(AvroSchemaTest, TextComesBackAsItWas) {
  const std::string text =
      R"({"type":"record","name":"Order","namespace":"com.shop","doc":"an order","fields":[)"
      R"({"name":"id","type":"long","doc":"its id"},)"
      R"({"name":"next","type":["null","Order"],"default":null},)"
      R"({"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","OLD"],"default":"NEW"}},)"
      R"({"name":"again","type":"State","aliases":["more"]},)"
      R"({"name":"at","type":{"type":"long","logicalType":"timestamp-millis","connect.version":1}}],"x":{"y":[1]}})";
  const auto schema = parse_schema(text);
  ASSERT_TRUE(schema.ok()) << schema.error().message();
  EXPECT_EQ(*to_json(**schema), text);
}

TEST(AvroSchemaTest, ReferencesAreResolved) {
  const auto line = parse_schema(R"({"type":"record","name":"Line","namespace":"a","fields":[]})");
  const auto order = parse_schema(R"({"type":"record","name":"Order","namespace":"a","fields":[
      {"name":"lines","type":{"type":"array","items":"Line"}}]})",
                                  named_schemas(*line));
  ASSERT_TRUE(order.ok()) << order.error().message();
  EXPECT_EQ((*order)->fields[0].schema->element().full_name(), "a.Line");
}

TEST(AvroSchemaTest, ErrorsNameThePlace) {
  EXPECT_EQ(error_of(R"({"type":"record","name":"R","fields":[{"name":"a","type":"nope"}]})"),
            "field a: Undefined schema: nope");
  EXPECT_EQ(error_of(R"({"type":"enum","name":"E","symbols":["A","A"]})"), "Duplicate enum symbol: A");
  EXPECT_EQ(error_of(R"(["int","int"])"), "Duplicate in union:int");
  EXPECT_EQ(error_of(R"({"type":"record","name":"1R","fields":[]})"), "Illegal initial character: 1R");
  EXPECT_NE(error_of(R"({"type":)").find("no JSON"), std::string::npos);
}

TEST(AvroSchemaTest, FingerprintIsTheSpecifications) {
  EXPECT_EQ(canonical_form(**parse_schema(R"({"type":"int","doc":"x"})")), R"("int")");
  EXPECT_EQ(fingerprint64(R"("int")"), 0x7275d51a3f395c8fU);
}

TEST(AvroSchemaTest, AWideRecordIsFast) {
  std::string text = R"({"type":"record","name":"Wide","fields":[)";
  for (int i = 0; i < 10'000; ++i)
    text += fmt::format(R"({}{{"name":"f{}","type":["null","string"],"default":null}})", i > 0 ? "," : "", i);
  const auto schema = parse_schema(text + "]}");
  ASSERT_TRUE(schema.ok());
  const auto connect = to_connect(**schema, {});
  ASSERT_TRUE(connect.ok());
  EXPECT_EQ((*connect)->fields().size(), 10'000U);
  EXPECT_TRUE(from_connect(connect->get(), {}).ok());
}

/// Each record has the one before ten times: the text is short, what it describes is not.
TEST(AvroSchemaTest, ABillionFieldsAreRefused) {
  std::string text = R"("string")";
  for (int level = 0; level < 12; ++level) {
    std::string fields;
    for (int i = 0; i < 10; ++i)
      fields += fmt::format(R"({}{{"name":"f{}","type":{}}})", i > 0 ? "," : "", i,
                            i == 0 || level == 0 ? text : fmt::format("\"L{}\"", level - 1));
    text = fmt::format(R"({{"type":"record","name":"L{}","fields":[{}]}})", level, fields);
  }
  const auto schema = parse_schema(text);
  ASSERT_TRUE(schema.ok()) << schema.error().message();
  const auto connect = to_connect(**schema, {});
  ASSERT_FALSE(connect.ok());
  EXPECT_NE(connect.error().message().find("more than"), std::string::npos) << connect.error().message();
}

TEST(AvroSchemaTest, DifferentMapsHaveDifferentEntries) {
  const auto map_of = [](const sdk::SchemaPtr& key) {
    return sdk::SchemaBuilder::map(key, sdk::Schema::string()).build_or_die();
  };
  const auto schema = sdk::SchemaBuilder::structure()
                          .field("a", map_of(sdk::Schema::int32()))
                          .field("b", map_of(sdk::Schema::int64()))
                          .field("c", map_of(sdk::Schema::int32()))
                          .build_or_die();
  const auto made = from_connect(schema.get(), {});
  ASSERT_TRUE(made.ok());
  const std::string text = *to_json(**made);
  const auto parsed = parse_schema(text);
  ASSERT_TRUE(parsed.ok()) << text;
  EXPECT_TRUE(sdk::same_schema(to_connect(**parsed, {})->get(), schema.get())) << text;
}

}  // namespace
}  // namespace sluice::avro
