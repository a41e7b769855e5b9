// What each transform does to one record, by its Java class name. tests/compat/transforms compares the rest
// with Java.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "sdk/testkit/collected_plugins.h"

namespace sluice::transforms {

void register_plugins(sdk::PluginCatalogue& catalogue);

namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

constexpr std::string_view kPackage = "org.apache.kafka.connect.transforms.";

const sdk::testkit::CollectedPlugins& plugins() {
  static const auto collected = [] {
    sdk::testkit::CollectedPlugins made;
    register_plugins(made);
    return made;
  }();
  return collected;
}

std::string text_of(const Value& value) {
  std::string text;
  append_java_text(text, value);
  return text;
}

class TransformsTest : public testing::Test {
 protected:
  /// Configures the transform that `run` uses; empty, or the error.
  std::string configure(const std::string& name, const sdk::Properties& properties) {
    transform_ = plugins().transform(std::string(kPackage) + name).make();
    const Status done = transform_->configure(properties);
    return done.ok() ? "" : done.error().message();
  }

  /// The record afterwards; an error is in error_, and whether it was dropped in dropped_.
  sdk::Record run(sdk::Record record) {
    uint8_t dropped = 0;
    sdk::RecordErrors errors;
    transform_->apply({&record, 1}, arena_, {&dropped, 1}, errors);
    error_ = errors.empty() ? "" : errors.entries()[0].error.message();
    dropped_ = dropped != 0;
    return record;
  }

  /// {id: 7, name: "ada", at: 2019-08-23T14:34:54.346Z, inner: {x: null, y: "why"}}; x has the default 5.
  sdk::Record struct_record() {
    const auto inner =
        SchemaBuilder::structure()
            .field("x",
                   SchemaBuilder(sdk::Type::kInt32).optional().default_value(Value::int32(5)).build_or_die())
            .field("y", Schema::string())
            .build_or_die();
    const auto schema = SchemaBuilder::structure()
                            .name("person")
                            .field("id", Schema::int32())
                            .field("name", Schema::optional_string())
                            .field("at", SchemaBuilder::timestamp().build_or_die())
                            .field("inner", inner)
                            .build_or_die();
    arena_.keep(schema);
    sdk::StructNode* nested = new_struct(arena_, *inner);
    nested->mutable_values()[1] = Value::string("why");
    sdk::StructNode* node = new_struct(arena_, *schema);
    node->mutable_values()[0] = Value::int32(7);
    node->mutable_values()[1] = Value::string("ada");
    node->mutable_values()[2] = Value::timestamp(1'566'570'894'346);
    node->mutable_values()[3] = Value::structure(nested);
    sdk::Record record;
    record.topic = "people";
    record.timestamp = 1'566'570'894'346;
    record.value_schema = schema.get();
    record.value = Value::structure(node);
    return record;
  }

  /// {id: 7, inner: {y: "why"}}
  sdk::Record map_record() {
    auto* inner = arena_.array<sdk::MapEntry>(1);
    inner[0] = {Value::string("y"), Value::string("why")};
    auto* entries = arena_.array<sdk::MapEntry>(2);
    entries[0] = {Value::string("id"), Value::int32(7)};
    entries[1] = {Value::string("inner"), Value::map({inner, 1})};
    sdk::Record record;
    record.topic = "people";
    record.value = Value::map({entries, 2});
    return record;
  }

  std::string value_after(const std::string& name, const sdk::Properties& properties, sdk::Record record) {
    EXPECT_EQ(configure(name, properties), "");
    const sdk::Record result = run(record);
    return error_.empty() ? text_of(result.value) : error_;
  }

  sdk::Arena arena_;
  std::unique_ptr<sdk::Transform> transform_;
  std::string error_;
  bool dropped_ = false;
};

TEST_F(TransformsTest, Cast) {
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "id:string,at:int64"}}, struct_record()),
            "Struct{id=7,name=ada,at=1566570894346,inner=Struct{y=why}}");
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "name:int8"}}, struct_record()),
            "Value (ada) was out of range for requested data type");
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "id:boolean,other:int8"}}, map_record()),
            "{id=true, inner={y=why}, other=null}");
  EXPECT_EQ(configure("Cast$Value", {{"spec", "a:struct"}}),
            "Cast transformation does not support casting to STRUCT; supported types are [INT8, INT16, "
            "INT32, INT64, "
            "FLOAT32, FLOAT64, BOOLEAN, STRING]");
}

TEST_F(TransformsTest, ExtractField) {
  EXPECT_EQ(value_after("ExtractField$Value", {{"field", "name"}}, struct_record()), "ada");
  const sdk::Properties nested{{"field", "inner.x"}, {"field.syntax.version", "V2"}};
  EXPECT_EQ(value_after("ExtractField$Value", nested, struct_record()), "5");
  EXPECT_EQ(value_after("ExtractField$Value", {{"field", "nobody"}}, struct_record()),
            "Unknown field: nobody");
  EXPECT_EQ(value_after("ExtractField$Value", {{"field", "nobody"}}, map_record()), "null");
}

TEST_F(TransformsTest, Flatten) {
  EXPECT_EQ(value_after("Flatten$Value", {{"delimiter", "_"}}, struct_record()),
            "Struct{id=7,name=ada,at=Fri Aug 23 14:34:54 UTC 2019,inner_x=5,inner_y=why}");
  EXPECT_EQ(value_after("Flatten$Value", {}, map_record()), "{id=7, inner.y=why}");
}

TEST_F(TransformsTest, HeaderFrom) {
  ASSERT_EQ(configure("HeaderFrom$Value", {{"fields", "id"}, {"headers", "h"}, {"operation", "move"}}), "");
  const sdk::Record record = run(struct_record());
  ASSERT_EQ(record.header_count, 1U);
  EXPECT_EQ(record.headers()[0].key, "h");
  EXPECT_EQ(record.headers()[0].value, Value::int32(7));
  EXPECT_EQ(record.value_schema->field_index("id"), -1);
  EXPECT_EQ(configure("HeaderFrom$Value", {{"fields", "a,b"}, {"headers", "h"}, {"operation", "copy"}}),
            "'fields' config must have the same number of elements as 'headers' config.");
}

TEST_F(TransformsTest, Headers) {
  ASSERT_EQ(configure("InsertHeader", {{"header", "n"}, {"value.literal", "123"}}), "");
  sdk::Record record = run(map_record());
  ASSERT_EQ(record.header_count, 1U);
  EXPECT_EQ(record.headers()[0].value, Value::int8(123));
  ASSERT_EQ(configure("DropHeaders", {{"headers", "a,n"}}), "");
  EXPECT_EQ(run(record).header_count, 0U);
  EXPECT_EQ(configure("DropHeaders", {{"headers", ""}}),
            "Invalid value [] for configuration headers: Empty list");
}

TEST_F(TransformsTest, HoistField) {
  EXPECT_EQ(value_after("HoistField$Value", {{"field", "all"}}, map_record()), "{all={id=7, inner={y=why}}}");
  ASSERT_EQ(configure("HoistField$Key", {{"field", "k"}}), "");
  sdk::Record record = struct_record();
  record.key_schema = Schema::int32().get();
  EXPECT_EQ(text_of(run(record).value), text_of(record.value));
  EXPECT_EQ(error_, "Invalid value: null used for required field: \"k\", schema type: INT32");
}

TEST_F(TransformsTest, InsertField) {
  sdk::Record record = map_record();
  record.partition = 3;
  const sdk::Properties names{{"topic.field", "t"}, {"timestamp.field", "ts"}, {"partition.field", "p!"}};
  EXPECT_EQ(value_after("InsertField$Value", names, record), "{id=7, inner={y=why}, t=people, p=3}");
  record = struct_record();
  record.partition = 3;
  const sdk::Properties fixed{{"partition.field", "p"}, {"static.field", "s"}, {"static.value", "x"}};
  EXPECT_EQ(value_after("InsertField$Value", fixed, record),
            "Struct{id=7,name=ada,at=Fri Aug 23 14:34:54 UTC 2019,inner=Struct{y=why},p=3,s=x}");
  EXPECT_EQ(
      value_after("InsertField$Value", {{"offset.field", "o"}}, record),
      "Only SinkRecord supported for [field insertion], found: org.apache.kafka.connect.source.SourceRecord");
  EXPECT_EQ(configure("InsertField$Value", {}), "No field insertion configured");
}

TEST_F(TransformsTest, MaskField) {
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "id,name"}}, struct_record()),
            "Struct{id=0,name=,at=Fri Aug 23 14:34:54 UTC 2019,inner=Struct{y=why}}");
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "id"}, {"replacement", "42"}}, map_record()),
            "{id=42, inner={y=why}}");
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "inner"}}, struct_record()),
            "Cannot mask value of type: class org.apache.kafka.connect.data.Struct");
}

TEST_F(TransformsTest, ReplaceField) {
  EXPECT_EQ(value_after("ReplaceField$Value", {{"exclude", "at"}, {"renames", "id:key"}}, struct_record()),
            "Struct{key=7,name=ada,inner=Struct{y=why}}");
  EXPECT_EQ(value_after("ReplaceField$Value", {{"include", "id"}}, map_record()), "{id=7}");
  EXPECT_EQ(value_after("ReplaceField$Value", {{"renames", "id:name"}}, struct_record()),
            "Cannot create field because of field name duplication name");
}

TEST_F(TransformsTest, SetSchemaMetadata) {
  ASSERT_EQ(configure("SetSchemaMetadata$Value", {{"schema.name", "n"}, {"schema.version", "3"}}), "");
  const sdk::Record record = run(struct_record());
  EXPECT_EQ(*record.value_schema->name(), "n");
  EXPECT_EQ(*record.value_schema->version(), 3);
  EXPECT_EQ(record.value.as_struct().schema, record.value_schema);
  EXPECT_EQ(value_after("SetSchemaMetadata$Value", {{"schema.name", "n"}}, map_record()),
            "Schema required for [updating schema metadata]");
}

TEST_F(TransformsTest, TimestampConverter) {
  const sdk::Properties to_text{{"field", "at"}, {"target.type", "string"}, {"format", "yyyy-MM-dd"}};
  EXPECT_EQ(value_after("TimestampConverter$Value", to_text, struct_record()),
            "Struct{id=7,name=ada,at=2019-08-23,inner=Struct{y=why}}");
  const sdk::Properties to_unix{{"field", "at"}, {"target.type", "unix"}, {"unix.precision", "seconds"}};
  EXPECT_EQ(value_after("TimestampConverter$Value", to_unix, struct_record()),
            "Struct{id=7,name=ada,at=1566570894,inner=Struct{y=why}}");
  EXPECT_EQ(
      value_after("TimestampConverter$Value", {{"field", "id"}, {"target.type", "unix"}}, struct_record()),
      "Schema Schema{INT32} does not correspond to a known timestamp type format");
}

TEST_F(TransformsTest, ValueToKey) {
  ASSERT_EQ(configure("ValueToKey", {{"fields", "name,id"}}), "");
  EXPECT_EQ(text_of(run(struct_record()).key), "Struct{name=ada,id=7}");
  ASSERT_EQ(configure("ValueToKey", {{"fields", "nobody"}}), "");
  run(struct_record());
  EXPECT_EQ(error_, "Field does not exist: nobody");
}

TEST_F(TransformsTest, Routers) {
  ASSERT_EQ(configure("RegexRouter", {{"regex", "(p)(.*)"}, {"replacement", "$2-$1"}}), "");
  EXPECT_EQ(run(struct_record()).topic, "eople-p");
  ASSERT_EQ(configure("RegexRouter", {{"regex", "eople"}, {"replacement", "x"}}), "");
  EXPECT_EQ(run(struct_record()).topic, "people");
  ASSERT_EQ(configure("TimestampRouter", {}), "");
  EXPECT_EQ(run(struct_record()).topic, "people-20190823");
  run(map_record());
  EXPECT_EQ(error_, "Timestamp missing on record: ConnectRecord{topic='people'}");
}

TEST_F(TransformsTest, Filter) {
  ASSERT_EQ(configure("Filter", {}), "");
  run(map_record());
  EXPECT_TRUE(dropped_);
}

TEST_F(TransformsTest, NothingGivenIsChanged) {
  const std::pair<const char*, sdk::Properties> cases[] = {
      {"Cast$Value", {{"spec", "id:string"}}},
      {"InsertField$Value", {{"topic.field", "id2"}}},
      {"MaskField$Value", {{"fields", "id"}}},
      {"ReplaceField$Value", {{"exclude", "id"}}},
      {"HeaderFrom$Value", {{"fields", "id"}, {"headers", "h"}, {"operation", "move"}}}};
  for (const auto& [name, properties] : cases) {
    for (const sdk::Record& given : {struct_record(), map_record()}) {
      const std::string before = text_of(given.value);
      ASSERT_EQ(configure(name, properties), "");
      run(given);
      EXPECT_EQ(text_of(given.value), before) << name;
    }
  }
}

TEST_F(TransformsTest, OneBadRecordLeavesTheOthers) {
  ASSERT_EQ(configure("InsertField$Value", {{"topic.field", "t"}}), "");
  sdk::Record bad = map_record();
  bad.value = Value::int32(1);
  std::vector<sdk::Record> records{struct_record(), bad, map_record()};
  std::vector<uint8_t> dropped(3, 0);
  sdk::RecordErrors errors;
  transform_->apply(records, arena_, dropped, errors);
  ASSERT_EQ(errors.entries().size(), 1U);
  EXPECT_EQ(errors.entries()[0].index, 1U);
  EXPECT_EQ(
      errors.entries()[0].error.message(),
      "Only Map objects supported in absence of schema for [field insertion], found: java.lang.Integer");
  EXPECT_EQ(records[1].value, Value::int32(1));
  EXPECT_EQ(text_of(records[2].value), "{id=7, inner={y=why}, t=people}");
}

TEST(Predicates, SayWhichRecordsMatch) {
  sdk::Record orders;
  orders.topic = "orders";
  orders.value = Value::int32(1);
  const sdk::Header header{"trace", nullptr, Value()};
  orders.header_data = &header;
  orders.header_count = 1;
  sdk::Record other;
  other.topic = "orders-2";
  const std::vector<sdk::Record> records{orders, other};
  const auto matches = [&](const char* name, const sdk::Properties& properties) {
    const auto predicate = plugins().predicate(std::string(kPackage) + "predicates." + name).make();
    EXPECT_TRUE(predicate->configure(properties).ok());
    std::vector<uint8_t> result(records.size(), 9);
    sdk::RecordErrors errors;
    predicate->test(records, result, errors);
    return std::make_pair(static_cast<int>(result[0]), static_cast<int>(result[1]));
  };
  EXPECT_EQ(matches("TopicNameMatches", {{"pattern", "orders"}}), std::make_pair(1, 0));
  EXPECT_EQ(matches("HasHeaderKey", {{"name", "trace"}}), std::make_pair(1, 0));
  EXPECT_EQ(matches("RecordIsTombstone", {}), std::make_pair(0, 1));
}

}  // namespace
}  // namespace sluice::transforms
