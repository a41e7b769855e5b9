// JSON Schema through the interface of the registry converters.

#include "converters/json_schema_format.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

JsonSchemaFormat format(const sdk::Properties& properties = {}) {
  JsonSchemaFormat made;
  sdk::ConfigDef def;
  made.define(def);
  EXPECT_TRUE(made.configure(def.parse(properties).value()).ok());
  return made;
}

FullSchema registered(const std::string& text) {
  auto schema = std::make_shared<schema_registry::RegisteredSchema>();
  schema->schema.type = schema_registry::SchemaType::kJson;
  schema->schema.text = text;
  return {std::move(schema), {}};
}

/// The payload's data as Java shows it, or its error.
std::string read(JsonSchemaFormat made, const FullSchema& schema, std::string_view payload) {
  const auto reader = made.reader(schema, 3);
  if (!reader.ok()) return reader.error().message();
  sdk::Arena arena;
  std::vector<sdk::SchemaAndValue> out(1);
  sdk::RecordErrors errors;
  (*reader)->read(std::vector<BytesView>{payload}, arena, out, errors);
  if (!errors.entries().empty()) return errors.entries()[0].error.message();
  EXPECT_EQ(out[0].schema->version(), 3);
  std::string text;
  sdk::append_java_text(text, out[0].value);
  return text;
}

/// The payload, or why there is none.
std::string write(JsonSchemaFormat made, const sdk::SchemaPtr& schema, const Value& value,
                  const std::string& registered_text = "") {
  const auto native = made.native_schema(schema.get());
  const auto writer =
      made.writer(schema.get(), registered(registered_text.empty() ? native->schema.text : registered_text));
  std::string out;
  const Status written = writer.value()->write(value, out);
  return written.ok() ? out : written.error().message();
}

TEST(JsonSchemaFormatTest, NullsAreWrittenUnlessTheSchemaForbidsThem) {
  EXPECT_FALSE(format().null_is_tombstone());
  EXPECT_EQ(write(format(), Schema::optional_string(), Value::null()), "null");
  EXPECT_EQ(write(format(), Schema::string(), Value::null()),
            "Conversion error: null value for field that is required and has no default value");
  const auto with_default =
      SchemaBuilder(sdk::Type::kInt32).default_value(Value::int32(1)).optional().build_or_die();
  EXPECT_EQ(write(format(), with_default, Value::null()), "1");
  EXPECT_EQ(write(format({{"ignore.default.for.nullables", "true"}}), with_default, Value::null()), "null");
}

TEST(JsonSchemaFormatTest, BothWaysAreChecked) {
  const auto schema = registered(R"({"type":"integer","maximum":5})");
  EXPECT_EQ(read(format(), schema, "6"), "6");
  const auto checked = format({{"json.fail.invalid.schema", "true"}});
  const std::string wrong =
      "JSON does not match its schema: the value at # breaks the rule #/maximum: 6 is more than 5";
  EXPECT_EQ(read(checked, schema, "6"), wrong);
  EXPECT_EQ(read(checked, schema, "5"), "5");
  EXPECT_EQ(write(checked, Schema::int64(), Value::int64(6), schema.schema->schema.text), wrong);
  EXPECT_EQ(write(checked, Schema::int64(), Value::int64(5), schema.schema->schema.text), "5");
}

TEST(JsonSchemaFormatTest, OptionsReachTheMapping) {
  const auto row = SchemaBuilder::structure().name("Row").field("a", Schema::string()).build_or_die();
  const auto closed = format({{"object.additional.properties", "false"}}).native_schema(row.get());
  ASSERT_TRUE(closed.ok());
  EXPECT_EQ(closed->schema.text,
            R"({"type":"object","title":"Row","properties":{"a":{"type":"string","connect.index":0}},)"
            R"("additionalProperties":false})");
  EXPECT_EQ(closed->record_name, "Row");
  EXPECT_EQ(format().record_name(registered(closed->schema.text)).value(), "Row");
  const auto price = SchemaBuilder::decimal(1).build_or_die();
  sdk::Arena arena;
  const Value value = Value::decimal(sdk::unscaled_of(arena, 15), 1);
  EXPECT_EQ(write(format(), price, value), "\"Dw==\"");
  EXPECT_EQ(write(format({{"decimal.format", "numeric"}}), price, value), "1.5");
  EXPECT_FALSE(format().native_schema(nullptr).ok());
}

TEST(JsonSchemaFormatTest, DamagedPayloadsAndSchemas) {
  EXPECT_EQ(read(format(), registered("{"), "1").find("The JSON Schema is not JSON"), 0U);
  EXPECT_NE(read(format(), registered(R"({"type":"integer"})"), "{"), "");
  EXPECT_EQ(read(format(), registered(R"({"type":"object","properties":{"a":{"type":"integer"}}})"), "[]"),
            "Structs should be encoded as JSON objects, but found ARRAY");
}

}  // namespace
}  // namespace sluice::converters
