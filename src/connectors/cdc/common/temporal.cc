#include "connectors/cdc/common/temporal.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/common/data_types.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::SchemaBuilder;
using sdk::Value;

constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int kFractionDigits = 6;
constexpr size_t kTextMax = 48;

struct Civil {
  int64_t year;
  int month;
  int day;
};

Civil civil_of(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

char* write_two(char* to, int64_t number) {
  *to++ = static_cast<char>('0' + number / 10);
  *to++ = static_cast<char>('0' + number % 10);
  return to;
}

/// Years of more than four digits have a sign, as Java has it.
char* write_date(char* to, int64_t days) {
  const Civil date = civil_of(days);
  if (date.year >= 0 && date.year <= 9999) {
    to = write_two(to, date.year / 100);
    to = write_two(to, date.year % 100);
  } else {
    to = fmt::format_to(to, "{}{:04}", date.year < 0 ? "-" : "+", date.year < 0 ? -date.year : date.year);
  }
  *to++ = '-';
  to = write_two(to, date.month);
  *to++ = '-';
  return write_two(to, date.day);
}

char* write_time(char* to, int64_t micros, int digits) {
  to = write_two(to, micros / kMicrosPerHour);
  *to++ = ':';
  to = write_two(to, micros / kMicrosPerMinute % 60);
  *to++ = ':';
  to = write_two(to, micros / kMicrosPerSecond % 60);
  int64_t fraction = micros % kMicrosPerSecond;
  if (digits == 0 && fraction == 0) return to;
  *to++ = '.';
  char text[kFractionDigits];
  for (int i = kFractionDigits - 1; i >= 0; --i, fraction /= 10)
    text[i] = static_cast<char>('0' + fraction % 10);
  int count = digits > 0 ? std::min(digits, kFractionDigits) : kFractionDigits;
  while (digits == 0 && text[count - 1] == '0') --count;
  return std::copy(text, text + count, to);
}

std::string_view finish(sdk::Arena& arena, const char* text, char* end) {
  *end++ = 'Z';
  return arena.copy({text, static_cast<size_t>(end - text)});
}

}  // namespace

int64_t days_of(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

std::string_view write_zoned_timestamp(sdk::Arena& arena, int64_t micros, int digits) {
  char text[kTextMax];
  const int64_t days = micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
  char* end = write_date(text, days);
  *end++ = 'T';
  return finish(arena, text, write_time(end, micros - days * kMicrosPerDay, digits));
}

std::string_view write_zoned_time(sdk::Arena& arena, int64_t micros_of_day) {
  char text[kTextMax];
  return finish(arena, text, write_time(text, micros_of_day % kMicrosPerDay, 0));
}

std::string_view write_zoned_date(sdk::Arena& arena, int64_t days) {
  char text[kTextMax];
  return finish(arena, text, write_date(text, days));
}

SchemaBuilder date_builder(TimeMode mode) {
  if (mode == TimeMode::kConnect) return SchemaBuilder::date();
  if (mode == TimeMode::kIsoString) return named(sdk::Type::kString, "io.debezium.time.IsoDate");
  return named(sdk::Type::kInt32, "io.debezium.time.Date");
}

SchemaBuilder time_builder(TimeMode mode, bool coarse) {
  switch (mode) {
    case TimeMode::kConnect:
      return SchemaBuilder::time();
    case TimeMode::kIsoString:
      return named(sdk::Type::kString, "io.debezium.time.IsoTime");
    case TimeMode::kNanos:
      return named(sdk::Type::kInt64, "io.debezium.time.NanoTime");
    case TimeMode::kAdaptive:
      if (coarse) return named(sdk::Type::kInt32, "io.debezium.time.Time");
      break;
    case TimeMode::kAdaptiveTimeMicros:
    case TimeMode::kMicros:
      break;
  }
  return named(sdk::Type::kInt64, "io.debezium.time.MicroTime");
}

SchemaBuilder timestamp_builder(TimeMode mode, bool coarse) {
  switch (mode) {
    case TimeMode::kConnect:
      return SchemaBuilder::timestamp();
    case TimeMode::kIsoString:
      return named(sdk::Type::kString, "io.debezium.time.IsoTimestamp");
    case TimeMode::kNanos:
      return named(sdk::Type::kInt64, "io.debezium.time.NanoTimestamp");
    case TimeMode::kAdaptive:
    case TimeMode::kAdaptiveTimeMicros:
      if (coarse) return named(sdk::Type::kInt64, "io.debezium.time.Timestamp");
      break;
    case TimeMode::kMicros:
      break;
  }
  return named(sdk::Type::kInt64, "io.debezium.time.MicroTimestamp");
}

Value date_value(TimeMode mode, int32_t days, sdk::Arena& arena) {
  if (mode == TimeMode::kConnect) return Value::date(days);
  if (mode == TimeMode::kIsoString) return Value::string(write_zoned_date(arena, days));
  return Value::int32(days);
}

Value time_value(TimeMode mode, bool coarse, int64_t micros, sdk::Arena& arena) {
  switch (mode) {
    case TimeMode::kConnect:
      return Value::time(static_cast<int32_t>(micros / 1000));
    case TimeMode::kIsoString:
      return Value::string(write_zoned_time(arena, micros));
    case TimeMode::kNanos:
      return Value::int64(micros * 1000);
    case TimeMode::kAdaptive:
      if (coarse) return Value::int32(static_cast<int32_t>(micros / 1000));
      break;
    default:
      break;
  }
  return Value::int64(micros);
}

Value timestamp_value(TimeMode mode, bool coarse, int64_t micros, sdk::Arena& arena) {
  const int64_t millis = micros / 1000 - (micros % 1000 < 0 ? 1 : 0);
  switch (mode) {
    case TimeMode::kConnect:
      return Value::timestamp(millis);
    case TimeMode::kIsoString:
      return Value::string(write_zoned_timestamp(arena, micros, 0));
    case TimeMode::kNanos:
      return Value::int64(micros * 1000);
    case TimeMode::kMicros:
      return Value::int64(micros);
    default:
      return Value::int64(coarse ? millis : micros);
  }
}

}  // namespace sluice::connectors::cdc
