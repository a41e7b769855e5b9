// What the random cases of differential_test.cc do not reach: hostile payloads, errors, Java's own ways.

#include <gtest/gtest.h>

#include <string>

#include "formats/protobuf/decoder.h"
#include "formats/protobuf/encoder.h"
#include "formats/protobuf/from_connect.h"
#include "formats/protobuf/logical_values.h"
#include "formats/protobuf/proto_text.h"
#include "formats/protobuf/to_connect.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::protobuf {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using ConnectPtr = sdk::SchemaPtr;
using sdk::Value;

/// The first message of a file.
class Message {
 public:
  explicit Message(const std::string& body, const ConnectOptions& options = {},
                   const std::string& syntax = "proto3") {
    file = parse_schema("syntax = \"" + syntax + R"(";
        import "google/protobuf/wrappers.proto"; import "google/protobuf/timestamp.proto";
        import "confluent/type/decimal.proto"; import "google/type/date.proto";)" +
                        body)
               .value();
    connect = to_connect(*file->first_message(), options).value();
    plan = plan_decoding(file, *file->first_message(), connect, options).value();
  }

  Result<Value> read(BytesView bytes, sdk::Arena& arena) const {
    Value value;
    SLUICE_RETURN_IF_ERROR(Decoder(plan).decode(bytes, arena, value));
    return value;
  }
  std::string text(BytesView bytes) const {
    sdk::Arena arena;
    const auto value = read(bytes, arena);
    if (!value.ok()) return value.error().message();
    std::string out;
    sdk::append_java_text(out, *value);
    return out;
  }

  SchemaPtr file;
  sdk::SchemaPtr connect;
  std::shared_ptr<const DecodePlan> plan;
};

TEST(ProtobufDecoderTest, TruncatedPayloadsAreErrors) {
  const Message message(
      "message M { string a = 1; repeated fixed32 b = 2; M2 c = 3; } message M2 { double d = 1; }");
  const std::string whole("\x0a\x03xyz\x12\x04\x01\x02\x03\x04\x1a\x09\x09\0\0\0\0\0\0\xf0\x3f", 22);
  EXPECT_EQ(message.text(whole), "Struct{a=xyz,b=[67305985],c=Struct{d=1.0}}");
  for (size_t size = 1; size < whole.size(); ++size) {
    const bool between_fields = size == 5 || size == 11;
    EXPECT_EQ(message.text(whole.substr(0, size)).starts_with("Malformed"), !between_fields) << size;
  }
}

TEST(ProtobufDecoderTest, BrokenTags) {
  const Message message("message M { int32 a = 1; }");
  EXPECT_EQ(message.text(std::string(2, '\0')),
            "Malformed Protobuf data at byte 1: a field with the number 0");
  EXPECT_NE(message.text("\x0c").find("has not begun"), std::string::npos);
  EXPECT_NE(message.text("\x0f").find("does not exist"), std::string::npos);
  EXPECT_NE(message.text("\x13\x08\x01").find("without its end"), std::string::npos);
  EXPECT_NE(message.text(std::string(1000, '\x13')).find("nested too deep"), std::string::npos);
  EXPECT_NE(message.text(std::string(11, '\xff')).find("more than ten bytes"), std::string::npos);
}

TEST(ProtobufDecoderTest, TypesOnTheWireThatDoNotFitAreUnknownFields) {
  const Message message("message M { int32 a = 1; repeated int32 b = 2; }");
  EXPECT_EQ(message.text("\x0a\x01x\x10\x05\x12\x02\x06\x07\x08\x09"), "Struct{a=9,b=[5, 6, 7]}");
}

TEST(ProtobufDecoderTest, TextsMustBeUtf8InProto3) {
  const std::string bytes = "\x0a\x02\xc3\x28";
  EXPECT_NE(Message("message M { string a = 1; }").text(bytes).find("invalid UTF-8"), std::string::npos);
  EXPECT_EQ(Message("message M { optional string a = 1; }", {}, "proto2").text(bytes),
            "Struct{a=\xef\xbf\xbd(}");
  const std::string late = "\x0a\x50" + std::string(79, 'x') + "\xff";
  EXPECT_NE(Message("message M { string a = 1; }").text(late).find("invalid UTF-8"), std::string::npos);
}

TEST(ProtobufDecoderTest, RequiredFieldsMustBeThere) {
  const Message message(
      "message M { required int32 a = 1; optional N n = 2; } message N { required string b = 1; }", {},
      "proto2");
  EXPECT_EQ(message.text(""), "Malformed Protobuf data at byte 0: Message missing required fields: a");
  EXPECT_NE(message.text(std::string("\x08\x01\x12\0", 4)).find("missing required fields: b"),
            std::string::npos);
  EXPECT_EQ(message.text(std::string("\x08\x01\x12\x02\x0a\0", 6)), "Struct{a=1,n=Struct{b=}}");
}

TEST(ProtobufDecoderTest, EnumsOfBothKinds) {
  const std::string body =
      "message M { E e = 1; repeated E r = 2; } enum E { option allow_alias = true; A = 0; B = 1; C = 1; }";
  EXPECT_EQ(Message(body).text("\x08\x01\x12\x03\x07\x01\x63"),
            "Struct{e=B,r=[UNKNOWN_ENUM_VALUE_E_7, B, UNKNOWN_ENUM_VALUE_E_99]}");
  std::string old = body;
  old.replace(old.find("E e"), 3, "optional E e");
  EXPECT_EQ(Message(old, {}, "proto2").text("\x08\x09\x12\x03\x07\x01\x63\x10\x05"), "Struct{r=[B]}");
  EXPECT_EQ(Message(body, {.int_for_enums = true}).text("\x08\x07"), "Struct{e=7,r=[]}");
}

TEST(ProtobufDecoderTest, TheLastOfAOneofCounts) {
  const std::string body =
      "message M { oneof o { int32 a = 1; string b = 2; N n = 3; } } message N { int32 x = 1; int32 y = 2; }";
  EXPECT_EQ(Message(body).text("\x08\x05\x12\x01z"), "Struct{o_0=Struct{b=z}}");
  EXPECT_EQ(Message(body).text("\x12\x01z\x08\x05"), "Struct{o_0=Struct{a=5}}");
  EXPECT_EQ(Message(body).text("\x1a\x02\x08\x05\x1a\x02\x10\x06"), "Struct{o_0=Struct{n=Struct{x=5,y=6}}}");
  EXPECT_EQ(Message(body).text("\x1a\x02\x08\x05\x08\x01\x1a\x02\x10\x06"),
            "Struct{o_0=Struct{n=Struct{x=0,y=6}}}");
  EXPECT_EQ(Message(body, {.flatten_unions = true}).text("\x08\x05\x12\x01z"), "Struct{b=z}");
}

TEST(ProtobufDecoderTest, MapsKeepTheLastOfAKey) {
  const Message message("message M { map<string, int32> m = 1; }");
  const std::string a1 =
      "\x0a\x05\x0a\x01"
      "a\x10\x01";
  const std::string a2 =
      "\x0a\x05\x0a\x01"
      "a\x10\x02";
  const std::string empty("\x0a\0", 2);
  EXPECT_EQ(message.text(a1 + empty + a2), "Struct{m={a=2, =0}}");
  std::string many;
  for (char key = 'a'; key <= 'z'; ++key) many += std::string("\x0a\x05\x0a\x01") + key + "\x10\x03";
  sdk::Arena arena;
  const std::string twice = many + many;
  EXPECT_EQ(message.read(twice, arena)->as_struct().values()[0].as_map().size(), 26U);
}

TEST(ProtobufDecoderTest, StructsForNulls) {
  const std::string body = R"(message M { N n = 1; optional int32 a = 2; google.protobuf.Timestamp t = 3;
      google.type.Date d = 4; confluent.type.Decimal m = 5; } message N { string x = 1; repeated N2 l = 2; N2 o = 3; }
      message N2 { bool y = 1; })";
  EXPECT_EQ(Message(body).text(""), "Struct{}");
  EXPECT_EQ(Message(body, {.generate_struct_for_nulls = true}).text(""),
            "Struct{n=Struct{x=,l=[],o=Struct{y=false}},a=0,t=Thu Jan 01 00:00:00 UTC 1970,m=0}");
  // The struct that all share is not written to.
  const Message message(body, {.generate_struct_for_nulls = true});
  EXPECT_EQ(message.text(std::string("\x0a\x03\x0a\x01q", 5)).substr(0, 16), "Struct{n=Struct{");
  EXPECT_EQ(message.text("").substr(0, 20), "Struct{n=Struct{x=,l");
}

TEST(ProtobufDecoderTest, ValuesThatAreNoDates) {
  const Message message("message M { google.protobuf.Timestamp t = 1; google.type.Date d = 2; }");
  EXPECT_NE(message.text("\x0a\x02\x10\xff").find("longer than"), 0U);
  EXPECT_NE(message.text("\x0a\x07\x08\xff\xff\xff\xff\xff\x7f").find("between the years 1 and 9999"),
            std::string::npos);
  EXPECT_NE(message.text("\x12\x06\x08\xe4\x0f\x10\x02\x18").find("ends early"), std::string::npos);
  EXPECT_NE(message.text("\x12\x07\x08\xe5\x0f\x10\x02\x18\x1d").find("is no day"), std::string::npos);
  EXPECT_EQ(message.text("\x12\x07\x08\xe4\x0f\x10\x02\x18\x1d"), "Struct{d=Sat Feb 29 00:00:00 UTC 2020}");
}

/// Two bytes a message: it must not take 160 KB each.
TEST(ProtobufDecoderTest, EmptyMessagesDoNotTakeAllMemory) {
  std::string wide = "message W {";
  for (int i = 1; i <= 10'000; ++i) wide += "int64 f" + std::to_string(i) + " = " + std::to_string(i) + ";";
  const Message message("message M { repeated W w = 1; }" + wide + "}");
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += std::string("\x0a\0", 2);
  EXPECT_NE(message.text(bytes).find("more than 256 MB"), std::string::npos);
}

TEST(ProtobufDecoderTest, DecimalsAreRoundedToTheirPrecision) {
  const Message message("message M { confluent.type.Decimal m = 1; }");
  EXPECT_EQ(message.text("\x0a\x08\x0a\x02\x04\xd2\x10\x04\x18\x02"), "Struct{m=12.34}");
  EXPECT_EQ(message.text("\x0a\x08\x0a\x02\x04\xd3\x10\x03\x18\x02"), "Struct{m=12.4}");
  EXPECT_EQ(message.text("\x0a\x08\x0a\x02\x27\x0f\x10\x02\x18\x02"), "Struct{m=1.0E+2}");
  EXPECT_EQ(message.text("\x0a\x08\x0a\x02\xfb\x2d\x10\x03\x18\x02"), "Struct{m=-12.4}");
  EXPECT_EQ(message.text(std::string("\x0a\0", 2)), "Struct{m=0}");
}

/// Data of a Connect schema as its own message, or the error.
Result<std::string> written(const ConnectPtr& schema, const Value& value,
                            const ConnectOptions& options = {}) {
  SLUICE_ASSIGN_OR_RETURN(const auto made, from_connect(*schema, options));
  SLUICE_ASSIGN_OR_RETURN(auto file, parse_schema(to_text(made.file)));
  const auto* message = file->message(made.message);
  SLUICE_ASSIGN_OR_RETURN(auto plan, plan_encoding(schema, std::move(file), *message, options));
  WireWriter out;
  SLUICE_RETURN_IF_ERROR(Encoder(std::move(plan)).encode(value, out));
  return std::string(out.view());
}

/// In a struct of one field.
Result<std::string> written_field(const ConnectPtr& schema, const Value& value,
                                  const ConnectOptions& options = {}) {
  const auto outer = SchemaBuilder::structure().field("a", schema).build_or_die();
  sdk::Arena arena;
  sdk::StructNode* node = sdk::new_struct(arena, *outer);
  node->mutable_values()[0] = value;
  return written(outer, Value::structure(node), options);
}

TEST(ProtobufEncoderTest, ZerosAreNotWritten) {
  EXPECT_EQ(*written_field(Schema::int32(), Value::int32(0)), "");
  EXPECT_EQ(*written_field(Schema::string(), Value::string("")), "");
  EXPECT_EQ(*written_field(Schema::float64(), Value::float64(0.0)), "");
  EXPECT_EQ(*written_field(Schema::float64(), Value::float64(-0.0)),
            std::string("\x09\0\0\0\0\0\0\0\x80", 9));
  EXPECT_EQ(*written_field(Schema::float32(), Value::float32(-0.0F)), std::string("\x0d\0\0\0\x80", 5));
  const ConnectOptions optional{.optional_for_nullables = true};
  EXPECT_EQ(*written_field(Schema::optional_int32(), Value::int32(0), optional), std::string("\x08\0", 2));
  EXPECT_EQ(*written_field(Schema::optional_int32(), Value::null(), optional), "");
  const ConnectOptions wrapper{.wrapper_for_nullables = true};
  EXPECT_EQ(*written_field(Schema::optional_int32(), Value::int32(0), wrapper), std::string("\x0a\0", 2));
  EXPECT_EQ(*written_field(Schema::optional_int32(), Value::int32(5), wrapper), "\x0a\x02\x08\x05");
}

TEST(ProtobufEncoderTest, NullsAreNotThereOrTheirDefaults) {
  EXPECT_EQ(*written_field(Schema::int32(), Value::null()), "");  // as Java: required, too
  const auto five = SchemaBuilder(sdk::Type::kInt32).optional().default_value(Value::int32(5)).build_or_die();
  EXPECT_EQ(*written_field(five, Value::null()), "\x08\x05");
  EXPECT_EQ(*written_field(five, Value::null(), {.ignore_default_for_nullables = true}), "");
  const Value items[] = {Value::int32(1), Value::null()};
  const auto list = SchemaBuilder::array(Schema::optional_int32()).build_or_die();
  EXPECT_EQ(written_field(list, Value::array(items)).error().message(),
            "field a: Found null value in an array, which Protobuf has no way to say");
}

TEST(ProtobufEncoderTest, WrongTypes) {
  EXPECT_EQ(written_field(Schema::int32(), Value::string("x")).error().message(),
            "field a: Invalid type for INT32: class java.lang.String");
  EXPECT_EQ(written(Schema::string(), Value::int32(1)).error().message(),
            "Invalid type for STRING: class java.lang.Integer");
  EXPECT_FALSE(written_field(SchemaBuilder::time().build_or_die(), Value::time(86'400'001)).ok());
  EXPECT_FALSE(written_field(SchemaBuilder::timestamp().build_or_die(), Value::timestamp(INT64_MAX)).ok());
}

TEST(ProtobufEncoderTest, Roots) {
  EXPECT_EQ(*written(Schema::int64(), Value::int64(300)), "\x08\xac\x02");
  EXPECT_EQ(*written(Schema::int64(), Value::int64(0)), "");
  EXPECT_EQ(*written(Schema::optional_string(), Value::string("x")), "\x0a\x01x");
}

TEST(ProtobufEncoderTest, UnsignedOnesAreCutAsInJava) {
  const auto schema = SchemaBuilder(sdk::Type::kInt64).parameter(kTypeParameter, "uint32").build_or_die();
  EXPECT_EQ(*written_field(schema, Value::int64(UINT32_MAX)), "\x08\xff\xff\xff\xff\x0f");
  EXPECT_EQ(*written_field(schema, Value::int64(-1)), "\x08\xff\xff\xff\xff\x0f");
}

/// With a schema of the registry's, fields go by their names.
TEST(ProtobufEncoderTest, SchemasOfOthers) {
  const auto schema = SchemaBuilder::structure()
                          .name("X")
                          .field("b", Schema::int32())
                          .field("a", Schema::string())
                          .build_or_die();
  const auto plan = [&](const std::string& text) {
    const auto file = parse_schema(text).value();
    return plan_encoding(schema, file, *file->first_message(), {});
  };
  const auto other = plan("syntax = \"proto3\"; message Y { string a = 7; int64 b = 3; int32 c = 1; }");
  ASSERT_TRUE(other.ok());
  sdk::Arena arena;
  sdk::StructNode* node = sdk::new_struct(arena, *schema);
  node->mutable_values()[0] = Value::int32(-1);
  node->mutable_values()[1] = Value::string("t");
  WireWriter out;
  ASSERT_TRUE(Encoder(*other).encode(Value::structure(node), out).ok());
  EXPECT_EQ(out.view(), "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x3a\x01t");
  EXPECT_EQ(plan("syntax = \"proto3\"; message Y { string a = 1; }").error().message(),
            "Cannot find field with name b in the message Y");
  EXPECT_EQ(plan("syntax = \"proto3\"; message Y { string a = 1; string b = 2; }").error().message(),
            "A INT32 cannot be written into the field Y.b, which is string");
  EXPECT_EQ(plan("syntax = \"proto2\"; message Y { optional string a = 1; optional int32 b = 2; required "
                 "int32 c = 3; }")
                .error()
                .message(),
            "The data has no field c, which the message Y requires");
}

/// Columns of a database may have such names; libprotobuf alone would refuse them.
TEST(ProtobufEncoderTest, NamesThatDifferInUnderscoresOnly) {
  const auto schema = SchemaBuilder::structure()
                          .name("X")
                          .field("addr1", Schema::int32())
                          .field("ADDR_1", Schema::int32())
                          .field("addr_1", Schema::string())
                          .build_or_die();
  sdk::Arena arena;
  sdk::StructNode* node = sdk::new_struct(arena, *schema);
  node->mutable_values()[0] = Value::int32(1);
  node->mutable_values()[1] = Value::int32(2);
  node->mutable_values()[2] = Value::string("3");
  const auto bytes = written(schema, Value::structure(node));
  ASSERT_TRUE(bytes.ok()) << bytes.error().message();
  EXPECT_EQ(*bytes,
            "\x08\x01\x10\x02\x1a\x01"
            "3");
  EXPECT_EQ(Message("message X { int32 addr1 = 1; int32 ADDR_1 = 2; string addr_1 = 3; }").text(*bytes),
            "Struct{addr1=1,ADDR_1=2,addr_1=3}");
}

TEST(ProtobufLogicalTest, DaysThereAndBack) {
  for (int32_t days = -719'000; days < 3'000'000; days += 13) ASSERT_EQ(days_of(date_of(days)), days) << days;
  EXPECT_EQ(date_of(-141'428).day, 4);  // the day before October 15th, 1582
  EXPECT_EQ(date_of(-141'427).day, 15);
  EXPECT_FALSE(days_of({1582, 10, 10}));
  EXPECT_FALSE(days_of({1900, 2, 29}));
  EXPECT_TRUE(days_of({1500, 2, 29}));  // Julian
  EXPECT_FALSE(days_of({0, 0, 0}));
}

TEST(ProtobufLogicalTest, Precisions) {
  sdk::Arena arena;
  for (const auto& [text, precision] : {std::pair{"0", 1},
                                        {"9", 1},
                                        {"-10", 2},
                                        {"9223372036854775807", 19},
                                        {"-9223372036854775808", 19},
                                        {"123456789012345678901234567890", 30}}) {
    EXPECT_EQ(precision_of(sdk::parse_decimal(arena, text)->as_bytes()), static_cast<uint32_t>(precision))
        << text;
  }
}

}  // namespace
}  // namespace sluice::protobuf
