// Which changes of a schema readers can live with.

#include "formats/protobuf/compatibility.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::protobuf {
namespace {

std::string why(const std::string& writer, const std::string& reader, const std::string& syntax = "proto3") {
  const std::string head = "syntax = \"" + syntax + "\";\n";
  return incompatibility(*parse_schema(head + writer).value(), *parse_schema(head + reader).value())
      .value_or("");
}

/// Of one field.
std::string change(const std::string& from, const std::string& to) {
  return why("message M { " + from + "; } message N { int32 x = 1; } enum E { Z = 0; }",
             "message M { " + to + "; } message N { int32 x = 1; } enum E { Z = 0; }");
}

TEST(ProtobufCompatibilityTest, ChangesThatReadersTake) {
  for (const auto& [from, to] : {std::pair{"int32 a = 1", "int32 b = 1"},  // numbers count, not names
                                 {"int32 a = 1", "uint64 a = 1"},
                                 {"bool a = 1", "E a = 1"},
                                 {"string a = 1", "bytes a = 1"},
                                 {"fixed32 a = 1", "sfixed32 a = 1"},
                                 {"int32 a = 1", "repeated int32 a = 1"},
                                 {"repeated string a = 1", "string a = 1"},
                                 {"int32 a = 1", "int32 b = 2"},
                                 {"int32 a = 1", "optional int32 a = 1"},
                                 {"int32 a = 1", "oneof o { int32 a = 1; int32 b = 2; }"},
                                 {"oneof o { int32 a = 1; }", "int32 a = 1"},
                                 {"oneof o { int32 a = 1; int32 b = 2; }", "string c = 3"}}) {
    EXPECT_EQ(change(from, to), "") << from << " -> " << to;
  }
}

TEST(ProtobufCompatibilityTest, ChangesThatBreakReaders) {
  EXPECT_EQ(change("int32 a = 1", "string a = 1"),
            "The field M.a (number 1) is int32 for the writer and string for the reader");
  EXPECT_NE(change("int32 a = 1", "sint32 a = 1"), "");
  EXPECT_NE(change("float a = 1", "double a = 1"), "");
  EXPECT_NE(change("fixed32 a = 1", "fixed64 a = 1"), "");
  EXPECT_NE(change("repeated int32 a = 1", "int32 a = 1"), "");
  EXPECT_NE(change("N a = 1", "M a = 1"), "");
  EXPECT_NE(change("N a = 1", "string a = 1"), "");
  EXPECT_NE(change("map<string, int32> a = 1", "map<string, string> a = 1"), "");
  EXPECT_NE(change("map<string, int32> a = 1", "repeated N a = 1"), "");
  EXPECT_EQ(change("int32 a = 1; int32 b = 2", "oneof o { int32 a = 1; int32 b = 2; }"),
            "The field M.b has moved into the oneof M.o, where it excludes a");
  EXPECT_EQ(change("oneof o { int32 a = 1; int32 b = 2; }", "oneof o { int32 a = 1; }"),
            "The member b of the oneof M.o is missing in the reader's schema");
}

TEST(ProtobufCompatibilityTest, MessagesAndPackages) {
  EXPECT_EQ(why("message A {} message B {}", "message A {}"),
            "The message B is missing in the reader's schema");
  EXPECT_EQ(why("message A { message B { int32 x = 1; } }", "message A { message B { string x = 1; } }"),
            "The field A.B.x (number 1) is int32 for the writer and string for the reader");
  EXPECT_EQ(why("package p; message A {}", "package q; message A {}"),
            "The writer's package is \"p\" and the reader's is \"q\"");
  EXPECT_EQ(why("message A { A next = 1; }", "message A { A next = 1; }"), "");
}

TEST(ProtobufCompatibilityTest, RequiredFields) {
  const std::string with = "message A { required int32 a = 1; }";
  const std::string without = "message A { optional int32 b = 2; }";
  EXPECT_EQ(why(with, without, "proto2"), "The required field A.a is missing in the reader's schema");
  EXPECT_EQ(why(without, with, "proto2"),
            "The field A.a is required by the reader, and the writer does not have it");
}

}  // namespace
}  // namespace sluice::protobuf
