#pragma once
// Values from texts whose type is guessed (org.apache.kafka.connect.data.Values.parseString): what header
// converters and conversions from strings use.

#include <string_view>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::sdk {

struct ParsedValue {
  SchemaPtr schema;  // null with a null value
  Value value;       // in the arena, or borrowed from the text
};

/// The arena keeps the schema. Text that is nothing else is a string. Arrays and maps of mixed types have no
/// element schema. Error kind kBadRecord only for what cannot be held: nesting deeper than 1000, decimals
/// with a scale beyond 16 bits.
Result<ParsedValue> parse_value_text(Arena& arena, std::string_view text);

}  // namespace sluice::sdk
