#pragma once
// JSON text as Kafka Connect's JsonSerializer (Jackson) writes it: compact, Java's number texts, NaN and
// infinities as strings, only what must be escaped is escaped, other characters as UTF-8.

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "formats/json/text_buffer.h"
#include "sdk/data/value.h"

namespace sluice::json {

void write_string(TextBuffer& out, std::string_view text);
void write_integer(TextBuffer& out, int64_t value);
void write_float64(TextBuffer& out, double value);
void write_float32(TextBuffer& out, float value);
/// Base64 in quotes.
void write_bytes(TextBuffer& out, BytesView bytes);
inline void write_boolean(TextBuffer& out, bool value) { out.append(value ? "true" : "false"); }
inline void write_null(TextBuffer& out) { out.append("null"); }

enum class DecimalFormat : unsigned char { kBase64, kNumeric };
/// The unscaled number in Base64, or Java's BigDecimal text as a number.
void write_decimal(TextBuffer& out, const sdk::Value& decimal, DecimalFormat format);

/// Any value by its kind, as JsonConverter writes it with the value's own schema: structs with all fields
/// (nulls and defaults as they are), maps as objects if all keys are strings, else as pairs; dates and times
/// as integers.
void write_value(TextBuffer& out, const sdk::Value& value, DecimalFormat format = DecimalFormat::kBase64);

}  // namespace sluice::json
