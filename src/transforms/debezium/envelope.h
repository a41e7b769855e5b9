#pragma once
// What Debezium's transforms know of a change event: a struct whose schema's name ends in ".Envelope", with
// the row before and after the change, where it comes from and the operation's letter.

#include <string_view>

#include "base/error.h"
#include "sdk/data/schema.h"

namespace sluice::transforms::debezium {

inline constexpr std::string_view kException = "io.debezium.DebeziumException";

inline constexpr std::string_view kBefore = "before";
inline constexpr std::string_view kAfter = "after";
inline constexpr std::string_view kSource = "source";
inline constexpr std::string_view kOperation = "op";
inline constexpr std::string_view kTransaction = "transaction";

inline bool name_ends_with(const sdk::Schema* schema, std::string_view suffix) {
  return schema != nullptr && schema->name().has_value() && schema->name()->ends_with(suffix);
}

inline bool is_envelope(const sdk::Schema* schema) { return name_ends_with(schema, ".Envelope"); }

/// The value of the struct's field, null if it has none of that name. Defaults do not count.
inline sdk::Value field_value(const sdk::StructNode& node, std::string_view name) {
  const int index = node.schema->field_index(name);
  return index < 0 ? sdk::Value() : node.values()[static_cast<size_t>(index)];
}

/// The operation of an event: "c", "u", "d", "r", "t" or "m"; empty without one.
inline std::string_view operation_of(const sdk::StructNode& event) {
  const sdk::Value operation = field_value(event, kOperation);
  return operation.kind() == sdk::Kind::kString ? operation.as_string() : std::string_view();
}

}  // namespace sluice::transforms::debezium
