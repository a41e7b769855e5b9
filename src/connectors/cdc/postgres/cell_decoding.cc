// The part of a column's decoder that runs per cell.

#include <fmt/core.h>

#include <charconv>
#include <limits>

#include "connectors/cdc/common/handling.h"
#include "connectors/cdc/postgres/column_decoder.h"
#include "connectors/cdc/postgres/text_values.h"
#include "connectors/cdc/postgres/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Arena;
using sdk::Value;

constexpr size_t kShownMax = 80;
// What the JDBC driver makes of infinity, in milliseconds.
constexpr int64_t kInfinityMillis = 9'223'372'036'825'200'000;
constexpr int64_t kMinusInfinityMillis = -9'223'372'036'832'400'000;
// LocalDates that stand for it, in days.
constexpr int32_t kInfinityDays = 2'147'483'647;
constexpr int32_t kMinusInfinityDays = -2'147'483'648;

template <typename T>
Result<T> number_in(std::string_view text) {
  T number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) return number;
  if constexpr (std::is_floating_point_v<T>) {
    if (text == "NaN") return std::numeric_limits<T>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<T>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<T>::infinity();
    // Smaller than the smallest, or larger than the largest.
    if (parsed.ec == std::errc::result_out_of_range)
      return static_cast<T>(std::strtod(std::string(text).c_str(), nullptr));
  }
  return bad_record(fmt::format("'{}' is no number", text.substr(0, kShownMax)));
}

/// A number of any scale as its struct, without trailing zeros behind the point.
Result<Value> variable_decimal(std::string_view text, const sdk::Schema& schema, Arena& arena) {
  if (text.find('.') != std::string_view::npos) {
    while (text.ends_with('0')) text.remove_suffix(1);
    if (text.ends_with('.')) text.remove_suffix(1);
  }
  int64_t unscaled = 0;
  int scale = 0;
  Value decimal;
  if (small_decimal(text, unscaled, scale)) {
    decimal = Value::decimal(sdk::unscaled_of(arena, unscaled), scale);
  } else {
    SLUICE_ASSIGN_OR_RETURN(decimal, sdk::parse_decimal(arena, text));
  }
  sdk::StructNode* node = sdk::new_struct(arena, schema);
  node->mutable_values()[0] = Value::int32(decimal.decimal_scale());
  node->mutable_values()[1] = Value::bytes(decimal.as_bytes());
  return Value::structure(node);
}

int64_t infinity(int sign, int64_t unit) {
  return (sign > 0 ? kInfinityMillis : kMinusInfinityMillis) / unit;
}

}  // namespace

Result<Value> ColumnDecoder::decode_numeric(std::string_view text, Arena& arena) const {
  const bool special = text == "NaN" || text == "Infinity" || text == "-Infinity";
  if (options_.decimals == DecimalMode::kDouble) {
    SLUICE_ASSIGN_OR_RETURN(const double number, number_in<double>(text));
    return Value::float64(number);
  }
  if (options_.decimals == DecimalMode::kString) {
    if (!special) return Value::string(text);
    return Value::string(text == "NaN"        ? "NAN"
                         : text == "Infinity" ? "POSITIVE_INFINITY"
                                              : "NEGATIVE_INFINITY");
  }
  if (special) {
    return bad_record(fmt::format(
        "{} is no decimal number; set decimal.handling.mode to double or string to publish such values",
        text));
  }
  return variable_scale() ? variable_decimal(text, *schema_, arena) : precise_decimal(text, scale_, arena);
}

Result<Value> ColumnDecoder::decode_money(std::string_view text, Arena& arena) const {
  const std::string digits = money_digits(text);
  if (options_.decimals == DecimalMode::kString) return Value::string(arena.copy(digits));
  if (options_.decimals == DecimalMode::kDouble) {
    SLUICE_ASSIGN_OR_RETURN(const double number, number_in<double>(digits));
    return Value::float64(number);
  }
  return precise_decimal(digits, options_.money_digits, arena);
}

Result<Value> ColumnDecoder::decode_bytes(std::string_view text, Arena& arena) const {
  if (!text.starts_with("\\x")) return bad_record("bytes are not in hexadecimal form (bytea_output)");
  text.remove_prefix(2);
  if (options_.binaries == BinaryMode::kHex) return Value::string(text);
  SLUICE_ASSIGN_OR_RETURN(const BytesView bytes, parse_hex(text, arena));
  return binary_value(options_.binaries, bytes, arena);
}

Result<Value> ColumnDecoder::decode_date(std::string_view text, Arena& arena) const {
  SLUICE_ASSIGN_OR_RETURN(const DateTime date, parse_date(text));
  const auto days = date.infinite == 0  ? static_cast<int32_t>(date.days)
                    : date.infinite > 0 ? kInfinityDays
                                        : kMinusInfinityDays;
  return date_value(options_.times, days, arena);
}

Result<Value> ColumnDecoder::decode_time(std::string_view text, Arena& arena) const {
  SLUICE_ASSIGN_OR_RETURN(const int64_t micros, parse_time_micros(text));
  return time_value(options_.times, coarse(), micros, arena);
}

Result<Value> ColumnDecoder::decode_timestamp(std::string_view text, Arena& arena) const {
  SLUICE_ASSIGN_OR_RETURN(const DateTime at, parse_timestamp(text));
  if (at.infinite == 0) return timestamp_value(options_.times, coarse(), at.micros(), arena);
  if (options_.times == TimeMode::kIsoString)
    return Value::string(at.infinite > 0 ? "infinity" : "-infinity");
  const int64_t micros = infinity(at.infinite, 1);
  // Nanoseconds would not fit.
  const TimeMode times = options_.times == TimeMode::kNanos ? TimeMode::kMicros : options_.times;
  return timestamp_value(times, coarse(), micros, arena);
}

Result<Value> ColumnDecoder::decode_zoned(std::string_view text, Arena& arena) const {
  if (form_ == Form::kZonedTime) {
    SLUICE_ASSIGN_OR_RETURN(const int64_t micros, parse_time_micros(text));
    return Value::string(write_zoned_time(arena, micros));
  }
  SLUICE_ASSIGN_OR_RETURN(const DateTime at, parse_timestamp(text));
  if (at.infinite != 0) return Value::string(at.infinite > 0 ? "infinity" : "-infinity");
  return Value::string(write_zoned_timestamp(arena, at.micros(), scale_));
}

Result<Value> ColumnDecoder::decode_interval(std::string_view text, Arena& arena) const {
  SLUICE_ASSIGN_OR_RETURN(const Interval interval, parse_interval(text));
  if (options_.interval_as_text) return Value::string(arena.copy(interval_text(interval)));
  return Value::int64(interval_micros(interval));
}

Result<Value> ColumnDecoder::decode_hstore(std::string_view text, Arena& arena) const {
  SLUICE_ASSIGN_OR_RETURN(const HstoreEntries entries, parse_hstore(text));
  if (!options_.hstore_as_map) return Value::string(arena.copy(hstore_json(entries)));
  auto* items = arena.array<sdk::MapEntry>(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto& [key, value] = entries[i];
    items[i] = {Value::string(arena.copy(key)), value ? Value::string(arena.copy(*value)) : Value::null()};
  }
  return Value::map({items, entries.size()});
}

Result<Value> ColumnDecoder::decode_array(std::string_view text, Arena& arena) const {
  SLUICE_ASSIGN_OR_RETURN(const auto texts, parse_array(text, arena));
  auto* items = arena.array<Value>(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i]) continue;
    SLUICE_ASSIGN_OR_RETURN(items[i], element_->decode(*texts[i], arena));
  }
  return Value::array({items, texts.size()});
}

Result<Value> ColumnDecoder::decode(std::string_view text, Arena& arena) const {
  const auto number = [&]<typename T>(Value (*make)(T)) -> Result<Value> {
    SLUICE_ASSIGN_OR_RETURN(const T value, number_in<T>(text));
    return make(value);
  };
  switch (form_) {
    case Form::kNone:
      return Value::null();
    case Form::kText:
    case Form::kString:
    case Form::kEnum:
    case Form::kJson:
    case Form::kXml:
    case Form::kUuid:
    case Form::kLtree:
    case Form::kTsVector:
      return Value::string(text);
    case Form::kBoolean:
      return Value::boolean(text == "t");
    case Form::kBit:
      return Value::boolean(text == "1");
    case Form::kBits:
      return Value::bytes(bit_bytes(text, arena));
    case Form::kInt16:
      return number(&Value::int16);
    case Form::kInt32:
      return number(&Value::int32);
    case Form::kInt64:
      return number(&Value::int64);
    case Form::kFloat32:
      return number(&Value::float32);
    case Form::kFloat64:
      return number(&Value::float64);
    case Form::kNumeric:
      return decode_numeric(text, arena);
    case Form::kMoney:
      return decode_money(text, arena);
    case Form::kBytes:
      return decode_bytes(text, arena);
    case Form::kDate:
      return decode_date(text, arena);
    case Form::kTime:
      return decode_time(text, arena);
    case Form::kTimestamp:
      return decode_timestamp(text, arena);
    case Form::kZonedTime:
    case Form::kZonedTimestamp:
      return decode_zoned(text, arena);
    case Form::kInterval:
      return decode_interval(text, arena);
    case Form::kPoint:
      return parse_point(text, *schema_, arena);
    case Form::kGeometry:
    case Form::kGeography:
      return parse_geometry(text, *schema_, arena);
    case Form::kHstore:
      return decode_hstore(text, arena);
    case Form::kFloatVector:
    case Form::kDoubleVector:
      return parse_vector(text, form_ == Form::kDoubleVector, arena);
    case Form::kArray:
      return decode_array(text, arena);
    case Form::kUnknown:
      return binary_value(options_.binaries, text, arena);
  }
  return Value::null();
}

}  // namespace sluice::connectors::cdc::postgres
