#pragma once
// How values of one schema become JSON: compiled once, run per record (JsonConverter.convertToJson).

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/json/json_writer.h"
#include "sdk/data/schema.h"

namespace sluice::converters {

struct JsonWriteOptions {
  json::DecimalFormat decimal_format = json::DecimalFormat::kBase64;
  bool replace_null_with_default = true;
};

/// Values without a schema. Error kind kBadRecord for what JSON has no type for.
Status write_schemaless_json(json::TextBuffer& out, const sdk::Value& value);

class JsonPlan {
 public:
  /// Holds on to the schema, so that nobody else gets its address.
  JsonPlan(sdk::SchemaPtr schema, const JsonWriteOptions& options);

  const sdk::Schema& schema() const { return *schema_; }
  /// Appends the JSON; what stands in `out` after an error has to be thrown away. Error kind kBadRecord with
  /// Java's text.
  Status write(json::TextBuffer& out, const sdk::Value& value);

 private:
  struct FieldPlan {
    std::string prefix;  // `{"name":` or `,"name":`, padded
    size_t prefix_size = 0;
    std::unique_ptr<JsonPlan> plan;
  };

  Status write_null(json::TextBuffer& out);
  Status write_struct(json::TextBuffer& out, const sdk::StructNode& node);
  Status write_array(json::TextBuffer& out, std::span<const sdk::Value> items);
  Status write_map(json::TextBuffer& out, std::span<const sdk::MapEntry> entries);
  Status write_key(json::TextBuffer& out, const sdk::Value& key);
  Status write_decimal(json::TextBuffer& out, const sdk::Value& value);
  Status write_element(json::TextBuffer& out, const std::unique_ptr<JsonPlan>& plan, const sdk::Value& value);
  bool is_own_schema(const sdk::Schema* schema);

  const sdk::SchemaPtr schema_;
  const JsonWriteOptions options_;
  const sdk::Kind kind_;
  sdk::SchemaPtr twin_;  // another schema that was found to be equal
  std::vector<FieldPlan> fields_;
  std::unique_ptr<JsonPlan> key_;
  std::unique_ptr<JsonPlan> value_;
};

}  // namespace sluice::converters
