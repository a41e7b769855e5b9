#pragma once
// What an Encoder does for each value, found once per pair of schemas. Immutable, so threads may share it.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/avro/connect_names.h"
#include "formats/avro/schema.h"
#include "sdk/data/schema.h"

namespace sluice::avro {

enum class EncodeOp : uint8_t {
  kNull,
  kBoolean,
  kInteger,
  kFloat32,
  kFloat64,
  kFloat32AsFloat64,
  kIntegerAsFloat32,
  kIntegerAsFloat64,
  kBytes,  // and strings
  kDecimal,
  kFixed,
  kFixedDecimal,
  kEnum,
  kRecord,
  kArray,
  kMap,
  kMapEntries,
  kUnion,     // of a struct with a field for each branch
  kAnything,  // schemaless
  kDefault,   // a field that the data does not have
};

struct EncodeNode;

struct EncodeStep {
  EncodeOp op = EncodeOp::kNull;
  sdk::Kind kind = sdk::Kind::kNull;  // that values must have
  bool has_default = false;           // node's, for nulls
  /// In a union: the null's index and the value's; -1: none.
  int16_t null_branch = -1;
  int16_t value_branch = -1;
  int32_t slot = -1;  // of the field in the struct
  const sdk::Schema* schema = nullptr;
  const EncodeNode* node = nullptr;
};

struct EncodeNode {
  std::vector<EncodeStep> steps;     // fields in Avro's order, elements, key and value, branches
  std::vector<std::string> symbols;  // of enums
  std::string name;                  // of enums and fixed
  int32_t size = 0;
  std::string bytes;  // of kDefault
};

struct EncodePlan {
  std::deque<EncodeNode> nodes;
  EncodeStep root;
  SchemaPtr avro;
  sdk::SchemaPtr connect;  // null: schemaless
};

/// `avro` is what from_connect() made, or another schema that can take such data: fields are matched by name.
/// Error kind kBadRecord says what cannot be written.
Result<std::shared_ptr<const EncodePlan>> plan_encoding(const sdk::Schema* connect, SchemaPtr avro,
                                                        const ConnectOptions& options);

}  // namespace sluice::avro
