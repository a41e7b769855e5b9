#pragma once
// Described schemas and values (see described.py) to real ones and back. A broken rule throws the Error.

#include <nlohmann/json.hpp>
#include <string>

#include "base/bytes.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::compat {

std::string from_hex(const std::string& hex);
std::string to_hex(BytesView bytes);

/// Null for null. The arena keeps it too.
sdk::SchemaPtr to_schema(const nlohmann::ordered_json& node, sdk::Arena& arena);
sdk::Value to_value(const nlohmann::ordered_json& node, sdk::Arena& arena);

nlohmann::ordered_json describe(const sdk::Value& value);
nlohmann::ordered_json describe_schema(const sdk::Schema* schema);

}  // namespace sluice::compat
