#pragma once
// What a transform may demand of a value, with the texts of
// org.apache.kafka.connect.transforms.util.Requirements. Error kind kBadRecord. `purpose` is what the
// transform was about to do.

#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/data/schema.h"
#include "sdk/data/schema_builder.h"
#include "transforms/operand.h"

namespace sluice::transforms {

Error not_a_map(const sdk::Value& value, std::string_view purpose);
Error not_a_struct(const sdk::Value& value, std::string_view purpose);
Error not_a_sink_record(std::string_view purpose);
/// For schemas that are no structs.
Error no_fields();
Error no_schema(std::string_view purpose);

/// Java's cast of a map's key to String, which fails.
Error key_not_a_string(const sdk::Value& key);

/// The builder's own problem if it has one, for Java would have met that before; else `problem`. Uses the
/// builder up.
Error first_problem(sdk::SchemaBuilder& builder, const Error& problem);

/// "Schema{name:TYPE}", as Java prints a schema.
std::string schema_text(const sdk::Schema& schema);

/// "class java.lang.Integer", as Java prints a Class.
std::string class_text(const sdk::Value& value);

inline Status require_map(const sdk::Value& value, std::string_view purpose) {
  if (value.kind() == sdk::Kind::kMap) return {};
  return not_a_map(value, purpose);
}

inline Status require_struct(const sdk::Value& value, std::string_view purpose) {
  if (value.kind() == sdk::Kind::kStruct) return {};
  return not_a_struct(value, purpose);
}

/// For transforms of fields: `on_map()` for data without a schema, which must be a map, else `on_struct()`.
template <typename OnMap, typename OnStruct>
Status map_or_struct(const sdk::Record& record, Operand operand, std::string_view purpose, OnMap on_map,
                     OnStruct on_struct) {
  const sdk::Value& value = value_of(record, operand);
  if (schema_of(record, operand) == nullptr) {
    SLUICE_RETURN_IF_ERROR(require_map(value, purpose));
    return on_map();
  }
  SLUICE_RETURN_IF_ERROR(require_struct(value, purpose));
  return on_struct();
}

}  // namespace sluice::transforms
