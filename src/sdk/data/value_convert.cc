#include "sdk/data/value_convert.h"

#include <cmath>
#include <limits>
#include <string>

#include "sdk/data/base64.h"
#include "sdk/data/java_date.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value_parser.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr std::string_view kNumberFormatException = "java.lang.NumberFormatException";

bool is_integer(const Value& value) { return value.kind() >= Kind::kInt8 && value.kind() <= Kind::kInt64; }
bool is_float(const Value& value) { return value.kind() == Kind::kFloat32 || value.kind() == Kind::kFloat64; }
bool is_temporal(const Value& value) { return value.kind() >= Kind::kDate; }

std::string schema_text(const Schema& schema) {
  std::string text("Schema{");
  if (schema.name()) text.append(*schema.name()).append(":");
  return text.append(type_name(schema.type())).append("}");
}

Error cannot(const Value& value, std::string_view target) {
  std::string message("Unable to convert ");
  append_java_text(message, value);
  message.append(" (class ").append(java_class_name(value)).append(") to ").append(target);
  return bad_record(std::move(message));
}

Error null_refused() {
  return bad_record("Unable to convert a null value to a schema that requires a value");
}

/// Java's cast of a floating number to long.
int64_t long_of(double number) {
  if (std::isnan(number)) return 0;
  if (number >= 0x1p63) return std::numeric_limits<int64_t>::max();
  if (number <= -0x1p63) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(number);
}

/// BigDecimal.longValue: the whole part's lowest 64 bits.
int64_t long_of_decimal(const Value& decimal) {
  std::string plain;
  if (decimal.decimal_scale() <= -64) return 0;
  append_decimal_plain(plain, decimal.as_bytes(), decimal.decimal_scale());
  uint64_t bits = 0;
  for (const char c : plain) {
    if (c == '.') break;
    if (c != '-') bits = bits * 10 + static_cast<uint64_t>(c - '0');
  }
  return static_cast<int64_t>(plain[0] == '-' ? 0 - bits : bits);
}

/// Values.asLong. A date, time or timestamp counts only with its schema.
Result<int64_t> as_long(Arena& arena, const Schema* schema, const Value& value) {
  if (is_integer(value)) return value.as_integer();
  if (is_float(value)) return long_of(value.as_float64());
  if (value.kind() == Kind::kDecimal) return long_of_decimal(value);
  if (value.kind() == Kind::kString) {
    auto decimal = parse_decimal(arena, value.as_string());
    if (decimal.ok()) return long_of_decimal(*decimal);
  }
  if (schema == nullptr) return cannot(value, "a number");
  if (is_temporal(value) && schema->value_kind() == value.kind()) return value.as_integer();
  return cannot(value, schema_text(*schema));
}

Result<double> as_double(Arena& arena, const Schema* schema, const Value& value) {
  if (is_float(value)) return value.as_float64();
  if (value.kind() == Kind::kDecimal) return decimal_to_float64(value);
  if (value.kind() == Kind::kString) {
    auto decimal = parse_decimal(arena, value.as_string());
    if (decimal.ok()) return decimal_to_float64(*decimal);
  }
  SLUICE_ASSIGN_OR_RETURN(const int64_t number, as_long(arena, schema, value));
  return static_cast<double>(number);
}

/// A string parsed, anything else as it is.
Result<Value> parsed(Arena& arena, const Value& value) {
  if (value.kind() != Kind::kString) return value;
  SLUICE_ASSIGN_OR_RETURN(const ParsedValue result, parse_value_text(arena, value.as_string()));
  return result.value;
}

Result<Value> to_boolean(Arena& arena, const Schema* schema, const Value& value) {
  if (value.kind() == Kind::kBoolean) return value;
  SLUICE_ASSIGN_OR_RETURN(const Value read, parsed(arena, value));
  if (read.kind() == Kind::kBoolean) return read;
  SLUICE_ASSIGN_OR_RETURN(const int64_t number, as_long(arena, schema, value));
  return Value::boolean(number != 0);
}

Result<Value> to_integer(Arena& arena, const Schema* schema, const Value& value, ConversionTarget target) {
  SLUICE_ASSIGN_OR_RETURN(const int64_t number, as_long(arena, schema, value));
  switch (target) {
    case ConversionTarget::kInt8:
      return Value::int8(static_cast<int8_t>(number));
    case ConversionTarget::kInt16:
      return Value::int16(static_cast<int16_t>(number));
    case ConversionTarget::kInt32:
      return Value::int32(static_cast<int32_t>(number));
    default:
      return Value::int64(number);
  }
}

Result<Value> to_float(Arena& arena, const Schema* schema, const Value& value, ConversionTarget target) {
  SLUICE_ASSIGN_OR_RETURN(const double number, as_double(arena, schema, value));
  if (target == ConversionTarget::kFloat64) return Value::float64(number);
  return Value::float32(static_cast<float>(number));
}

Result<Value> to_container(Arena& arena, const Value& value, Kind kind, std::string_view target) {
  if (value.is_null()) return null_refused();
  SLUICE_ASSIGN_OR_RETURN(const Value read, parsed(arena, value));
  if (read.kind() == kind) return read;
  return cannot(read, target);
}

Result<Value> checked_time(int64_t ms) {
  if (ms < 0 || ms > kDayMs) {
    return bad_record("Time values must use number of milliseconds greater than 0 and less than 86400000");
  }
  return Value::time(static_cast<int32_t>(ms));
}

Result<Value> to_date(Arena& arena, const Schema* schema, const Value& value) {
  if (value.is_null()) return null_refused();
  SLUICE_ASSIGN_OR_RETURN(const Value read, parsed(arena, value));
  if (read.kind() == Kind::kDate) return read;
  if (read.kind() == Kind::kTimestamp) return Value::date(static_cast<int32_t>(read.as_integer() / kDayMs));
  SLUICE_ASSIGN_OR_RETURN(const int64_t days, as_long(arena, schema, read));
  return Value::date(static_cast<int32_t>(days));
}

Result<Value> to_time(Arena& arena, const Schema* schema, const Value& value) {
  if (value.is_null()) return null_refused();
  SLUICE_ASSIGN_OR_RETURN(const Value read, parsed(arena, value));
  if (read.kind() == Kind::kTime) return read;
  if (read.kind() == Kind::kTimestamp) return checked_time((read.as_integer() % kDayMs + kDayMs) % kDayMs);
  SLUICE_ASSIGN_OR_RETURN(const int64_t ms, as_long(arena, schema, read));
  return checked_time(static_cast<int32_t>(ms));
}

Result<Value> to_timestamp(Arena& arena, const Schema* schema, const Value& value) {
  if (value.is_null()) return null_refused();
  SLUICE_ASSIGN_OR_RETURN(const Value read, parsed(arena, value));
  if (read.kind() == Kind::kTimestamp) return read;
  if (read.kind() == Kind::kDate) return Value::timestamp(read.as_integer() * kDayMs);
  if (read.kind() == Kind::kTime) return Value::timestamp(read.as_integer());
  SLUICE_ASSIGN_OR_RETURN(const int64_t ms, as_long(arena, schema, read));
  return Value::timestamp(ms);
}

/// Java lets BigDecimal's own exception through.
Result<Value> decimal_of_text(Arena& arena, std::string_view text) {
  auto decimal = parse_decimal(arena, text);
  if (decimal.ok()) return decimal;
  return decimal.error().as_java(kNumberFormatException);
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

template <typename Items, typename Append>
void append_joined(std::string& out, char open, char close, const Items& items, Append append) {
  out.push_back(open);
  bool first = true;
  for (const auto& item : items) {
    if (!first) out.push_back(',');
    first = false;
    append(item);
  }
  out.push_back(close);
}

}  // namespace

void append_value_text(std::string& out, const Value& value, bool embedded) {
  switch (value.kind()) {
    case Kind::kString:
      if (embedded) {
        append_quoted(out, value.as_string());
      } else {
        out.append(value.as_string());
      }
      break;
    case Kind::kBytes:
      if (embedded) out.push_back('"');
      append_base64(out, value.as_bytes());
      if (embedded) out.push_back('"');
      break;
    case Kind::kArray:
      append_joined(out, '[', ']', value.as_array(),
                    [&](const Value& item) { append_value_text(out, item, true); });
      break;
    case Kind::kMap:
      append_joined(out, '{', '}', value.as_map(), [&](const MapEntry& entry) {
        append_value_text(out, entry.key, true);
        out.push_back(':');
        append_value_text(out, entry.value, true);
      });
      break;
    case Kind::kStruct: {
      const StructNode& node = value.as_struct();
      size_t index = 0;
      append_joined(out, '{', '}', node.schema->fields(), [&](const Field& field) {
        append_quoted(out, field.name);
        out.push_back(':');
        append_value_text(out, field_or_default(node, index++), true);
      });
      break;
    }
    case Kind::kDate:
      append_java_date(out, value.as_integer() * kDayMs);
      break;
    case Kind::kTime:
    case Kind::kTimestamp:
      append_java_date(out, value.as_integer());
      break;
    default:
      append_java_text(out, value);
  }
}

Result<Value> convert_value(Arena& arena, const Schema* schema, const Value& value, ConversionTarget target) {
  switch (target) {
    case ConversionTarget::kList:
      return to_container(arena, value, Kind::kArray, "Schema{ARRAY}");
    case ConversionTarget::kMap:
      return to_container(arena, value, Kind::kMap, "Schema{MAP}");
    case ConversionTarget::kDate:
      return to_date(arena, schema, value);
    case ConversionTarget::kTime:
      return to_time(arena, schema, value);
    case ConversionTarget::kTimestamp:
      return to_timestamp(arena, schema, value);
    default:
      break;
  }
  if (value.is_null()) return value;
  switch (target) {
    case ConversionTarget::kBoolean:
      return to_boolean(arena, schema, value);
    case ConversionTarget::kFloat32:
    case ConversionTarget::kFloat64:
      return to_float(arena, schema, value, target);
    case ConversionTarget::kString: {
      std::string text;
      append_value_text(text, value);
      return Value::string(arena.copy(text));
    }
    default:
      return to_integer(arena, schema, value, target);
  }
}

Result<Value> convert_to_decimal(Arena& arena, const Schema* /*schema*/, const Value& value, int32_t scale) {
  if (value.is_null()) return null_refused();
  if (value.kind() == Kind::kDecimal) return value;
  if (value.kind() == Kind::kBytes) {
    if (value.as_bytes().empty()) return bad_record("Zero length BigInteger").as_java(kNumberFormatException);
    return Value::decimal(minimal_unscaled(value.as_bytes()), scale);
  }
  if (value.kind() == Kind::kString) return decimal_of_text(arena, value.as_string());
  if (is_integer(value) || is_float(value)) {
    std::string text;
    append_java_float64(text, is_float(value) ? value.as_float64() : static_cast<double>(value.as_integer()));
    return decimal_of_text(arena, text);
  }
  return cannot(value, "Schema{" + std::string(kDecimalName) + ":BYTES}");
}

Result<Value> convert_to_schema(Arena& arena, const Schema& target, const Schema* schema,
                                const Value& value) {
  if (value.is_null()) {
    if (target.optional()) return value;
    return null_refused();
  }
  switch (target.value_kind()) {
    case Kind::kDecimal:
      return convert_to_decimal(arena, schema, value, target.decimal_scale());
    case Kind::kDate:
      return to_date(arena, schema, value);
    case Kind::kTime:
      return to_time(arena, schema, value);
    case Kind::kTimestamp:
      return to_timestamp(arena, schema, value);
    case Kind::kBytes:
    case Kind::kStruct:
      if (value.kind() == target.value_kind()) return value;
      return cannot(value, schema_text(target));
    case Kind::kArray:
      return to_container(arena, value, Kind::kArray, schema_text(target));
    case Kind::kMap:
      return to_container(arena, value, Kind::kMap, schema_text(target));
    case Kind::kString:
      return convert_value(arena, schema, value, ConversionTarget::kString);
    case Kind::kBoolean:
      return convert_value(arena, schema, value, ConversionTarget::kBoolean);
    case Kind::kInt8:
      return convert_value(arena, schema, value, ConversionTarget::kInt8);
    case Kind::kInt16:
      return convert_value(arena, schema, value, ConversionTarget::kInt16);
    case Kind::kInt32:
      return convert_value(arena, schema, value, ConversionTarget::kInt32);
    case Kind::kInt64:
      return convert_value(arena, schema, value, ConversionTarget::kInt64);
    case Kind::kFloat32:
      return convert_value(arena, schema, value, ConversionTarget::kFloat32);
    default:
      return convert_value(arena, schema, value, ConversionTarget::kFloat64);
  }
}

}  // namespace sluice::sdk
