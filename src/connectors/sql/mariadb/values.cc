#include "connectors/sql/mariadb/values.h"

#include <fmt/core.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr int kInt64Digits = 18;

template <typename T>
T little_endian(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}
static_assert(std::endian::native == std::endian::little);

Error wrong_length(BytesView bytes) {
  return bad_record(fmt::format("the server sent {} bytes for it", bytes.size()));
}

struct Civil {
  int year = 0;
  int month = 0;
  int day = 0;
  Instant time;  // of the day
  bool zero() const { return year == 0 && month == 0 && day == 0; }
};

/// 0, 4, 7 or 11 bytes.
Result<Civil> read_civil(BytesView bytes) {
  Civil civil;
  if (!bytes.empty() && bytes.size() != 4 && bytes.size() != 7 && bytes.size() != 11)
    return wrong_length(bytes);
  const auto at = [&](size_t i) { return static_cast<int>(static_cast<uint8_t>(bytes[i])); };
  if (bytes.size() >= 4) {
    civil.year = little_endian<uint16_t>(bytes.data());
    civil.month = at(2);
    civil.day = at(3);
  }
  if (bytes.size() >= 7) civil.time.seconds = (at(4) * 60 + at(5)) * 60 + at(6);
  if (bytes.size() == 11) {
    const uint32_t micros = little_endian<uint32_t>(bytes.data() + 7);
    if (micros >= kMicrosPerSecond) return wrong_length(bytes);
    civil.time.nanos = static_cast<int32_t>(micros) * 1000;
  }
  return civil;
}

/// The clock's face; nothing for a zero date that is to be null.
Result<std::optional<Instant>> read_local(const MariaDbDecoding& how, BytesView bytes) {
  SLUICE_ASSIGN_OR_RETURN(const Civil civil, read_civil(bytes));
  if (civil.month >= 1 && civil.month <= 12 && civil.day >= 1 && civil.day <= 31) {
    const int64_t days = days_from_civil(civil.year, civil.month, civil.day);
    return std::optional(Instant{days * kSecondsPerDay + civil.time.seconds, civil.time.nanos});
  }
  if (civil.zero() && how.zero_dates == ZeroDates::kNull) return std::optional<Instant>();
  if (civil.zero() && how.zero_dates == ZeroDates::kRound)
    return std::optional(Instant{days_from_civil(1, 1, 1) * kSecondsPerDay, 0});
  return bad_record(
      fmt::format("'{:04}-{:02}-{:02}' is no date; set "
                  "zeroDateTimeBehavior=CONVERT_TO_NULL (or ROUND) in "
                  "connection.url for zero dates, or mend the row",
                  civil.year, civil.month, civil.day));
}

/// 0, 8 or 12 bytes: sign, days, hours, minutes, seconds, microseconds.
Result<int64_t> read_time(BytesView bytes) {
  if (bytes.empty()) return 0;
  if (bytes.size() != 8 && bytes.size() != 12) return wrong_length(bytes);
  const auto at = [&](size_t i) { return static_cast<int64_t>(static_cast<uint8_t>(bytes[i])); };
  const int64_t days = little_endian<uint32_t>(bytes.data() + 1);
  const int64_t hours = days * 24 + at(5);
  const int64_t seconds = (hours * 60 + at(6)) * 60 + at(7);
  const int64_t micros = bytes.size() == 12 ? little_endian<uint32_t>(bytes.data() + 8) : 0;
  const bool negative = at(0) != 0;
  if (negative || hours >= 24) {
    return bad_record(
        fmt::format("{}{:02}:{:02}:{:02} is no time of day; read it as "
                    "TIME_TO_SEC(…) or CAST(… AS CHAR) in a "
                    "query",
                    negative ? "-" : "", hours, at(6), at(7)));
  }
  return seconds * kNanosPerSecond + micros * 1000;
}

std::optional<int64_t> read_integer(MariaDbForm form, BytesView bytes) {
  const char* at = bytes.data();
  switch (form) {
    case MariaDbForm::kInt8:
      return little_endian<int8_t>(at);
    case MariaDbForm::kUint8:
      return little_endian<uint8_t>(at);
    case MariaDbForm::kInt16:
      return little_endian<int16_t>(at);
    case MariaDbForm::kUint16:
    case MariaDbForm::kYear:
      return little_endian<uint16_t>(at);
    case MariaDbForm::kInt32:
      return little_endian<int32_t>(at);
    case MariaDbForm::kUint32:
      return little_endian<uint32_t>(at);
    case MariaDbForm::kInt64:
    case MariaDbForm::kUint64:
      return little_endian<int64_t>(at);
    default:
      return std::nullopt;
  }
}

/// The number that up to eight bytes make, the highest first.
uint64_t bits_of(BytesView bytes) {
  uint64_t bits = 0;
  for (const char byte : bytes) bits = bits << 8 | static_cast<uint8_t>(byte);
  return bits;
}

Result<Value> decode_bits(const FieldPlan& field, BytesView bytes, sdk::Arena& arena) {
  if (bytes.size() > sizeof(uint64_t)) return wrong_length(bytes);
  if (field.target == Target::kBytes) return Value::bytes(arena.copy(bytes));
  const uint64_t bits = bits_of(bytes);
  if (field.target == Target::kBoolean) return Value::boolean(bits != 0);
  return Value::int8(static_cast<int8_t>(bits));
}

/// "-12.50" as the number × 10^places; nothing if that is too long.
std::optional<std::pair<int64_t, int>> small_decimal(BytesView text) {
  if (text.size() > kInt64Digits) return std::nullopt;
  int64_t value = 0;
  int places = -1;
  for (const char c : text.substr(text.starts_with('-') ? 1 : 0)) {
    if (c == '.' && places < 0) {
      places = 0;
    } else if (c >= '0' && c <= '9') {
      value = value * 10 + (c - '0');
      if (places >= 0) ++places;
    } else {
      return std::nullopt;
    }
  }
  return std::pair(text.starts_with('-') ? -value : value, std::max(places, 0));
}

Result<Value> decode_decimal(const FieldPlan& field, BytesView text, sdk::Arena& arena) {
  if (const auto small = small_decimal(text)) return decimal_value(arena, field, small->first, small->second);
  return decimal_value(arena, field, text);
}

Result<Value> decode_integer(const MariaDbDecoding& how, const FieldPlan& field, const RowPlan& plan,
                             BytesView bytes) {
  const int64_t value = *read_integer(how.form, bytes);
  if (how.form == MariaDbForm::kUint64 && value < 0) {
    return bad_record(
        fmt::format("{} does not fit 64 bits with a sign; read "
                    "it as CAST(… AS DECIMAL(20)) in a query",
                    static_cast<uint64_t>(value)));
  }
  switch (field.target) {
    case Target::kBoolean:
      return Value::boolean(value != 0);
    case Target::kDate:  // a year
      return date_value(plan, days_from_civil(value, 1, 1));
    default:
      return integer_value(field.target, value);
  }
}

/// Stands for no value in a result that may be one.
Result<Value> decode_time(const MariaDbDecoding& how, const FieldPlan& field, const RowPlan& plan,
                          BytesView bytes, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const auto local, read_local(how, bytes));
  if (!local && field.required)
    return bad_record(
        "a zero date is to be null, and the column is NOT NULL; "
        "set zeroDateTimeBehavior=ROUND");
  if (!local) return Value();
  if (how.form == MariaDbForm::kDate) return date_value(plan, floor_div(local->seconds, kSecondsPerDay));
  const bool utc = how.form == MariaDbForm::kTimestamp;
  return timestamp_value(arena, plan, utc ? *local : instant_of_local(plan, *local));
}

}  // namespace

int mariadb_wire_size(MariaDbForm form) {
  switch (form) {
    case MariaDbForm::kInt8:
    case MariaDbForm::kUint8:
      return 1;
    case MariaDbForm::kInt16:
    case MariaDbForm::kUint16:
    case MariaDbForm::kYear:
      return 2;
    case MariaDbForm::kInt32:
    case MariaDbForm::kUint32:
    case MariaDbForm::kFloat:
      return 4;
    case MariaDbForm::kInt64:
    case MariaDbForm::kUint64:
    case MariaDbForm::kDouble:
      return 8;
    case MariaDbForm::kDate:
    case MariaDbForm::kTime:
    case MariaDbForm::kDateTime:
    case MariaDbForm::kTimestamp:
      return -1;
    default:
      return 0;
  }
}

BytesView take_mariadb_cell(int wire_size, const unsigned char*& row) {
  size_t size = static_cast<size_t>(wire_size);
  if (wire_size < 0) {
    size = *row++;
  } else if (wire_size == 0) {
    const unsigned char first = *row++;
    size = first;
    if (first >= 252) {  // 252, 253, 254: the length follows in two, three or eight bytes
      const int width = first == 252 ? 2 : first == 253 ? 3 : 8;
      size = 0;
      for (int i = 0; i < width; ++i) size |= static_cast<size_t>(row[i]) << (8 * i);
      row += width;
    }
  }
  const BytesView cell(reinterpret_cast<const char*>(row), size);
  row += size;
  return cell;
}

Result<Value> decode_mariadb(const MariaDbDecoding& how, const FieldPlan& field, const RowPlan& plan,
                             BytesView bytes, sdk::Arena& arena) {
  switch (how.form) {
    case MariaDbForm::kNull:
      return Value();
    case MariaDbForm::kText:
      return Value::string(arena.copy(bytes));
    case MariaDbForm::kBytes:
      return Value::bytes(arena.copy(bytes));
    case MariaDbForm::kBits:
      return decode_bits(field, bytes, arena);
    case MariaDbForm::kDecimal:
      return decode_decimal(field, bytes, arena);
    case MariaDbForm::kFloat:
      return Value::float32(little_endian<float>(bytes.data()));
    case MariaDbForm::kDouble:
      return Value::float64(little_endian<double>(bytes.data()));
    case MariaDbForm::kTime: {
      SLUICE_ASSIGN_OR_RETURN(const int64_t nanos, read_time(bytes));
      return time_value(plan, nanos);
    }
    case MariaDbForm::kDate:
    case MariaDbForm::kDateTime:
    case MariaDbForm::kTimestamp:
      return decode_time(how, field, plan, bytes, arena);
    default:
      return decode_integer(how, field, plan, bytes);
  }
}

Result<std::optional<Instant>> mariadb_instant(const MariaDbDecoding& how, const RowPlan& plan,
                                               BytesView bytes) {
  switch (how.form) {
    case MariaDbForm::kTimestamp:
      return read_local(how, bytes);
    case MariaDbForm::kDate:
    case MariaDbForm::kDateTime: {
      SLUICE_ASSIGN_OR_RETURN(const auto local, read_local(how, bytes));
      return local ? std::optional(instant_of_local(plan, *local)) : std::nullopt;
    }
    case MariaDbForm::kYear:
      return std::optional(instant_of_local(
          plan, {days_from_civil(*read_integer(how.form, bytes), 1, 1) * kSecondsPerDay, 0}));
    case MariaDbForm::kText: {
      const auto parsed = parse_time(bytes);
      if (!parsed) return bad_record(fmt::format("'{}' is no time", bytes.substr(0, 40)));
      return std::optional(parsed->offset_s
                               ? Instant{parsed->local.seconds - *parsed->offset_s, parsed->local.nanos}
                               : instant_of_local(plan, parsed->local));
    }
    default:
      return bad_record("a column of this type is no time");
  }
}

}  // namespace sluice::connectors::sql
