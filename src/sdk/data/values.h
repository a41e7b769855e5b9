#pragma once
// Making and checking values. All results live in the given arena unless they borrow from their arguments.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::sdk {

/// A struct of `schema` with all fields null; fill it through mutable_values() before anybody else sees it.
/// The caller keeps the schema alive (arena.keep()).
StructNode* new_struct(Arena& arena, const Schema& schema);

/// A copy that borrows nothing; struct schemas are still referred to.
Value deep_copy(Arena& arena, const Value& value);

/// Java's ConnectSchema.validateValue: null only if optional, kinds as the schema says, recursively.
/// Error kind kBadRecord with Java's text.
Status validate_value(const Schema& schema, const Value& value);

/// The same for a value that is put into a struct (Java's Struct.put); the text names the field.
Status validate_field(const Field& field, const Value& value);

/// The class that Java has for such a value, e.g. "java.lang.Integer"; error texts name it.
std::string_view java_class_name(const Value& value);

/// The value of field `index`, or the field's default if that is null (Java's Struct.get).
inline const Value& field_or_default(const StructNode& node, size_t index) {
  const Value& value = node.values()[index];
  return value.is_null() ? node.schema->fields()[index].schema->default_value() : value;
}

/// Java's toString of the value: `{a=1}`, `Struct{a=1}` (nulls left out), `[1, 2]`, Java's number texts.
/// Bytes as Base64 (Java prints an address).
void append_java_text(std::string& out, const Value& value);

/// Java's Double.toString / Float.toString ("1.0E21", "NaN").
/// The most that one of them is long.
inline constexpr size_t kJavaFloatMax = 32;
/// Writes to `to` and returns the end.
char* write_java_float64(char* to, double value);
char* write_java_float32(char* to, float value);
void append_java_float64(std::string& out, double value);
void append_java_float32(std::string& out, float value);

/// BigDecimal.toString / toPlainString of an unscaled number and a scale.
void append_decimal_text(std::string& out, BytesView unscaled, int32_t scale);
void append_decimal_plain(std::string& out, BytesView unscaled, int32_t scale);
/// Parses Java's BigDecimal texts ("1.50", "-1E+3"). Error kind kBadRecord.
Result<Value> parse_decimal(Arena& arena, std::string_view text);
/// An integer as minimal two's complement big endian bytes.
BytesView unscaled_of(Arena& arena, int64_t value);
/// Two's complement bytes without needless leading ones; not for empty bytes.
BytesView minimal_unscaled(BytesView bytes);
/// The decimal with another scale; only exact changes (error kind kBadRecord otherwise).
Result<Value> rescale_decimal(Arena& arena, const Value& decimal, int32_t scale);
/// Nearest double, as BigDecimal.doubleValue.
double decimal_to_float64(const Value& decimal);

}  // namespace sluice::sdk
