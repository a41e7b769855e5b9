#include "converters/json_converter.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

// What Java does is compared case by case in tests/compat; here stand the parts that are ours alone.

namespace sluice::converters {
namespace {

using sdk::Arena;
using sdk::BytesItem;
using sdk::DataItem;
using sdk::Schema;
using sdk::SchemaAndValue;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Value;

class JsonConverterTest : public testing::Test {
 protected:
  void configure(const sdk::Properties& properties) {
    ASSERT_TRUE(converter_.configure(properties, sdk::ConverterRole::kValue).ok());
  }
  std::string read(BytesView bytes, const Schema** schema = nullptr) {
    const BytesItem item{"t", bytes, {}};
    SchemaAndValue out;
    sdk::RecordErrors errors;
    converter_.to_data({&item, 1}, arena_, {&out, 1}, errors);
    if (!errors.empty()) return errors.entries()[0].error.trace();
    if (schema != nullptr) *schema = out.schema;
    std::string text;
    append_java_text(text, out.value);
    return text;
  }
  std::string write(const SchemaPtr& schema, const Value& value) {
    const DataItem item{"t", schema.get(), value};
    BytesView out;
    sdk::RecordErrors errors;
    converter_.from_data({&item, 1}, arena_, {&out, 1}, errors);
    return errors.empty() ? std::string(out) : errors.entries()[0].error.trace();
  }

  Arena arena_;
  JsonConverter converter_;
};

constexpr const char* kRow =
    R"({"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"},)"
    R"({"type":"string","optional":true,"field":"name"}],"optional":false},"payload":{"id":1,"name":"a"}})";

TEST_F(JsonConverterTest, FindsTheSchemaAgainByItsText) {
  configure({});
  const Schema* first = nullptr;
  const Schema* second = nullptr;
  const Schema* third = nullptr;
  EXPECT_EQ(read(kRow, &first), "Struct{id=1,name=a}");
  EXPECT_EQ(read(kRow, &second), "Struct{id=1,name=a}");
  std::string turned(kRow);  // members in the other order: another way, the same schema
  const size_t payload = turned.find(",\"payload\"");
  turned = "{" + turned.substr(payload + 1, turned.size() - payload - 2) + "," +
           turned.substr(1, payload - 1) + "}";
  EXPECT_EQ(read(turned, &third), "Struct{id=1,name=a}");
  EXPECT_EQ(first, second);
  EXPECT_EQ(first, third);
}

// Found by the comparison with Java.
TEST_F(JsonConverterTest, ASecondSchemaMemberDoesNotPoisonTheCache) {
  configure({});
  const std::string plain = R"({"schema":{"type":"int32"},"payload":1})";
  const Schema* schema = nullptr;
  read(R"({"schema":{"type":"int32"},"schema":{"type":"int64"},"payload":1})", &schema);
  EXPECT_EQ(schema->type(), sdk::Type::kInt64);
  read(R"({"schema":{"type":"int32"},"payload":1,"schema":{"type":"int64"}})", &schema);
  EXPECT_EQ(schema->type(), sdk::Type::kInt64);
  read(plain, &schema);
  EXPECT_EQ(schema->type(), sdk::Type::kInt32);
}

TEST_F(JsonConverterTest, SchemasOutliveTheConverterWithTheirBatch) {
  Arena arena;
  SchemaAndValue out;
  {
    JsonConverter converter;
    ASSERT_TRUE(converter.configure({}, sdk::ConverterRole::kValue).ok());
    const BytesItem item{"t", kRow, {}};
    sdk::RecordErrors errors;
    converter.to_data({&item, 1}, arena, {&out, 1}, errors);
  }
  EXPECT_EQ(out.schema->fields()[1].name, "name");
}

TEST_F(JsonConverterTest, ForgetsSchemasBeyondTheCacheSize) {
  configure({{"schemas.cache.size", "2"}});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) {
      const std::string name = std::to_string(i);
      EXPECT_EQ(read(fmt::format(R"({{"schema":{{"type":"int32","name":"{0}"}},"payload":{0}}})", name)),
                name);
    }
  }
}

TEST_F(JsonConverterTest, NamesTheRecordThatFailsAndGoesOn) {
  configure({{"schemas.enable", "false"}});
  const std::array<BytesItem, 3> items = {BytesItem{"t", R"({"a":1})", {}}, BytesItem{"t", "{", {}},
                                          BytesItem{"t", "7", {}}};
  std::array<SchemaAndValue, 3> out;
  sdk::RecordErrors errors;
  converter_.to_data(items, arena_, out, errors);
  ASSERT_EQ(errors.entries().size(), 1U);
  EXPECT_EQ(errors.entries()[0].index, 1U);
  EXPECT_EQ(errors.entries()[0].error.message(),
            "Converting byte[] to Kafka Connect data failed due to serialization error: ");
  EXPECT_EQ(out[2].value, Value::int64(7));
}

TEST_F(JsonConverterTest, WritesEnvelopesAndTombstones) {
  configure({});
  EXPECT_EQ(write(Schema::int32(), Value::int32(12)),
            R"({"schema":{"type":"int32","optional":false},"payload":12})");
  EXPECT_EQ(write(nullptr, Value::string("x")), R"({"schema":null,"payload":"x"})");
  const DataItem item{"t", nullptr, {}};
  BytesView out("unset");
  sdk::RecordErrors errors;
  converter_.from_data({&item, 1}, arena_, {&out, 1}, errors);
  EXPECT_TRUE(is_null(out));
}

TEST_F(JsonConverterTest, WritesStructsOfEqualSchemas) {
  configure({{"schemas.enable", "false"}});
  const auto schema = [] { return SchemaBuilder::structure().field("a\"", Schema::int32()).build_or_die(); };
  const SchemaPtr one = schema();
  const SchemaPtr two = schema();
  sdk::StructNode* node = new_struct(arena_, *two);
  node->mutable_values()[0] = Value::int32(5);
  EXPECT_EQ(write(one, Value::structure(node)), R"({"a\"":5})");
  const SchemaPtr other = SchemaBuilder::structure().field("b", Schema::int32()).build_or_die();
  EXPECT_EQ(write(other, Value::structure(node)),
            "org.apache.kafka.connect.errors.DataException: Mismatching schema.");
}

TEST_F(JsonConverterTest, RefusesWrongOptions) {
  EXPECT_EQ(converter_.configure({{"decimal.format", "x"}}, sdk::ConverterRole::kValue).error().kind(),
            ErrorKind::kBadConfig);
}

}  // namespace
}  // namespace sluice::converters
