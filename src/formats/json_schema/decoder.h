#pragma once
// JSON trees to values of a Connect schema, as Confluent's JsonSchemaData.toConnectData does: a plan per
// schema, and its run over trees.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/json_schema/connect_names.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::json_schema {

struct DecodeNode {
  enum class Shape : uint8_t { kScalar, kArray, kObjectMap, kEntriesMap, kStruct, kUnion };
  Shape shape = Shape::kScalar;
  const sdk::Schema* schema = nullptr;
  /// Fields, branches, the element; of maps the key (null for objects) and the value.
  std::vector<const DecodeNode*> children;
  std::vector<std::string_view> names;  // of fields
  size_t first_guess = 0;               // of fields, in the decoder's memory
  bool null_stays = false;              // instead of the default
};

/// Immutable, so threads may share it. Keeps its schema.
struct DecodePlan {
  sdk::SchemaPtr connect;
  std::deque<DecodeNode> nodes;
  size_t guesses = 0;
  const DecodeNode& root() const { return nodes.front(); }
};

using DecodePlanPtr = std::shared_ptr<const DecodePlan>;

DecodePlanPtr plan_decoding(sdk::SchemaPtr connect, const ConnectOptions& options);

/// One thread: it remembers where the members of objects stood in the tree before.
class Decoder {
 public:
  explicit Decoder(DecodePlanPtr plan);

  const DecodePlanPtr& plan() const { return plan_; }
  /// `tree`: of json::Decoder with Numbers::kExact; `out` borrows from it. The caller keeps the plan as long
  /// as the value. Error kind kBadRecord with Java's text and the place in the tree.
  Status decode(const sdk::Value& tree, sdk::Arena& arena, sdk::Value& out);

 private:
  Status read(const DecodeNode& node, const sdk::Value& tree, sdk::Value& out);
  Status read_scalar(const DecodeNode& node, const sdk::Value& tree, sdk::Value& out);
  Status read_string(const sdk::Schema& schema, const sdk::Value& tree, sdk::Value& out);
  Status read_bytes(const sdk::Value& tree, sdk::Value& out);
  Status read_logical(const sdk::Schema& schema, const sdk::Value& tree, sdk::Value& out);
  Status read_decimal(const sdk::Schema& schema, const sdk::Value& tree, sdk::Value& out);
  Status read_array(const DecodeNode& node, const sdk::Value& tree, sdk::Value& out);
  Status read_object_map(const DecodeNode& node, const sdk::Value& tree, sdk::Value& out);
  Status read_entries_map(const DecodeNode& node, const sdk::Value& tree, sdk::Value& out);
  Status read_struct(const DecodeNode& node, const sdk::Value& tree, sdk::Value& out);
  Status read_union(const DecodeNode& node, const sdk::Value& tree, sdk::Value& out);
  const sdk::Value* find_member(const DecodeNode& node, size_t field, const sdk::Value& tree);
  /// Notes on an error's way out where it came from.
  Status at(std::string_view step, Status status);
  Status at(size_t index, Status status);

  const DecodePlanPtr plan_;
  std::vector<uint32_t> guesses_;
  sdk::Arena* arena_ = nullptr;
  size_t struct_bytes_ = 0;
  std::string place_;  // of an error that is on its way out
};

}  // namespace sluice::json_schema
