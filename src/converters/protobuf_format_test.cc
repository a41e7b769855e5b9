// Protobuf through the interface of the registry converters.

#include "converters/protobuf_format.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

ProtobufFormat format(const sdk::Properties& properties = {}) {
  ProtobufFormat made;
  sdk::ConfigDef def;
  made.define(def);
  EXPECT_TRUE(made.configure(def.parse(properties).value()).ok());
  return made;
}

FullSchema registered(const std::string& text) {
  auto schema = std::make_shared<schema_registry::RegisteredSchema>();
  schema->schema.type = schema_registry::SchemaType::kProtobuf;
  schema->schema.text = text;
  return {std::move(schema), {}};
}

/// Each payload's data as Java shows it, or its error.
std::vector<std::string> read(PayloadReader& reader, const std::vector<BytesView>& payloads) {
  sdk::Arena arena;
  std::vector<sdk::SchemaAndValue> out(payloads.size());
  sdk::RecordErrors errors;
  reader.read(payloads, arena, out, errors);
  std::vector<std::string> texts(payloads.size());
  for (size_t i = 0; i < payloads.size(); ++i) sdk::append_java_text(texts[i], out[i].value);
  for (const auto& [index, error] : errors.entries()) texts[index] = error.message();
  return texts;
}

constexpr const char* kSchema = R"(syntax = "proto3"; package p;
  message A { int32 x = 1; message In { string s = 1; } }
  message Loop { Loop next = 1; }
  message B { bool y = 1; })";

TEST(ProtobufFormatTest, MessagesGoByTheirIndex) {
  auto made = format();
  const auto reader = made.reader(registered(kSchema), 4).value();
  using namespace std::string_view_literals;
  EXPECT_EQ(
      read(*reader, {"\0\x08\x05"sv, "\x02\0\x08\x06"sv, "\x02\x04\x08\x01"sv, "\x04\0\0\x0a\x01z"sv, "\0"sv,
                     "\x02\x0a"sv, "\x02\x02"sv, ""sv}),
      (std::vector<std::string>{"Struct{x=5}", "Struct{x=6}", "Struct{y=true}", "Struct{s=z}", "Struct{x=0}",
                                "Invalid message indexes: [5]: the schema has no such message",
                                "The message p.Loop contains itself, which Connect schemas cannot say",
                                "Malformed Protobuf data: it ends within its message index"}));
}

TEST(ProtobufFormatTest, WritersKnowTheIndex) {
  auto made = format();
  const auto schema = SchemaBuilder::structure().name("p.B").field("y", Schema::boolean()).build_or_die();
  sdk::Arena arena;
  sdk::StructNode* node = sdk::new_struct(arena, *schema);
  node->mutable_values()[0] = Value::boolean(true);
  const auto write = [&](const FullSchema& full) {
    const auto writer = made.writer(schema.get(), full).value();
    std::string out = "before";
    EXPECT_TRUE(writer->write(Value::structure(node), out).ok());
    return std::string(writer->index()) + out;
  };
  EXPECT_EQ(write(registered(kSchema)),
            "\x02\x04"
            "before\x08\x01");
  const auto native = made.native_schema(schema.get());
  ASSERT_TRUE(native.ok()) << native.error().message();
  EXPECT_EQ(native->record_name, "p.B");
  EXPECT_EQ(native->schema.text, "syntax = \"proto3\";\npackage p;\n\nmessage B {\n  bool y = 1;\n}\n");
  EXPECT_EQ(write(registered(native->schema.text)), std::string("\0before\x08\x01", 9));
}

TEST(ProtobufFormatTest, SubjectsMayBeNamedAfterAnyMessage) {
  EXPECT_EQ(format().record_names(registered(kSchema)).value(),
            (std::vector<std::string>{"p.A", "p.A.In", "p.Loop", "p.B"}));
  EXPECT_EQ(format().record_name(registered(kSchema)).value(), "p.A");
}

TEST(ProtobufFormatTest, PrimitivesAreWrappers) {
  auto made = format();
  const auto native = made.native_schema(Schema::int64().get()).value();
  EXPECT_EQ(native.record_name, "google.protobuf.Int64Value");
  const FullSchema full = registered(native.schema.text);
  const auto writer = made.writer(Schema::int64().get(), full).value();
  std::string out(writer->index());
  EXPECT_TRUE(writer->write(Value::int64(7), out).ok());
  const auto reader = made.reader(full, {}).value();
  EXPECT_EQ(read(*reader, {out}), std::vector<std::string>{"7"});
}

TEST(ProtobufFormatTest, KnownTypesMayBeRegistered) {
  const auto schema =
      SchemaBuilder::structure().field("a", SchemaBuilder::timestamp().build_or_die()).build_or_die();
  EXPECT_TRUE(format().native_schema(schema.get())->imports.empty());
  const auto imports = format({{"skip.known.types", "false"}}).native_schema(schema.get())->imports;
  ASSERT_EQ(imports.size(), 1U);
  EXPECT_EQ(imports[0].first, "google/protobuf/timestamp.proto");
  EXPECT_NE(imports[0].second.text.find("message Timestamp {"), std::string::npos);
}

TEST(ProtobufFormatTest, WhatCannotBe) {
  auto made = format();
  EXPECT_EQ(made.native_schema(nullptr).error().message(),
            "Protobuf needs data with a schema, and this has none");
  const auto bad = SchemaBuilder::structure().field("a b", Schema::int32()).build_or_die();
  EXPECT_NE(made.native_schema(bad.get()).error().message().find("see scrub.invalid.names"),
            std::string::npos);
  EXPECT_TRUE(format({{"scrub.invalid.names", "true"}}).native_schema(bad.get()).ok());
  EXPECT_EQ(*made.incompatibility(registered("syntax = \"proto3\"; message M { int32 a = 1; }"),
                                  registered("syntax = \"proto3\"; message M { bytes a = 1; }"))
                 .value(),
            "The field M.a (number 1) is int32 for the writer and bytes for the reader");
}

}  // namespace
}  // namespace sluice::converters
