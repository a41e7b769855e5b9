#pragma once
// JSON trees to values of a schema, with the coercions and texts of Kafka Connect's JsonConverter
// (convertToConnect). Trees come from json::Decoder with Numbers::kExact: numbers beyond 64-bit integers are
// Kind::kBytes texts.

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::converters {

class JsonReader {
 public:
  JsonReader(sdk::Arena& arena, bool replace_null_with_default)
      : arena_(arena), replace_null_with_default_(replace_null_with_default) {}

  /// `schema` null: schemaless. `node` null: the member is missing. Error kind kBadRecord.
  Result<sdk::Value> read(const sdk::Schema* schema, const sdk::Value* node);

 private:
  Result<sdk::Value> read_null(const sdk::Schema& schema) const;
  Result<sdk::Value> read_bytes(const sdk::Value& node);
  Result<sdk::Value> read_array(const sdk::Schema* items, const sdk::Value& node);
  Result<sdk::Value> read_map(const sdk::Schema& schema, const sdk::Value& node);
  Result<sdk::Value> read_object_map(const sdk::Schema* values, const sdk::Value& node);
  Result<sdk::Value> read_pairs_map(const sdk::Schema& schema, const sdk::Value& node);
  Result<sdk::Value> read_struct(const sdk::Schema& schema, const sdk::Value& node);
  Result<sdk::Value> read_logical(const sdk::Schema& schema, const sdk::Value& node);
  Result<sdk::Value> read_decimal(const sdk::Schema& schema, const sdk::Value& node);
  Result<sdk::Value> read_schemaless(const sdk::Value& node);

  sdk::Arena& arena_;
  const bool replace_null_with_default_;
  bool made_null_ = false;  // a value that is no null became one: structs have to check
};

/// The member of an object, or null if there is none. `hint`: where it probably stands.
const sdk::Value* json_member(const sdk::Value& object, std::string_view name, size_t hint = 0);

}  // namespace sluice::converters
