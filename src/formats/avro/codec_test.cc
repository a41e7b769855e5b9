// Decoder and encoder against each other and against hostile payloads; tests/compat/avro has the many cases.

#include <gtest/gtest.h>

#include <string>

#include "formats/avro/decoder.h"
#include "formats/avro/encoder.h"
#include "formats/avro/from_connect.h"
#include "formats/avro/schema_parser.h"
#include "formats/avro/to_connect.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::avro {
namespace {

using sdk::Value;

Result<Value> read(std::string_view writer, std::string_view reader, BytesView bytes, sdk::Arena& arena) {
  const auto from = parse_schema(writer).value();
  const auto to = parse_schema(reader).value();
  SLUICE_ASSIGN_OR_RETURN(const auto connect, to_connect(*to, {}));
  SLUICE_ASSIGN_OR_RETURN(const auto plan, plan_decoding(from, to, connect, {}));
  arena.keep(plan);
  Value value;
  SLUICE_RETURN_IF_ERROR(Decoder(plan).decode(bytes, arena, value));
  return value;
}

Result<Value> read(std::string_view schema, BytesView bytes, sdk::Arena& arena) {
  return read(schema, schema, bytes, arena);
}

std::string error_of(const Result<Value>& result) { return result.ok() ? "" : result.error().message(); }

TEST(AvroCodecTest, TruncatedPayloadsAreErrors) {
  const std::string schema = R"({"type":"record","name":"R","fields":[{"name":"a","type":"long"},
      {"name":"b","type":"string"},{"name":"c","type":{"type":"array","items":"double"}}]})";
  const std::string whole("\x02\x06xyz\x02\0\0\0\0\0\0\xf0\x3f\0", 15);
  sdk::Arena arena;
  ASSERT_TRUE(read(schema, whole, arena).ok());
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read(schema, std::string_view(whole).substr(0, size), arena).ok()) << size;
}

/// A block that claims 2^31 items must not take the memory for them.
TEST(AvroCodecTest, ClaimsAreNotBelieved) {
  const std::string_view many("\x80\x80\x80\x80\x10", 5);
  sdk::Arena arena;
  EXPECT_NE(error_of(read(R"({"type":"array","items":"int"})", many, arena)).find("claims more items"),
            std::string::npos);
  EXPECT_NE(
      error_of(read(R"({"type":"array","items":{"type":"record","name":"E","fields":[]}})", many, arena))
          .find("claims more items"),
      std::string::npos);
  EXPECT_NE(error_of(read(R"("string")", many, arena)).find("longer than the rest"), std::string::npos);
  EXPECT_LT(arena.bytes_used(), 1'000'000U);
}

TEST(AvroCodecTest, BranchesAndSymbolsAreChecked) {
  sdk::Arena arena;
  EXPECT_NE(error_of(read(R"(["null","int"])", "\x04", arena)).find("no such branch"), std::string::npos);
  EXPECT_NE(error_of(read(R"(["int","string"])", "\x04", arena)).find("no such branch"), std::string::npos);
  EXPECT_NE(error_of(read(R"({"type":"enum","name":"E","symbols":["A"]})", "\x02", arena)).find("symbol"),
            std::string::npos);
}

TEST(AvroCodecTest, ALaterVersionReadsAnOlderOnesData) {
  const char* writer = R"({"type":"record","name":"R","fields":[{"name":"gone","type":"string"},
      {"name":"n","type":"int"},{"name":"old","type":"float"}]})";
  const char* reader = R"({"type":"record","name":"R","fields":[{"name":"n","type":["null","long"]},
      {"name":"renamed","type":"double","aliases":["old"]},{"name":"fresh","type":"string","default":"x"}]})";
  sdk::Arena arena;
  const auto value = read(writer, reader, std::string_view("\x04zz\x0e\0\0\x80\x3f", 8), arena);
  ASSERT_TRUE(value.ok()) << value.error().message();
  const auto fields = value->as_struct().values();
  EXPECT_EQ(fields[0].as_integer(), 7);
  EXPECT_EQ(fields[1].as_float64(), 1.0);
  EXPECT_EQ(fields[2].as_string(), "x");
}

TEST(AvroCodecTest, WhatCannotBeReadIsExplained) {
  sdk::Arena arena;
  EXPECT_EQ(error_of(read(R"({"type":"record","name":"R","fields":[{"name":"a","type":"string"}]})",
                          R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"}]})", "", arena)),
            "field a: Found string, expecting int");
  EXPECT_EQ(error_of(read(R"({"type":"record","name":"R","fields":[]})",
                          R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"}]})", "", arena)),
            "Found nothing for the field a of R, which has no default");
}

TEST(AvroCodecTest, ErrorsOfWritingNameTheField) {
  const auto inner =
      sdk::SchemaBuilder::structure().name("Inner").field("n", sdk::Schema::int32()).build_or_die();
  const auto outer = sdk::SchemaBuilder::structure().name("Outer").field("in", inner).build_or_die();
  const auto plan = plan_encoding(outer.get(), *from_connect(outer.get(), {}), {});
  ASSERT_TRUE(plan.ok());
  sdk::Arena arena;
  auto* inner_node = sdk::new_struct(arena, *inner);
  auto* outer_node = sdk::new_struct(arena, *outer);
  outer_node->mutable_values()[0] = Value::structure(inner_node);
  ByteWriter out;
  const Status missing = Encoder(*plan).encode(Value::structure(outer_node), out);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message(), "field in: field n: Found null value for non-optional schema");
  inner_node->mutable_values()[0] = Value::string("x");
  const Status wrong = Encoder(*plan).encode(Value::structure(outer_node), out);
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().message(), "field in: field n: Invalid type for INT32: class java.lang.String");
}

}  // namespace
}  // namespace sluice::avro
