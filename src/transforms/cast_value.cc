#include "transforms/cast_value.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "sdk/data/base64.h"
#include "sdk/data/java_number.h"
#include "sdk/data/value_convert.h"
#include "sdk/data/values.h"
#include "transforms/requirements.h"

namespace sluice::transforms {
namespace {

using sdk::Kind;
using sdk::Type;
using sdk::Value;

bool is_integer(Kind kind) { return kind >= Kind::kInt8 && kind <= Kind::kInt64; }
bool is_float(Kind kind) { return kind == Kind::kFloat32 || kind == Kind::kFloat64; }
bool is_temporal(Kind kind) { return kind >= Kind::kDate; }

template <typename Integer>
Integer saturated(double number) {
  if (std::isnan(number)) return 0;
  if (number >= -static_cast<double>(std::numeric_limits<Integer>::min()))
    return std::numeric_limits<Integer>::max();
  if (number <= static_cast<double>(std::numeric_limits<Integer>::min()))
    return std::numeric_limits<Integer>::min();
  return static_cast<Integer>(number);
}

/// Number.longValue or intValue: what narrower types cut.
int64_t whole_part(sdk::Arena& arena, const Value& value, Type target) {
  if (is_float(value.kind())) {
    const bool by_long = target == Type::kInt64 || target == Type::kBoolean;
    return by_long ? saturated<int64_t>(value.as_float64()) : saturated<int32_t>(value.as_float64());
  }
  if (value.kind() == Kind::kDecimal) {
    const auto number = convert_value(arena, nullptr, value, sdk::ConversionTarget::kInt64);
    return number.ok() ? number->as_integer() : 0;
  }
  return value.as_integer();
}

double as_double(const Value& value) {
  if (is_float(value.kind())) return value.as_float64();
  if (value.kind() == Kind::kDecimal) return decimal_to_float64(value);
  return static_cast<double>(value.as_integer());
}

float as_float(const Value& value) {
  if (is_float(value.kind())) return static_cast<float>(value.as_float64());
  if (value.kind() == Kind::kDecimal) {
    std::string text;
    sdk::append_decimal_text(text, value.as_bytes(), value.decimal_scale());
    return sdk::parse_java_float32(text).value_or(0);
  }
  return static_cast<float>(value.as_integer());
}

Value make_integer(Type target, int64_t number) {
  switch (target) {
    case Type::kInt8:
      return Value::int8(static_cast<int8_t>(number));
    case Type::kInt16:
      return Value::int16(static_cast<int16_t>(number));
    case Type::kInt32:
      return Value::int32(static_cast<int32_t>(number));
    case Type::kInt64:
      return Value::int64(number);
    default:
      return Value::boolean(number != 0);
  }
}

/// Long.parseLong and its smaller brothers.
std::optional<int64_t> parse_integer(std::string_view text, Type target) {
  if (text.size() > 1 && text[0] == '+') text.remove_prefix(text[1] == '-' ? 0 : 1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (make_integer(target, number).as_integer() != number) return std::nullopt;
  return number;
}

bool is_true(std::string_view text) {
  if (text.size() != 4) return false;
  static constexpr std::string_view kTrue = "true";
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != kTrue[i]) return false;
  }
  return true;
}

Error out_of_range(const Value& value) {
  std::string message("Value (");
  append_java_text(message, value);
  message.append(") was out of range for requested data type");
  std::string cause("For input string: \"");
  cause.append(value.as_string()).append("\"");
  return bad_record(std::move(cause))
      .as_java("java.lang.NumberFormatException")
      .wrap(ErrorKind::kBadRecord, std::move(message));
}

Status cast_text(const Value& value, Type target, Value& to) {
  const std::string_view text = value.as_string();
  if (target == Type::kString) {
    to = value;
  } else if (target == Type::kBoolean) {
    to = Value::boolean(is_true(text));
  } else if (target == Type::kFloat32) {
    const auto number = sdk::parse_java_float32(text);
    if (!number) return out_of_range(value);
    to = Value::float32(*number);
  } else if (target == Type::kFloat64) {
    const auto number = sdk::parse_java_float64(text);
    if (!number) return out_of_range(value);
    to = Value::float64(*number);
  } else {
    const auto number = parse_integer(text, target);
    if (!number) return out_of_range(value);
    to = make_integer(target, *number);
  }
  return {};
}

void cast_number(sdk::Arena& arena, const Value& value, Type target, Value& to) {
  if (target == Type::kFloat32) {
    to = Value::float32(as_float(value));
  } else if (target == Type::kFloat64) {
    to = Value::float64(as_double(value));
  } else {
    to = make_integer(target, whole_part(arena, value, target));
  }
}

Value text_of_integer(sdk::Arena& arena, int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return Value::string(arena.copy({digits, static_cast<size_t>(end - digits)}));
}

Value text_of(sdk::Arena& arena, const Value& value) {
  if (value.kind() == Kind::kString) return value;
  if (is_integer(value.kind())) return text_of_integer(arena, value.as_integer());
  std::string text;
  if (is_temporal(value.kind())) {
    append_value_text(text, value);
  } else if (value.kind() == Kind::kBytes) {
    sdk::append_base64(text, value.as_bytes());
  } else {
    append_java_text(text, value);
  }
  return Value::string(arena.copy(text));
}

/// The type that Java takes the value for; nothing for those it has no type for without a schema.
std::optional<Type> inferred_type(const sdk::Schema* schema, const Value& value) {
  if (schema != nullptr) return schema->type();
  switch (value.kind()) {
    case Kind::kArray:
      return Type::kArray;
    case Kind::kMap:
      return Type::kMap;
    case Kind::kStruct:
      return Type::kStruct;
    case Kind::kDecimal:
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kTimestamp:
      return std::nullopt;
    default:
      return Type::kInt8;  // any that may be cast
  }
}

Error refuse(const sdk::Schema* schema, const Value& value) {
  const auto type = inferred_type(schema, value);
  if (!type) {
    return bad_record("Cast transformation was passed a value of type " + class_text(value) +
                      " which is not supported by Connect's data API");
  }
  if (*type >= Type::kArray) {
    return bad_record("Cast transformation does not support casting from " + std::string(type_name(*type)) +
                      "; supported types are " + std::string(cast_inputs()));
  }
  return bad_record("Unexpected type in Cast transformation: " + class_text(value));
}

}  // namespace

std::string_view cast_outputs() { return "[INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING]"; }

std::string_view cast_inputs() {
  return "[INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING, BYTES]";
}

bool is_cast_output(sdk::Type type) { return type < Type::kBytes; }

Status cast_value(sdk::Arena& arena, const sdk::Schema* schema, const Value& value, Type target, Value& to) {
  const Kind kind = value.kind();
  if (kind == Kind::kNull) {
    to = value;
    return {};
  }
  if (is_integer(kind) || is_float(kind) || kind == Kind::kBoolean) {
    if (target == Type::kString) {
      to = text_of(arena, value);
    } else {
      cast_number(arena, value, target, to);
    }
    return {};
  }
  if (kind == Kind::kString) return cast_text(value, target, to);
  const auto type = inferred_type(schema, value);
  if (!type || *type >= Type::kArray) return refuse(schema, value);
  if (target == Type::kString) {
    to = text_of(arena, value);
    return {};
  }
  if (!is_temporal(kind) && kind != Kind::kDecimal) return refuse(schema, value);
  cast_number(arena, value, target, to);
  return {};
}

}  // namespace sluice::transforms
