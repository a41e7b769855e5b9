#pragma once
// Conversions between values of any type (org.apache.kafka.connect.data.Values.convertToX), as header
// accessors and transforms use them.

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::sdk {

enum class ConversionTarget : uint8_t {
  kBoolean,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat32,
  kFloat64,
  kString,
  kList,
  kMap,
  kDate,
  kTime,
  kTimestamp,
};

/// `schema` is the value's own, or null. Null gives null for scalars and strings, an error for the others.
/// Numbers are cut and wrapped as Java's casts do. Error kind kBadRecord with Java's text.
Result<Value> convert_value(Arena& arena, const Schema* schema, const Value& value, ConversionTarget target);

/// Values.convertToDecimal: bytes take the scale, numbers their own.
Result<Value> convert_to_decimal(Arena& arena, const Schema* schema, const Value& value, int32_t scale);

/// Values.convertTo: by the type and logical name of `target`; null only if that is optional.
Result<Value> convert_to_schema(Arena& arena, const Schema& target, const Schema* schema, const Value& value);

/// Values.convertToString: Base64 for bytes, `[a,b]`, `{"k":v}`, dates by their magnitude; strings inside
/// containers are quoted. Not for null.
void append_value_text(std::string& out, const Value& value, bool embedded = false);

}  // namespace sluice::sdk
