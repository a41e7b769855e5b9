#pragma once
// JSON documents as the tree that json::Decoder makes with Numbers::kExact: objects are maps with string
// keys, numbers int64 or, as Kind::kBytes, the text of a larger or fractional one.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/data/value.h"

namespace sluice::json_schema {

inline bool is_object(const sdk::Value& node) { return node.kind() == sdk::Kind::kMap; }
inline bool is_array(const sdk::Value& node) { return node.kind() == sdk::Kind::kArray; }
inline bool is_string(const sdk::Value& node) { return node.kind() == sdk::Kind::kString; }
inline bool is_boolean(const sdk::Value& node) { return node.kind() == sdk::Kind::kBoolean; }

/// The member of an object, or null: there is none, or it is no object.
const sdk::Value* member(const sdk::Value& object, std::string_view name);
/// The same if it is of that kind.
const sdk::Value* member_of_kind(const sdk::Value& object, std::string_view name, sdk::Kind kind);
std::optional<std::string_view> text_member(const sdk::Value& object, std::string_view name);

/// As JSON Schema compares: numbers by their value (1 is 1.0), objects without order.
bool same_json(const sdk::Value& left, const sdk::Value& right);
/// Of numbers, exact.
std::strong_ordering compare_numbers(const sdk::Value& left, const sdk::Value& right);
/// Whether the number divided by `divisor` is whole; where that takes more digits than doubles have, as they
/// have it.
bool is_multiple(const sdk::Value& number, const sdk::Value& divisor);
/// Equal for what same_json() calls the same.
size_t json_hash(const sdk::Value& node);
/// Whether the number has no fraction (1.0 has none).
bool is_whole(const sdk::Value& number);

/// "null", "boolean", "integer", "number", "string", "array" or "object".
std::string_view json_type(const sdk::Value& node);
/// For messages: the JSON, cut off where it gets long.
std::string short_text(const sdk::Value& node);

}  // namespace sluice::json_schema
