// Connect schemas for messages and messages for Connect schemas.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "formats/protobuf/from_connect.h"
#include "formats/protobuf/proto_text.h"
#include "formats/protobuf/to_connect.h"
#include "sdk/data/schema_builder.h"

namespace sluice::protobuf {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;

/// "name:TYPE?{tag,…}" of each field, in order.
std::string shown(const Schema& schema) {
  std::string out =
      schema.logical() != sdk::Logical::kNone ? *schema.name() : std::string(type_name(schema.type()));
  if (schema.optional()) out += "?";
  if (schema.type() == sdk::Type::kStruct) {
    out += "(";
    for (const sdk::Field& field : schema.fields()) {
      if (out.back() != '(') out += " ";
      out += field.name + ":" + shown(*field.schema);
    }
    out += ")";
  } else if (schema.type() == sdk::Type::kArray) {
    out += "[" + shown(*schema.value_schema()) + "]";
  } else if (schema.type() == sdk::Type::kMap) {
    out += "[" + shown(*schema.key_schema()) + " " + shown(*schema.value_schema()) + "]";
  }
  return out;
}

Result<SchemaPtr> connect_of(const std::string& body, const ConnectOptions& options = {},
                             const std::string& syntax = "proto3") {
  const auto file = parse_schema("syntax = \"" + syntax + R"(";
      package p;
      import "google/protobuf/wrappers.proto"; import "google/protobuf/timestamp.proto";
      import "google/protobuf/struct.proto"; import "confluent/type/decimal.proto";
      import "google/type/date.proto"; import "google/type/timeofday.proto";)" +
                                 body);
  if (!file.ok()) return file.error();
  return to_connect(*(*file)->first_message(), options);
}

SchemaPtr connect(const std::string& body, const ConnectOptions& options = {},
                  const std::string& syntax = "proto3") {
  return connect_of(body, options, syntax).value();
}

const Schema& field(const SchemaPtr& schema, std::string_view name) {
  return *schema->fields()[static_cast<size_t>(schema->field_index(name))].schema;
}

TEST(ProtobufToConnectTest, Scalars) {
  const auto schema = connect(R"(message M {
      int32 a = 1; sint32 b = 2; sfixed32 c = 3; uint32 d = 4; fixed32 e = 5; int64 f = 6; uint64 g = 7;
      float h = 8; double i = 9; bool j = 10; string k = 11; bytes l = 12; })");
  EXPECT_EQ(shown(*schema),
            "STRUCT(a:INT32? b:INT32? c:INT32? d:INT64? e:INT64? f:INT64? g:INT64? h:FLOAT32? i:FLOAT64? "
            "j:BOOLEAN? k:STRING? l:BYTES?)");
  EXPECT_EQ(*schema->name(), "M");
  EXPECT_EQ(*field(schema, "d").parameter(kTagParameter), "4");
  EXPECT_EQ(*field(schema, "d").parameter(kTypeParameter), "uint32");
  EXPECT_EQ(field(schema, "f").parameter(kTypeParameter), nullptr);
}

TEST(ProtobufToConnectTest, WhatIsOptional) {
  const std::string body =
      "message M { int32 a = 1; optional int32 b = 2; repeated int32 c = 3; N n = 4; } message N {}";
  EXPECT_EQ(shown(*connect(body)), "STRUCT(a:INT32? b:INT32? c:ARRAY?[INT32?] n:STRUCT?())");
  EXPECT_EQ(shown(*connect(body, {.optional_for_nullables = true})),
            "STRUCT(a:INT32 b:INT32? c:ARRAY?[INT32?] n:STRUCT?())");
  EXPECT_EQ(shown(*connect(body, {.wrapper_for_nullables = true})),
            "STRUCT(a:INT32 b:INT32 c:ARRAY?[INT32?] n:STRUCT?())");
  EXPECT_EQ(shown(*connect("message M { required int32 a = 1; optional int32 b = 2; }",
                           {.optional_for_nullables = true}, "proto2")),
            "STRUCT(a:INT32 b:INT32?)");
}

TEST(ProtobufToConnectTest, LogicalTypesAndWrappers) {
  const std::string body = R"(message M {
      confluent.type.Decimal a = 1 [(confluent.field_meta) = { params: [
        { value: "2", key: "scale" }, { value: "9", key: "precision" }] }];
      google.type.Date b = 2; google.type.TimeOfDay c = 3; google.protobuf.Timestamp d = 4;
      google.protobuf.StringValue e = 5; google.protobuf.UInt32Value f = 6;
      int32 g = 7 [(confluent.field_meta) = { params: [{ key: "connect.type", value: "int8" }] }]; })";
  const auto schema = connect(body);
  EXPECT_EQ(shown(*schema),
            "STRUCT(a:org.apache.kafka.connect.data.Decimal? b:org.apache.kafka.connect.data.Date? "
            "c:org.apache.kafka.connect.data.Time? d:org.apache.kafka.connect.data.Timestamp? "
            "e:STRUCT?(value:STRING?) f:STRUCT?(value:INT64?) g:INT8?)");
  EXPECT_EQ(field(schema, "a").decimal_scale(), 2);
  EXPECT_EQ(*field(schema, "a").parameter(kPrecisionParameter), "9");
  const auto unwrapped = connect(body, {.wrapper_for_nullables = true});
  EXPECT_EQ(shown(field(unwrapped, "e")), "STRING?");
  EXPECT_EQ(shown(field(unwrapped, "f")), "INT64?");
}

TEST(ProtobufToConnectTest, MapsEnumsAndNames) {
  const std::string body = R"(message M {
      map<string, int32> order_items = 1; E e = 2;
      repeated XEntry x = 3; message XEntry { int64 key = 1; N value = 2; } message N {} }
      enum E { A = 0; B = 5; })";
  const auto schema = connect(body);
  EXPECT_EQ(shown(*schema), "STRUCT(order_items:MAP?[STRING? INT32?] e:STRING? x:MAP?[INT64? STRUCT?()])");
  EXPECT_EQ(*field(schema, "order_items").name(), "order_items");
  EXPECT_EQ(*field(schema, "e").name(), "E");
  EXPECT_EQ(*field(schema, "e").parameter("io.confluent.connect.protobuf.Enum"), "E");
  EXPECT_EQ(*field(schema, "e").parameter("io.confluent.connect.protobuf.Enum.B"), "5");
  const auto enhanced = connect(body, {.enhanced_schemas = true, .int_for_enums = true});
  EXPECT_EQ(*enhanced->name(), "p.M");
  EXPECT_EQ(*field(enhanced, "order_items").name(), "p.M.order_items");
  EXPECT_EQ(*field(enhanced, "e").name(), "p.E");
  EXPECT_EQ(shown(field(enhanced, "e")), "INT32?");
}

TEST(ProtobufToConnectTest, Oneofs) {
  const std::string body =
      "message M { int32 z = 9; oneof first { int32 a = 1; N b = 2; } oneof second { string c = 3; } } "
      "message N {}";
  EXPECT_EQ(shown(*connect(body)),
            "STRUCT(first_0:STRUCT?(a:INT32? b:STRUCT?()) second_1:STRUCT?(c:STRING?) z:INT32?)");
  EXPECT_EQ(*field(connect(body), "first_0").name(), "io.confluent.connect.protobuf.Union.first");
  EXPECT_EQ(shown(*connect(body, {.generate_index_for_unions = false})),
            "STRUCT(first:STRUCT?(a:INT32? b:STRUCT?()) second:STRUCT?(c:STRING?) z:INT32?)");
  EXPECT_EQ(shown(*connect(body, {.flatten_unions = true})),
            "STRUCT(a:INT32? b:STRUCT?() c:STRING? z:INT32?)");
  const auto general = connect(body, {.generalized_sum_types = true});
  EXPECT_EQ(*field(general, "first_0").parameter("org.apache.kafka.connect.data.Union"), "first");
}

TEST(ProtobufToConnectTest, WhatConnectCannotSay) {
  EXPECT_NE(connect_of("message M { M m = 1; }").error().message().find("contains itself"),
            std::string::npos);
  EXPECT_FALSE(connect_of("message M { google.protobuf.Struct s = 1; }").ok());
  EXPECT_NE(
      connect_of("message M { optional group G = 1 { } }", {}, "proto2").error().message().find("GROUP"),
      std::string::npos);
}

/// Twice as many paths at each level: types count, paths do not.
TEST(ProtobufToConnectTest, BillionsOfPaths) {
  std::string body;
  for (int i = 0; i < 60; ++i) {
    const std::string next = "M" + std::to_string(i + 1);
    body += fmt::format("message M{} {{ {} a = 1; {} b = 2; }}\n", i, next, next);
  }
  EXPECT_TRUE(connect_of(body + "message M60 { int32 x = 1; }").ok());
}

TEST(ProtobufToConnectTest, RootsThatAreWrappers) {
  const auto file =
      parse_schema("syntax = \"proto3\"; import \"google/protobuf/wrappers.proto\"; message M {}").value();
  const auto* wrapper = file->file().dependency(0)->FindMessageTypeByName("UInt32Value");
  EXPECT_EQ(shown(*to_connect(*wrapper, {}, 3).value()), "INT64");
  EXPECT_EQ(*to_connect(*wrapper, {}, 3).value()->version(), 3);
  EXPECT_EQ(shown(*to_connect(*wrapper, {.wrapper_for_raw_primitives = false}).value()),
            "STRUCT(value:INT64?)");
}

SchemaPtr with_tag(sdk::Type type, const std::string& tag) {
  return SchemaBuilder(type).optional().parameter(kTagParameter, tag).build_or_die();
}

SchemaPtr many_kinds() {
  const auto inner = SchemaBuilder::structure()
                         .name("com.example.Address")
                         .optional()
                         .field("street", Schema::string())
                         .build_or_die();
  const auto choice = SchemaBuilder::structure()
                          .name("io.confluent.connect.protobuf.Union.choice")
                          .optional()
                          .field("number", with_tag(sdk::Type::kInt32, "20"))
                          .field("text", with_tag(sdk::Type::kString, "21"))
                          .build_or_die();
  const auto colour = SchemaBuilder(sdk::Type::kString)
                          .name("Colour")
                          .optional()
                          .parameter("io.confluent.connect.protobuf.Enum", "Colour")
                          .parameter("io.confluent.connect.protobuf.Enum.RED", "0")
                          .parameter("io.confluent.connect.protobuf.Enum.BLUE", "1")
                          .build_or_die();
  const auto unsigned_number =
      SchemaBuilder(sdk::Type::kInt64).parameter(kTypeParameter, "uint32").build_or_die();
  return SchemaBuilder::structure()
      .name("com.example.Order")
      .field("id", Schema::int64())
      .field("small", Schema::optional_int8())
      .field("price", SchemaBuilder::decimal(2).parameter(kPrecisionParameter, "9").build_or_die())
      .field("at", SchemaBuilder::timestamp().optional().build_or_die())
      .field("home", inner)
      .field("work", inner)
      .field("Address", inner)
      .field("lines", SchemaBuilder::array(Schema::string()).build_or_die())
      .field("counts", SchemaBuilder::map(Schema::string(), Schema::int32()).name("my_counts").build_or_die())
      .field("choice_0", choice)
      .field("colour", colour)
      .field("count", unsigned_number)
      .build_or_die();
}

constexpr const char* kManyKinds = R"(syntax = "proto3";
package com.example;

import "confluent/type/decimal.proto";
import "google/protobuf/timestamp.proto";

message Order {
  int64 id = 1;
  int32 small = 2 [(confluent.field_meta) = {
    params: [
      {
        key: "connect.type",
        value: "int8"
      }
    ]
  }];
  confluent.type.Decimal price = 3 [(confluent.field_meta) = {
    params: [
      {
        value: "9",
        key: "precision"
      },
      {
        value: "2",
        key: "scale"
      }
    ]
  }];
  google.protobuf.Timestamp at = 4;
  Address home = 5;
  Address work = 6;
  AddressMessage Address = 7;
  repeated string lines = 8;
  repeated MyCountsEntry counts = 9;
  Colour colour = 11;
  uint32 count = 12;

  oneof choice {
    int32 number = 20;
    string text = 21;
  }

  message Address {
    string street = 1;
  }
  message AddressMessage {
    string street = 1;
  }
  message MyCountsEntry {
    string key = 1;
    int32 value = 2;
  }
  enum Colour {
    RED = 0;
    BLUE = 1;
  }
}
)";

TEST(ProtobufFromConnectTest, TextOfManyKinds) {
  const auto schema = many_kinds();
  const auto made = from_connect(*schema, {});
  ASSERT_TRUE(made.ok()) << made.error().message();
  EXPECT_EQ(made->message, "com.example.Order");
  EXPECT_EQ(message_name(*schema, {}).value(), "com.example.Order");
  EXPECT_EQ(to_text(made->file), kManyKinds);
}

TEST(ProtobufFromConnectTest, Nullables) {
  const auto schema = SchemaBuilder::structure()
                          .field("a", Schema::optional_int32())
                          .field("b", Schema::int32())
                          .field("c", Schema::optional_string())
                          .build_or_die();
  const auto text = [&](const ConnectOptions& options) {
    return to_text(from_connect(*schema, options)->file);
  };
  EXPECT_EQ(text({.optional_for_nullables = true}), R"(syntax = "proto3";

message ConnectDefault1 {
  optional int32 a = 1;
  int32 b = 2;
  optional string c = 3;
}
)");
  EXPECT_EQ(text({.wrapper_for_nullables = true}), R"(syntax = "proto3";

import "google/protobuf/wrappers.proto";

message ConnectDefault1 {
  google.protobuf.Int32Value a = 1;
  int32 b = 2;
  google.protobuf.StringValue c = 3;
}
)");
}

/// A transform that adds a field to what came with numbers.
TEST(ProtobufFromConnectTest, NewFieldsGetNumbersThatAreFree) {
  const auto choice = SchemaBuilder::structure()
                          .parameter("org.apache.kafka.connect.data.Union", "choice")
                          .name("choice")
                          .optional()
                          .field("x", with_tag(sdk::Type::kInt32, "4"))
                          .field("y", Schema::optional_string())
                          .build_or_die();
  const auto schema = SchemaBuilder::structure()
                          .name("M")
                          .field("a", with_tag(sdk::Type::kInt32, "1"))
                          .field("added", Schema::int32())
                          .field("choice", choice)
                          .field("b", with_tag(sdk::Type::kInt32, "2"))
                          .field("later", Schema::int32())
                          .build_or_die();
  EXPECT_EQ(to_text(from_connect(*schema, {})->file), R"(syntax = "proto3";

message M {
  int32 a = 1;
  int32 added = 3;
  int32 b = 2;
  int32 later = 6;

  oneof choice {
    int32 x = 4;
    string y = 5;
  }
}
)");
}

TEST(ProtobufFromConnectTest, NamesAreScrubbedOnDemand) {
  const auto schema =
      SchemaBuilder::structure().name("my-app.1st").field("a b", Schema::int32()).build_or_die();
  const ConnectOptions scrub{.scrub_invalid_names = true};
  EXPECT_EQ(from_connect(*schema, scrub)->message, "my_app.x1st");
  EXPECT_EQ(from_connect(*schema, scrub)->file.message_type(0).field(0).name(), "a_b");
  EXPECT_EQ(scrubbed("_x", scrub), "x_x");
  EXPECT_EQ(scrubbed("\xc3\xa9t\xc3\xa9", scrub), "_C3_A9t_C3_A9");
  EXPECT_FALSE(parse_schema(to_text(from_connect(*schema, {})->file)).ok());
}

TEST(ProtobufFromConnectTest, Roots) {
  EXPECT_EQ(from_connect(*Schema::int16(), {})->message, "google.protobuf.Int32Value");
  EXPECT_EQ(from_connect(*Schema::optional_bytes(), {})->message, "google.protobuf.BytesValue");
  const std::string wrappers = to_text(from_connect(*Schema::int16(), {})->file);
  EXPECT_NE(wrappers.find("\noption java_package = \"com.google.protobuf\";\n"), std::string::npos);
  EXPECT_NE(wrappers.find("\nmessage BytesValue {\n  bytes value = 1;\n}\n"), std::string::npos);
  const auto list = SchemaBuilder::array(Schema::int32()).build_or_die();
  EXPECT_EQ(from_connect(*list, {}).error().message(), "Unsupported root schema of type ARRAY");
  const auto lists =
      SchemaBuilder::structure().field("a", SchemaBuilder::array(list).build_or_die()).build_or_die();
  EXPECT_EQ(from_connect(*lists, {}).error().message(), "field a: Array cannot be nested");
}

TEST(ProtobufNamesTest, MapsHaveEntries) {
  EXPECT_EQ(map_entry_name("order_items"), "OrderItemsEntry");
  EXPECT_EQ(map_entry_name("ConnectDefault2"), "ConnectDefault2Entry");
  EXPECT_EQ(map_name("a.b.OrderItemsEntry"), "a.b.order_items");
  EXPECT_EQ(map_name("NoSuffix"), "NoSuffix");
}

}  // namespace
}  // namespace sluice::protobuf
