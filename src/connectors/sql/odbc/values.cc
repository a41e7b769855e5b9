#include "connectors/sql/odbc/values.h"

#include <fmt/core.h>
#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "connectors/sql/odbc/utf16.h"
#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr size_t kShown = 60;

template <typename T>
Result<T> read_as(BytesView cell) {
  T value{};
  if (cell.size() < sizeof(T)) return bad_record(fmt::format("the driver gave {} bytes for it", cell.size()));
  std::memcpy(&value, cell.data(), sizeof(T));
  return value;
}

std::string text_of(BytesView cell) {
  std::u16string units(cell.size() / sizeof(char16_t), u'\0');
  std::memcpy(units.data(), cell.data(), units.size() * sizeof(char16_t));
  return to_utf8(units);
}

std::u16string_view units_of(BytesView cell) {
  return {reinterpret_cast<const char16_t*>(cell.data()), cell.size() / sizeof(char16_t)};
}

/// Of ASCII.
std::string_view lower_text(BytesView cell, sdk::Arena& arena) {
  const std::u16string_view units = units_of(cell);
  auto* const text = arena.array<char>(units.size());
  std::transform(units.begin(), units.end(), text, [](char16_t unit) {
    return static_cast<char>(unit >= 'A' && unit <= 'Z' ? unit - 'A' + 'a' : unit);
  });
  return {text, units.size()};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct Small {
  int64_t unscaled = 0;
  int scale = 0;
};
/// A number of up to 18 digits.
std::optional<Small> small_number(std::string_view text) {
  Small result;
  const bool negative = text.starts_with('-');
  bool point = false;
  int digits = 0;
  if (negative) text.remove_prefix(1);
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 18) return std::nullopt;
    result.unscaled = result.unscaled * 10 + (c - '0');
    result.scale += point ? 1 : 0;
  }
  if (digits == 0) return std::nullopt;
  if (negative) result.unscaled = -result.unscaled;
  return result;
}

Result<Value> decode_digits(const FieldPlan& field, std::string_view text, sdk::Arena& arena) {
  text = trimmed(text);
  const auto no_number = [&] { return bad_record(fmt::format("'{}' is no number", text.substr(0, kShown))); };
  if (field.target == Target::kFloat64) {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return no_number();
    return Value::float64(number);
  }
  const auto small = small_number(text);
  if (field.target == Target::kDecimal) {
    auto value = small ? decimal_value(arena, field, small->unscaled, small->scale)
                       : decimal_value(arena, field, text);
    if (value.ok()) return value;
    return bad_record(
        fmt::format("{} does not fit a Decimal of scale {}; CAST it in a query, or set "
                    "numeric.mapping to best_fit",
                    text.substr(0, kShown), field.scale));
  }
  std::string_view whole = text;
  if (const size_t point = text.find('.'); point != std::string_view::npos) {
    if (text.find_first_not_of('0', point + 1) != std::string_view::npos)
      return bad_record(fmt::format("{} is no whole number", text.substr(0, kShown)));
    whole = text.substr(0, point);
  }
  int64_t number = 0;
  const auto read = std::from_chars(whole.data(), whole.data() + whole.size(), number);
  if (read.ec == std::errc::result_out_of_range)
    return bad_record(fmt::format("{} is more than 64 bits can hold", text.substr(0, kShown)));
  if (read.ec != std::errc() || read.ptr != whole.data() + whole.size()) return no_number();
  return integer_value(field.target, number);
}

Result<Value> decode_int64(const FieldPlan& field, BytesView cell, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const int64_t number, read_as<int64_t>(cell));
  switch (field.target) {
    case Target::kBoolean:
      return Value::boolean(number != 0);
    case Target::kDecimal:
      return decimal_value(arena, field, number, 0);
    case Target::kFloat64:
      return Value::float64(static_cast<double>(number));
    default:
      return integer_value(field.target, number);
  }
}

Result<Instant> parse_zoned(const RowPlan& plan, BytesView cell, bool utc_without) {
  std::string text = text_of(cell);
  // "… 10:00:00.0000000 +02:00": SQL Server sets the zone apart.
  const size_t blank = text.rfind(' ');
  if (blank != std::string::npos && blank + 1 < text.size() &&
      (text[blank + 1] == '+' || text[blank + 1] == '-'))
    text.erase(blank, 1);
  const auto parsed = parse_time(text);
  if (!parsed) return bad_record(fmt::format("'{}' is no time", text.substr(0, kShown)));
  if (parsed->offset_s) return Instant{parsed->local.seconds - *parsed->offset_s, parsed->local.nanos};
  return utc_without ? parsed->local : instant_of_local(plan, parsed->local);
}

Result<Instant> read_timestamp(BytesView cell) {
  SLUICE_ASSIGN_OR_RETURN(const auto time, read_as<SQL_TIMESTAMP_STRUCT>(cell));
  if (time.month < 1 || time.month > 12 || time.day < 1 || time.day > 31 || time.fraction >= kNanosPerSecond)
    return bad_record(
        fmt::format("the driver gave {}-{}-{} for it, which is no day", time.year, time.month, time.day));
  const int64_t seconds = time.hour * 3600 + time.minute * 60 + time.second;
  return Instant{days_from_civil(time.year, time.month, time.day) * kSecondsPerDay + seconds,
                 static_cast<int32_t>(time.fraction)};
}

Result<int64_t> read_date(BytesView cell) {
  SLUICE_ASSIGN_OR_RETURN(const auto day, read_as<SQL_DATE_STRUCT>(cell));
  if (day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31)
    return bad_record(
        fmt::format("the driver gave {}-{}-{} for it, which is no day", day.year, day.month, day.day));
  return days_from_civil(day.year, day.month, day.day);
}

Result<Value> decode_time(const RowPlan& plan, BytesView cell) {
  const std::string text = text_of(cell);
  const auto nanos = parse_time_of_day(trimmed(text));
  if (nanos) return time_value(plan, *nanos);
  // With an offset: PostgreSQL's timetz.
  if (const auto parsed = parse_time("1970-01-01 " + text); parsed && parsed->offset_s) {
    const int64_t ms =
        (parsed->local.seconds - *parsed->offset_s) * kMsPerSecond + parsed->local.nanos / 1'000'000;
    return Value::time(static_cast<int32_t>(floor_mod(ms, kMsPerDay)));
  }
  return bad_record(fmt::format("'{}' is no time of day", text.substr(0, kShown)));
}

}  // namespace

Result<Instant> odbc_instant(OdbcForm form, const RowPlan& plan, BytesView cell) {
  switch (form) {
    case OdbcForm::kTimestamp: {
      SLUICE_ASSIGN_OR_RETURN(const Instant local, read_timestamp(cell));
      return instant_of_local(plan, local);
    }
    case OdbcForm::kInstant:
      return read_timestamp(cell);
    case OdbcForm::kDate: {
      SLUICE_ASSIGN_OR_RETURN(const int64_t days, read_date(cell));
      return instant_of_local(plan, {days * kSecondsPerDay, 0});
    }
    case OdbcForm::kText:
      return parse_zoned(plan, cell, false);
    case OdbcForm::kZonedText:
      return parse_zoned(plan, cell, true);
    case OdbcForm::kInt64: {
      SLUICE_ASSIGN_OR_RETURN(const int64_t ms, read_as<int64_t>(cell));
      return Instant::from_ms(ms);
    }
    default:
      return bad_record("its type holds no times");
  }
}

Result<Value> decode_odbc(OdbcForm form, const FieldPlan& field, const RowPlan& plan, BytesView cell,
                          sdk::Arena& arena) {
  switch (form) {
    case OdbcForm::kInt64:
      return decode_int64(field, cell, arena);
    case OdbcForm::kUint64:
    case OdbcForm::kDigits:
      return decode_digits(field, cell, arena);
    case OdbcForm::kFloat32: {
      SLUICE_ASSIGN_OR_RETURN(const float number, read_as<float>(cell));
      return Value::float32(number);
    }
    case OdbcForm::kFloat64: {
      SLUICE_ASSIGN_OR_RETURN(const double number, read_as<double>(cell));
      return Value::float64(number);
    }
    case OdbcForm::kText:
      return Value::string(to_utf8(arena, units_of(cell)));
    case OdbcForm::kLowerText:
      return Value::string(lower_text(cell, arena));
    case OdbcForm::kBinary:
      return Value::bytes(arena.copy(cell));
    case OdbcForm::kDate: {
      SLUICE_ASSIGN_OR_RETURN(const int64_t days, read_date(cell));
      return date_value(plan, days);
    }
    case OdbcForm::kTime:
      return decode_time(plan, cell);
    case OdbcForm::kTimestamp:
    case OdbcForm::kInstant:
    case OdbcForm::kZonedText: {
      SLUICE_ASSIGN_OR_RETURN(const Instant instant, odbc_instant(form, plan, cell));
      return timestamp_value(arena, plan, instant);
    }
    case OdbcForm::kSkipped:
      break;
  }
  return bad_record("its type cannot be read");
}

}  // namespace sluice::connectors::sql
