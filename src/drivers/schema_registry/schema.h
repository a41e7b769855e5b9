#pragma once
// What a schema registry stores, in the terms of Confluent's protocol.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::schema_registry {

enum class SchemaType : uint8_t { kAvro, kProtobuf, kJson };
/// "AVRO", "PROTOBUF", "JSON".
std::string_view type_name(SchemaType type);

/// Another subject's version that a schema's text refers to by `name` (an Avro full name, a Protobuf import,
/// a JSON Schema URI).
struct SchemaReference {
  std::string name;
  std::string subject;
  int32_t version = 0;
  auto operator<=>(const SchemaReference&) const = default;
};

struct SchemaText {
  SchemaType type = SchemaType::kAvro;
  std::string text;
  std::vector<SchemaReference> references;
  auto operator<=>(const SchemaText&) const = default;
};

struct RegisteredSchema {
  int32_t id = 0;
  std::string guid;     // empty: the registry gives none
  std::string subject;  // empty when it was asked for by id alone
  int32_t version = 0;  // 0 alike
  SchemaText schema;
  std::map<std::string, std::string> metadata;  // its properties
};

/// One place where a schema is known.
struct SubjectVersion {
  std::string subject;
  int32_t version = 0;
};

}  // namespace sluice::schema_registry
