#pragma once
// What an Encoder does for each field, found once per pair of Connect schema and message. Immutable, so
// threads may share it.

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/protobuf/connect_names.h"
#include "formats/protobuf/schema.h"
#include "sdk/data/schema.h"

namespace sluice::protobuf {

enum class EncodeOp : uint8_t {
  kBoolean,
  kVarint32,
  kVarintU32,  // cut to 32 bits, as Java does
  kVarint64,
  kZigzag,
  kFixed32,
  kFixed64,
  kFloat32,
  kFloat64,
  kBytes,  // and texts
  kEnumName,
  kWrapper,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kMessage,
};

enum class EncodeShape : uint8_t { kSingle, kUnionMember, kRepeated, kPacked, kEntries };

struct EncodeNode;

struct EncodeStep {
  uint32_t tag = 0;
  EncodeOp op = EncodeOp::kBoolean;
  EncodeShape shape = EncodeShape::kSingle;
  sdk::Kind kind = sdk::Kind::kNull;          // that values must have
  bool skips_default = false;                 // what is zero or empty is not written
  bool has_default = false;                   // schema's, for nulls
  uint32_t slot = 0;                          // of the field in its struct
  uint32_t member = 0;                        // of kUnionMember in the union's struct
  const sdk::Schema* schema = nullptr;        // of the value; of the elements if it is repeated
  const sdk::Schema* outer_schema = nullptr;  // of the array, the map or the union
  const EncodeNode* node = nullptr;
  const std::string* name = nullptr;  // of the field
};

/// A message or an enum.
struct EncodeNode {
  std::vector<EncodeStep> steps;                         // by the number of the field
  std::vector<std::pair<std::string, int32_t>> symbols;  // by name
  std::string enum_name;
};

/// Kept with its schemas.
struct EncodePlan {
  std::deque<EncodeNode> nodes;
  EncodeStep root;    // of a message or a wrapper; without tag
  std::string index;  // which message of the file it is, as it stands before the payload
  SchemaPtr file;
  sdk::SchemaPtr connect;
  bool ignore_defaults = false;
};

/// `message` is what from_connect() made, or another one that can take such data: fields are matched by name.
/// Error kind kBadRecord says what cannot be written.
Result<std::shared_ptr<const EncodePlan>> plan_encoding(sdk::SchemaPtr connect, SchemaPtr file,
                                                        const pb::Descriptor& message,
                                                        const ConnectOptions& options);

}  // namespace sluice::protobuf
