// Schemas, their imports, and the place of a message in its file.

#include "formats/protobuf/schema.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "formats/protobuf/builtin_files.h"
#include "formats/protobuf/message_index.h"
#include "formats/protobuf/proto_text.h"
#include "sdk/data/base64.h"

namespace sluice::protobuf {
namespace {

std::string error_of(const Result<SchemaPtr>& result) { return result.ok() ? "" : result.error().message(); }

std::string parse_error(std::string_view text) { return error_of(parse_schema(text)); }

TEST(ProtobufSchemaTest, ErrorsSayWhere) {
  EXPECT_NE(parse_error("syntax = \"proto3\";\nmessage M {\n  int32 = 1;\n}").find("line 3, column 9"),
            std::string::npos);
  EXPECT_NE(
      parse_error("syntax = \"proto3\"; message M { Unknown a = 1; }").find("\"Unknown\" is not defined"),
      std::string::npos);
  EXPECT_NE(
      parse_error("syntax = \"proto3\"; import \"a.proto\";").find("imports a.proto, which is not among"),
      std::string::npos);
  EXPECT_NE(
      parse_error("syntax = \"proto3\"; message M { int32 a = 1; int32 a = 2; }").find("already defined"),
      std::string::npos);
  EXPECT_NE(parse_error("").find("Invalid Protobuf schema"), 0U);  // proto2 with nothing in it
  EXPECT_NE(parse_error("AAAA").find("neither a text nor a descriptor"), std::string::npos);
  std::string deep = "syntax = \"proto3\";";
  for (int i = 0; i < 5'000; ++i) deep += "message M{";
  EXPECT_NE(parse_error(deep).find("nested too deep"), std::string::npos);
}

TEST(ProtobufSchemaTest, EveryBuiltinFileCanBeImported) {
  for (const char* name : {"confluent/meta.proto",
                           "confluent/type/decimal.proto",
                           "confluent/type/variant.proto",
                           "google/type/calendar_period.proto",
                           "google/type/color.proto",
                           "google/type/date.proto",
                           "google/type/datetime.proto",
                           "google/type/dayofweek.proto",
                           "google/type/decimal.proto",
                           "google/type/expr.proto",
                           "google/type/fraction.proto",
                           "google/type/interval.proto",
                           "google/type/latlng.proto",
                           "google/type/money.proto",
                           "google/type/month.proto",
                           "google/type/phone_number.proto",
                           "google/type/postal_address.proto",
                           "google/type/quaternion.proto",
                           "google/type/timeofday.proto",
                           "google/protobuf/any.proto",
                           "google/protobuf/api.proto",
                           "google/protobuf/descriptor.proto",
                           "google/protobuf/duration.proto",
                           "google/protobuf/empty.proto",
                           "google/protobuf/field_mask.proto",
                           "google/protobuf/source_context.proto",
                           "google/protobuf/struct.proto",
                           "google/protobuf/timestamp.proto",
                           "google/protobuf/type.proto",
                           "google/protobuf/wrappers.proto"}) {
    EXPECT_TRUE(is_builtin_file(name)) << name;
    EXPECT_EQ(parse_error(std::string("syntax = \"proto3\"; import \"") + name + "\"; message M {}"), "")
        << name;
  }
}

TEST(ProtobufSchemaTest, ImportsComeFromReferences) {
  const Import imports[] = {
      {"a.proto", "syntax = \"proto3\"; package a; message A { int32 x = 1; }"},
      {"dir/b.proto", "syntax = \"proto3\"; package b; import public \"a.proto\"; message B { a.A a = 1; }"},
      {"a.proto", "given twice, and not read again"},
      {"google/protobuf/timestamp.proto", "nor is what everybody has"},
  };
  const auto file = parse_schema(
      "syntax = \"proto3\"; import \"dir/b.proto\"; message M { b.B b = 1; a.A a = 2; }", imports);
  ASSERT_TRUE(file.ok()) << file.error().message();
  EXPECT_EQ((*file)->first_message()->field(0)->message_type()->full_name(), "b.B");
  EXPECT_EQ((*file)->message("a.A"), nullptr);  // of another file
  EXPECT_NE((*file)->message("M"), nullptr);
}

TEST(ProtobufSchemaTest, OptionsThatNobodyDefinedDoNoHarm) {
  const auto file = parse_schema(R"(syntax = "proto3";
      option (unknown.file) = true;
      message M {
        option (unknown.message).part = { a: 1 };
        int32 a = 1 [(unknown.field) = "x", deprecated = true];
        int32 b = 2 [(confluent.field_meta) = { params: [{ key: "connect.type", value: "int8" }] }];
        oneof o { option (unknown.oneof) = 1; int32 c = 3 [(confluent.field_meta).tags = "PII"]; }
      }
      enum E { option (unknown.e) = 1; Z = 0 [(unknown.v) = 2]; }
      service S { rpc call(Missing) returns (Missing); })");
  ASSERT_TRUE(file.ok()) << file.error().message();
  const auto params = field_params((*file)->first_message()->FindFieldByName("b")->options());
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0], (std::pair<std::string, std::string>("connect.type", "int8")));
}

/// Python's client registers descriptors.
TEST(ProtobufSchemaTest, DescriptorsInBase64) {
  const auto parsed =
      parse_text("syntax = \"proto3\"; package p; message M { map<string, int32> m = 1; }", "x.proto");
  std::string text;
  sdk::append_base64(text, parsed->SerializeAsString());
  const auto file = parse_schema(text);
  ASSERT_TRUE(file.ok()) << file.error().message();
  EXPECT_EQ((*file)->first_message()->full_name(), "p.M");
}

constexpr const char* kNested = R"(syntax = "proto3";
package p;
message A {
  map<string, int32> m = 1;
  message B { message C {} }
  message D {}
}
message E { message F {} })";

TEST(ProtobufSchemaTest, MessagesHaveAPlace) {
  const auto file = parse_schema(kNested).value();
  const auto check = [&](const std::string& name, const std::vector<int32_t>& path,
                         const std::string& index) {
    const auto* message = file->message(name);
    ASSERT_NE(message, nullptr) << name;
    EXPECT_EQ(file->path_of(*message), path) << name;
    EXPECT_EQ(file->message_at(path), message) << name;
    EXPECT_EQ(message_index(path), index) << name;
    const std::string bytes = index + "rest";
    const auto read = read_message_index(bytes);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->path, path);
    EXPECT_EQ(read->payload, "rest");
  };
  check("p.A", {0}, std::string(1, '\0'));
  check("p.E", {1}, "\x02\x02");
  check("p.A.B", {0, 0}, std::string("\x04\0\0", 3));  // the map's entry does not count
  check("p.A.B.C", {0, 0, 0}, std::string("\x06\0\0\0", 4));
  check("p.A.D", {0, 1}, std::string("\x04\0\x02", 3));
  check("p.E.F", {1, 0}, std::string("\x04\x02\0", 3));
  EXPECT_EQ(file->message_at(std::vector<int32_t>{2}), nullptr);
  EXPECT_EQ(file->message_at(std::vector<int32_t>{0, 2}), nullptr);
  EXPECT_EQ(file->message_at(std::vector<int32_t>{}), nullptr);
}

/// As registries print what came as a descriptor; then it counts.
TEST(ProtobufSchemaTest, EntriesThatAreWrittenOutCount) {
  const auto file = parse_schema(R"(syntax = "proto3";
    message A {
      repeated .A.MEntry m = 1;
      message MEntry { option map_entry = true; string key = 1; int32 value = 2; }
      message B {}
    })");
  ASSERT_TRUE(file.ok()) << file.error().message();
  EXPECT_EQ((*file)->path_of(*(*file)->message("A.B")), (std::vector<int32_t>{0, 1}));
}

TEST(ProtobufSchemaTest, BrokenIndexes) {
  EXPECT_FALSE(read_message_index("").ok());
  EXPECT_FALSE(read_message_index("\x01").ok());      // minus one
  EXPECT_FALSE(read_message_index("\x04\x02").ok());  // ends early
  EXPECT_FALSE(read_message_index("\x02\x01").ok());  // place minus one
  EXPECT_FALSE(read_message_index("\xff\xff\xff\xff\x0f").ok());
}

TEST(ProtobufTextTest, IsConfluents) {
  const auto parsed = parse_text(R"(
    syntax = "proto3"; package p.q; import "google/protobuf/timestamp.proto";
    message A {
      reserved 5 to 7, 9; reserved "old";
      repeated int64 list = 1;
      optional string name = 2;
      oneof choice { bool yes = 3; B other = 4; }
      message B { E e = 1; google.protobuf.Timestamp at = 2; }
      message Empty {}
      enum E { ZERO = 0; MINUS = -1; }
    }
    enum Top { FIRST = 0; })",
                                 "x");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_EQ(to_text(*parsed), R"(syntax = "proto3";
package p.q;

import "google/protobuf/timestamp.proto";

message A {
  reserved 5 to 7;
  reserved 9;
  reserved "old";

  repeated int64 list = 1;
  optional string name = 2;

  oneof choice {
    bool yes = 3;
    B other = 4;
  }

  message B {
    E e = 1;
    google.protobuf.Timestamp at = 2;
  }
  message Empty {}
  enum E {
    ZERO = 0;
    MINUS = -1;
  }
}
enum Top {
  FIRST = 0;
}
)");
}

}  // namespace
}  // namespace sluice::protobuf
