#pragma once
// Values of a Connect schema to JSON, as Confluent's JsonSchemaData.fromConnectData does: a plan per schema,
// and its run over values.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/json/text_buffer.h"
#include "formats/json_schema/connect_names.h"
#include "sdk/data/schema.h"

namespace sluice::json_schema {

struct EncodeNode {
  enum class Shape : uint8_t { kScalar, kDecimal, kArray, kObjectMap, kEntriesMap, kStruct, kUnion };
  struct Field {
    std::string prefix;  // `{"name":` or `,"name":`, padded
    size_t prefix_size = 0;
    const EncodeNode* node = nullptr;
  };
  Shape shape = Shape::kScalar;
  sdk::Kind kind = sdk::Kind::kNull;
  size_t index = 0;  // in the encoder's memory
  const sdk::Schema* schema = nullptr;
  std::vector<Field> fields;
  const EncodeNode* key = nullptr;
  const EncodeNode* value = nullptr;
};

/// Immutable, so threads may share it. Keeps its schema.
struct EncodePlan {
  sdk::SchemaPtr connect;
  ConnectOptions options;
  std::deque<EncodeNode> nodes;
  const EncodeNode& root() const { return nodes.front(); }
};

std::shared_ptr<const EncodePlan> plan_encoding(sdk::SchemaPtr connect, const ConnectOptions& options);

/// One thread: it remembers which other schemas turned out to be equal to its own.
class Encoder {
 public:
  explicit Encoder(std::shared_ptr<const EncodePlan> plan);

  /// Appends the JSON; what stands in `out` after an error has to be thrown away. Error kind kBadRecord with
  /// Java's text and the place in the value.
  Status encode(const sdk::Value& value, json::TextBuffer& out);

 private:
  Status write(const EncodeNode& node, const sdk::Value& value, json::TextBuffer& out);
  Status write_null(const EncodeNode& node, json::TextBuffer& out);
  Status write_decimal(const EncodeNode& node, const sdk::Value& value, json::TextBuffer& out) const;
  Status write_array(const EncodeNode& node, const sdk::Value& value, json::TextBuffer& out);
  Status write_object_map(const EncodeNode& node, const sdk::Value& value, json::TextBuffer& out);
  Status write_entries_map(const EncodeNode& node, const sdk::Value& value, json::TextBuffer& out);
  Status write_struct(const EncodeNode& node, const sdk::StructNode& value, json::TextBuffer& out);
  Status write_union(const EncodeNode& node, const sdk::StructNode& value, json::TextBuffer& out);
  bool is_own_schema(const EncodeNode& node, const sdk::Schema* schema);
  Status at(const EncodeNode& node, size_t field, Status status);

  const std::shared_ptr<const EncodePlan> plan_;
  std::vector<sdk::SchemaPtr> twins_;  // by node
  std::string place_;                  // of an error that is on its way out
};

}  // namespace sluice::json_schema
