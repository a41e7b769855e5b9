#include "connectors/sql/postgres/values.h"

#include <fmt/core.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr int64_t kEpochSeconds = 946'684'800;  // PostgreSQL counts from 2000
constexpr int64_t kEpochDays = 10'957;
// What the JDBC driver makes of infinity, in seconds.
constexpr Instant kInfinity{9'223'372'036'825'200, 0};
constexpr Instant kMinusInfinity{-9'223'372'036'832'400, 0};
constexpr int kNumericBase = 10'000;
constexpr int kNumericHeader = 8;

template <typename T>
T big_endian(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value)));
  if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value)));
  if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
}

Error wrong_length(BytesView bytes) {
  return bad_record(fmt::format("the server sent {} bytes for it", bytes.size()));
}

struct Numeric {
  int digits;
  int weight;  // of the first digit, in powers of 10,000
  uint16_t sign;
  int scale;
  const char* at;
  int digit(int i) const { return big_endian<uint16_t>(at + 2 * i); }
  bool negative() const { return sign == 0x4000; }
  bool finite() const { return sign == 0 || sign == 0x4000; }
};

Result<Numeric> read_numeric(BytesView bytes) {
  if (bytes.size() < kNumericHeader) return wrong_length(bytes);
  const Numeric numeric{big_endian<uint16_t>(bytes.data()), big_endian<int16_t>(bytes.data() + 2),
                        big_endian<uint16_t>(bytes.data() + 4), big_endian<uint16_t>(bytes.data() + 6),
                        bytes.data() + kNumericHeader};
  if (bytes.size() != kNumericHeader + 2 * static_cast<size_t>(numeric.digits)) return wrong_length(bytes);
  for (int i = 0; i < numeric.digits; ++i) {
    if (numeric.digit(i) >= kNumericBase) return bad_record("the server sent a numeric with a wrong digit");
  }
  return numeric;
}

/// The number × 10^scale, if it is whole and small.
std::optional<int64_t> small_unscaled(const Numeric& numeric, int scale) {
  static constexpr int64_t kPowers[] = {1, 10, 100, 1000};
  int64_t result = 0;
  if (numeric.digits == 0) return 0;
  if (scale < 0 || (numeric.weight + 1) * 4 + scale > 18) return std::nullopt;
  for (int i = 0; i < numeric.digits; ++i) {
    const int exponent = (numeric.weight - i) * 4 + scale;
    int64_t digit = numeric.digit(i);
    if (exponent <= -4) {
      if (digit != 0) return std::nullopt;
    } else if (exponent < 0) {
      if (digit % kPowers[-exponent] != 0) return std::nullopt;
      result += digit / kPowers[-exponent];
    } else {
      for (int left = exponent; left > 0; left -= 4) digit *= left >= 4 ? kNumericBase : kPowers[left];
      result += digit;
    }
  }
  return numeric.negative() ? -result : result;
}

std::string text_of(const Numeric& numeric) {
  if (!numeric.finite())
    return numeric.sign == 0xC000 ? "NaN" : numeric.sign == 0xD000 ? "Infinity" : "-Infinity";
  std::string text = numeric.negative() ? "-" : "";
  if (numeric.weight < 0) text += "0";
  for (int i = 0; i <= numeric.weight; ++i) {
    const int digit = i < numeric.digits ? numeric.digit(i) : 0;
    text += i == 0 ? std::to_string(digit) : fmt::format("{:04}", digit);
  }
  if (numeric.scale == 0) return text;
  std::string fraction;
  for (int i = numeric.weight + 1; static_cast<int>(fraction.size()) < numeric.scale; ++i) {
    fraction += fmt::format("{:04}", i >= 0 && i < numeric.digits ? numeric.digit(i) : 0);
  }
  return text + "." + fraction.substr(0, static_cast<size_t>(numeric.scale));
}

Result<Value> decode_numeric(const FieldPlan& field, BytesView bytes, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const Numeric numeric, read_numeric(bytes));
  if (field.target == Target::kFloat64) {
    const std::string text = text_of(numeric);
    if (numeric.sign == 0xC000) return Value::float64(std::numeric_limits<double>::quiet_NaN());
    if (!numeric.finite()) return Value::float64(text[0] == '-' ? -HUGE_VAL : HUGE_VAL);
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return Value::float64(number);
  }
  if (!numeric.finite()) {
    return bad_record(
        fmt::format("{} is no decimal number; exclude such rows, or set numeric.mapping to best_fit to "
                    "read numerics without a precision as doubles",
                    text_of(numeric)));
  }
  const auto small = small_unscaled(numeric, field.scale);
  if (field.target != Target::kDecimal) {
    if (!small) return bad_record(fmt::format("{} is no whole number of 64 bits", text_of(numeric)));
    return integer_value(field.target, *small);
  }
  if (small) return Value::decimal(sdk::unscaled_of(arena, *small), field.scale);
  auto exact = decimal_value(arena, field, text_of(numeric));
  if (exact.ok()) return exact;
  return bad_record(
      fmt::format("{} does not fit a Decimal of scale {}; give the column a precision and scale, CAST it in "
                  "a query, or set numeric.mapping to best_fit",
                  text_of(numeric), field.scale));
}

Value decode_uuid(BytesView bytes, sdk::Arena& arena) {
  static constexpr char kHex[] = "0123456789abcdef";
  auto* text = arena.array<char>(36);
  size_t at = 0;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text[at++] = '-';
    text[at++] = kHex[static_cast<uint8_t>(bytes[i]) >> 4];
    text[at++] = kHex[static_cast<uint8_t>(bytes[i]) & 15];
  }
  return Value::string({text, 36});
}

Result<Value> decode_bits(const FieldPlan& field, BytesView bytes) {
  if (bytes.size() < 4) return wrong_length(bytes);
  const int count = big_endian<int32_t>(bytes.data());
  bytes.remove_prefix(4);
  if (field.target == Target::kBytes) return Value::bytes(bytes);
  if (bytes.size() != 1 || count < 1 || count > 8) return wrong_length(bytes);
  const int value = static_cast<uint8_t>(bytes[0]) >> (8 - count);
  if (field.target == Target::kBoolean) return Value::boolean(value != 0);
  return Value::int8(static_cast<int8_t>(value));  // eight bits: two's complement
}

Result<Value> decode_date(const RowPlan& plan, BytesView bytes) {
  if (bytes.size() != 4) return wrong_length(bytes);
  const auto days = big_endian<int32_t>(bytes.data());
  if (days == std::numeric_limits<int32_t>::max() || days == std::numeric_limits<int32_t>::min()) {
    return bad_record(
        "the date is infinity, which no Connect Date can hold; exclude such rows or CAST it to timestamp");
  }
  return date_value(plan, days + kEpochDays);
}

Result<Value> decode_time(PostgresForm form, const RowPlan& plan, BytesView bytes) {
  const bool zoned = form == PostgresForm::kTimeTz;
  if (bytes.size() != (zoned ? 12U : 8U)) return wrong_length(bytes);
  int64_t micros = big_endian<int64_t>(bytes.data());
  if (micros < 0 || micros > kSecondsPerDay * kMicrosPerSecond)
    return bad_record("the server sent no time of day");
  if (!zoned) return time_value(plan, micros * 1000);
  micros += big_endian<int32_t>(bytes.data() + 8) * kMicrosPerSecond;  // seconds west of UTC
  return Value::time(static_cast<int32_t>(floor_mod(micros / 1000, kMsPerDay)));
}

/// Fixed-length forms by their length, 0 for others.
size_t length_of(PostgresForm form) {
  switch (form) {
    case PostgresForm::kBool:
      return 1;
    case PostgresForm::kInt2:
      return 2;
    case PostgresForm::kInt4:
    case PostgresForm::kOid:
    case PostgresForm::kFloat4:
      return 4;
    case PostgresForm::kInt8:
    case PostgresForm::kFloat8:
    case PostgresForm::kMoney:
      return 8;
    case PostgresForm::kUuid:
      return 16;
    default:
      return 0;
  }
}

}  // namespace

PostgresType postgres_type(uint32_t oid) {
  switch (oid) {
    case 16:
      return {PostgresForm::kBool, SqlType::kBoolean};
    case 17:
      return {PostgresForm::kBytea, SqlType::kBinary};
    case 20:
      return {PostgresForm::kInt8, SqlType::kBigint};
    case 21:
      return {PostgresForm::kInt2, SqlType::kSmallint};
    case 23:
      return {PostgresForm::kInt4, SqlType::kInteger};
    case 26:
      return {PostgresForm::kOid, SqlType::kBigint};
    case 18:    // "char"
    case 19:    // name
    case 25:    // text
    case 114:   // json
    case 142:   // xml
    case 705:   // unknown: a bare literal
    case 1042:  // char(n)
    case 1043:  // varchar
      return {PostgresForm::kText, SqlType::kText};
    case 700:
      return {PostgresForm::kFloat4, SqlType::kReal};
    case 701:
      return {PostgresForm::kFloat8, SqlType::kDouble};
    case 790:
      return {PostgresForm::kMoney, SqlType::kDouble};
    case 1082:
      return {PostgresForm::kDate, SqlType::kDate};
    case 1083:
      return {PostgresForm::kTime, SqlType::kTime};
    case 1114:
      return {PostgresForm::kTimestamp, SqlType::kTimestamp};
    case 1184:
      return {PostgresForm::kTimestampTz, SqlType::kTimestamp};
    case 1266:
      return {PostgresForm::kTimeTz, SqlType::kTime};
    case 1560:
      return {PostgresForm::kBit, SqlType::kBit};
    case 1700:
      return {PostgresForm::kNumeric, SqlType::kNumeric};
    case 2950:
      return {PostgresForm::kUuid, SqlType::kText};
    case 3802:
      return {PostgresForm::kJsonb, SqlType::kText};
    default:
      return {};
  }
}

Result<std::string> postgres_numeric_text(BytesView bytes) {
  SLUICE_ASSIGN_OR_RETURN(const Numeric numeric, read_numeric(bytes));
  return text_of(numeric);
}

Result<Instant> postgres_instant(PostgresForm form, const RowPlan& plan, BytesView bytes) {
  if (form == PostgresForm::kText) {
    const auto parsed = parse_time(bytes);
    if (!parsed) return bad_record(fmt::format("'{}' is no time", bytes.substr(0, 40)));
    if (parsed->offset_s) return Instant{parsed->local.seconds - *parsed->offset_s, parsed->local.nanos};
    return instant_of_local(plan, parsed->local);
  }
  if (form == PostgresForm::kDate && bytes.size() == 4) {
    const auto days = big_endian<int32_t>(bytes.data());
    return instant_of_local(plan, {(days + kEpochDays) * kSecondsPerDay, 0});
  }
  if ((form != PostgresForm::kTimestamp && form != PostgresForm::kTimestampTz) || bytes.size() != 8) {
    return wrong_length(bytes);
  }
  const auto micros = big_endian<int64_t>(bytes.data());
  if (micros == std::numeric_limits<int64_t>::max()) return kInfinity;
  if (micros == std::numeric_limits<int64_t>::min()) return kMinusInfinity;
  Instant instant = Instant::from_micros(micros);
  instant.seconds += kEpochSeconds;
  return form == PostgresForm::kTimestampTz ? instant : instant_of_local(plan, instant);
}

Result<Value> decode_postgres(PostgresForm form, const FieldPlan& field, const RowPlan& plan, BytesView bytes,
                              int money_digits, sdk::Arena& arena) {
  if (const size_t length = length_of(form); length != 0 && bytes.size() != length)
    return wrong_length(bytes);
  switch (form) {
    case PostgresForm::kBool:
      return Value::boolean(bytes[0] != 0);
    case PostgresForm::kInt2:
      return Value::int16(big_endian<int16_t>(bytes.data()));
    case PostgresForm::kInt4:
      return Value::int32(big_endian<int32_t>(bytes.data()));
    case PostgresForm::kInt8:
      return Value::int64(big_endian<int64_t>(bytes.data()));
    case PostgresForm::kOid:
      return Value::int64(big_endian<uint32_t>(bytes.data()));
    case PostgresForm::kFloat4:
      return Value::float32(std::bit_cast<float>(big_endian<uint32_t>(bytes.data())));
    case PostgresForm::kFloat8:
      return Value::float64(std::bit_cast<double>(big_endian<uint64_t>(bytes.data())));
    case PostgresForm::kMoney:
      return Value::float64(static_cast<double>(big_endian<int64_t>(bytes.data())) /
                            std::pow(10.0, money_digits));
    case PostgresForm::kNumeric:
      return decode_numeric(field, bytes, arena);
    case PostgresForm::kText:
      return Value::string(bytes);
    case PostgresForm::kJsonb:
      if (bytes.empty()) return wrong_length(bytes);
      return Value::string(bytes.substr(1));  // the first byte is a version
    case PostgresForm::kUuid:
      return decode_uuid(bytes, arena);
    case PostgresForm::kBytea:
      return Value::bytes(bytes);
    case PostgresForm::kDate:
      return decode_date(plan, bytes);
    case PostgresForm::kTime:
    case PostgresForm::kTimeTz:
      return decode_time(form, plan, bytes);
    case PostgresForm::kTimestamp:
    case PostgresForm::kTimestampTz: {
      SLUICE_ASSIGN_OR_RETURN(const Instant instant, postgres_instant(form, plan, bytes));
      return timestamp_value(arena, plan, instant);
    }
    case PostgresForm::kBit:
      return decode_bits(field, bytes);
    case PostgresForm::kUnknown:
      break;
  }
  return bad_record("its type cannot be read");
}

}  // namespace sluice::connectors::sql
