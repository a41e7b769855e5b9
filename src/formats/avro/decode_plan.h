#pragma once
// What a Decoder does for each value, found once per pair of schemas. Immutable, so threads may share it.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/avro/connect_names.h"
#include "formats/avro/schema.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::avro {

/// Reads the writer's value and makes what the Connect schema asks for.
enum class DecodeOp : uint8_t {
  kNull,
  kBoolean,
  kInt8,
  kInt16,
  kInt32,
  kDate,
  kTime,
  kInt64,
  kTimestamp,
  kIntegerToFloat32,
  kIntegerToFloat64,
  kFloat32,
  kFloat32ToFloat64,
  kFloat64,
  kString,
  kBytes,
  kDecimal,
  kFixed,
  kFixedDecimal,
  kEnum,
  kRecord,
  kArray,
  kMap,
  kMapEntries,  // an array of records that stands for a map
  kUnion,       // of the writer's: a step for each branch
  kWrap,        // the field of a union's struct
  kSkip,        // the reader does not know it
  kMismatch,    // a branch or type that the reader cannot take
};

struct DecodeNode;

struct DecodeStep {
  DecodeOp op = DecodeOp::kNull;
  /// A union with null around it: the null's index, or -1.
  int16_t null_branch = -1;
  /// Of the field in the struct.
  int32_t slot = 0;
  const DecodeNode* node = nullptr;
};

/// What a step needs beyond itself.
struct DecodeNode {
  std::vector<DecodeStep> steps;        // fields, branches; the element; of kMapEntries all of the record's
  const sdk::Schema* schema = nullptr;  // of structs
  uint32_t field_count = 0;             // of records
  int32_t size = 0;                     // of fixed
  int32_t scale = 0;
  size_t element_bytes_min = 0;
  std::vector<sdk::Value> symbols;  // by the writer's index; null: unknown to the reader
  std::vector<std::pair<uint32_t, sdk::Value>> defaults;  // of fields that the writer does not have
  const Schema* skipped = nullptr;
  std::string mismatch;
};

/// Kept with its schemas.
struct DecodePlan {
  std::deque<DecodeNode> nodes;
  DecodeStep root;
  SchemaPtr writer;
  SchemaPtr reader;
  sdk::SchemaPtr connect;
  sdk::Arena arena;                     // of defaults
  std::vector<std::string> mismatches;  // what the writer may write and the reader cannot take
};

/// `connect` is the reader's schema as to_connect() makes it. Writer and reader may be the same. Error kind
/// kBadRecord: the reader can take nothing of the writer's, with the reason.
Result<std::shared_ptr<const DecodePlan>> plan_decoding(SchemaPtr writer, SchemaPtr reader,
                                                        sdk::SchemaPtr connect,
                                                        const ConnectOptions& options);

}  // namespace sluice::avro
