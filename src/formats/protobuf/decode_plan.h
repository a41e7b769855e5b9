#pragma once
// What a Decoder does for each field, found once per message type. Immutable, so threads may share it.

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/protobuf/connect_names.h"
#include "formats/protobuf/schema.h"
#include "formats/protobuf/wire_reader.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::protobuf {

enum class DecodeOp : uint8_t {
  kBoolean,
  kInt32,    // INT32 of a plain varint
  kInt64,    // INT64 of a plain varint
  kInteger,  // all others, by `number` and `kind`
  kFloat32,
  kFloat64,
  kText,     // must be UTF-8
  kOldText,  // of proto2: what is no UTF-8 is replaced
  kBytes,
  kEnumName,
  kEnumNumber,
  kWrapper,  // of a scalar
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kMessage,
};

/// How an integer is on the wire.
enum class NumberForm : uint8_t { kVarint32, kVarintU32, kVarint64, kZigzag, kFixed32, kFixedU32, kFixed64 };

enum class DecodeShape : uint8_t {
  kSingle,
  kUnionMember,  // within the struct of a oneof
  kFlatMember,   // beside the others of its oneof
  kElement,
  kPacked,  // many elements at once
  kEntry,   // of a map
};

struct DecodeNode;

struct DecodeStep {
  uint32_t tag = 0;
  DecodeOp op = DecodeOp::kInt32;
  DecodeShape shape = DecodeShape::kSingle;
  NumberForm number = NumberForm::kVarint32;
  sdk::Kind kind = sdk::Kind::kNull;
  uint32_t slot = 0;                 // of the field in its struct
  uint32_t member = 0;               // of kUnionMember in the union's struct
  const DecodeNode* node = nullptr;  // of messages, wrappers, entries and enums
  const sdk::Schema* union_schema = nullptr;
  const std::vector<uint32_t>* siblings = nullptr;  // of kFlatMember: the slots of the others
};

/// A message or an enum.
struct DecodeNode {
  const sdk::Schema* schema = nullptr;         // of structs
  std::vector<DecodeStep> steps;               // by tag
  std::array<uint8_t, 128> by_small_tag = {};  // 1 + index of the step; 0: there is none
  std::vector<sdk::Value> initial;             // values before anything is read
  std::vector<sdk::Value> absent;  // values of a message that is not there; differ in required fields
  sdk::Value absent_struct;
  std::vector<std::pair<uint32_t, const std::string*>> required;  // slots that must be set
  std::vector<uint32_t> maps;                                     // slots of maps

  // Of enums.
  std::vector<std::pair<int32_t, sdk::Value>> symbols;  // by number
  std::string enum_name;
  bool is_closed = false;  // numbers that it does not know are not there

  const DecodeStep* find(uint32_t tag) const {
    if (tag < by_small_tag.size()) [[likely]] {
      const uint8_t index = by_small_tag[tag];
      return index == 0 ? nullptr : &steps[index - 1U];
    }
    return find_large(tag);
  }
  const DecodeStep* find_large(uint32_t tag) const;
};

/// Kept with its schemas.
struct DecodePlan {
  std::deque<DecodeNode> nodes;
  std::deque<std::vector<uint32_t>> siblings;
  const DecodeNode* root = nullptr;
  bool is_wrapper = false;  // the root is a scalar in a wrapper
  SchemaPtr file;
  sdk::SchemaPtr connect;
  sdk::Arena arena;  // of defaults and symbols
};

/// `connect` is the message's schema as to_connect() makes it. Error kind kBadRecord.
Result<std::shared_ptr<const DecodePlan>> plan_decoding(SchemaPtr file, const pb::Descriptor& message,
                                                        sdk::SchemaPtr connect,
                                                        const ConnectOptions& options);

}  // namespace sluice::protobuf
