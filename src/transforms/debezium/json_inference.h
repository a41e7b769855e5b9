#pragma once
// Values from JSON texts, with the schema that the text suggests (io.debezium.transforms.outbox
// .JsonSchemaData): every field optional, integers INT32 or INT64 by their size, other numbers FLOAT64. An
// array's elements are of one kind; structs in arrays get the fields of all of them. Not for several threads.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::transforms::debezium {

class JsonInference {
 public:
  /// Whether a field that is null is there, as optional bytes, or left out.
  void keep_nulls(bool keep) { keep_nulls_ = keep; }

  struct Read {
    const sdk::Schema* schema;  // kept by the arena
    sdk::Value value;
  };
  /// `name` is the struct's, and begins those of the structs in it. Error kind kBadRecord if the text is no
  /// JSON object, or an array in it mixes kinds.
  Result<Read> read(std::string_view text, const std::optional<std::string>& name, sdk::Arena& arena);

 private:
  bool keep_nulls_ = false;
  std::vector<sdk::SchemaPtr> recent_;  // so that texts of one shape share the schema
};

}  // namespace sluice::transforms::debezium
