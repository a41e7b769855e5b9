#include "formats/protobuf/logical_values.h"

#include <algorithm>
#include <limits>
#include <string>

#include "sdk/data/values.h"

namespace sluice::protobuf {
namespace {

constexpr int64_t kGregorianStart = -141'427;    // 1582-10-15 in days since 1970
constexpr int32_t kEpochInMarchYears = 719'468;  // from March 1st of the year 0 to 1970, Gregorian
constexpr int32_t kJulianOffset = 2;
constexpr int32_t kYearsMax = 1'000'000;
constexpr int32_t kMsPerSecond = 1'000;
constexpr int32_t kNanosPerMs = 1'000'000;
constexpr int64_t kTimestampSecondsMin = -62'135'596'800;
constexpr int64_t kTimestampSecondsMax = 253'402'300'799;
constexpr size_t kSmallNumberBytes = 8;

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool is_leap(int64_t year, bool is_gregorian) {
  if (year % 4 != 0) return false;
  return !is_gregorian || year % 100 != 0 || year % 400 == 0;
}

int64_t days_before_march_year(int64_t year, bool is_gregorian) {
  const int64_t leaps =
      floor_div(year, 4) - (is_gregorian ? floor_div(year, 100) - floor_div(year, 400) : kJulianOffset);
  return year * 365 + leaps - kEpochInMarchYears;
}

int64_t days_in(const DateParts& date, bool is_gregorian) {
  const int64_t march_year = date.month > 2 ? date.year : date.year - 1;
  const int64_t march_month = date.month > 2 ? date.month - 3 : date.month + 9;
  return days_before_march_year(march_year, is_gregorian) + (153 * march_month + 2) / 5 + date.day - 1;
}

bool has_day(const DateParts& date, bool is_gregorian) {
  static constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int32_t last = kDays[date.month - 1] + (date.month == 2 && is_leap(date.year, is_gregorian) ? 1 : 0);
  return date.day <= last;
}

}  // namespace

std::optional<int32_t> days_of(const DateParts& date) {
  if (date.year < 1 || date.year > kYearsMax || date.month < 1 || date.month > 12 || date.day < 1)
    return std::nullopt;
  if (date.day > 31) return std::nullopt;
  const int64_t gregorian = days_in(date, true);
  if (gregorian >= kGregorianStart)
    return has_day(date, true) ? std::optional(static_cast<int32_t>(gregorian)) : std::nullopt;
  const int64_t julian = days_in(date, false);
  // Ten days of October 1582 never were.
  if (julian >= kGregorianStart || !has_day(date, false)) return std::nullopt;
  return static_cast<int32_t>(julian);
}

DateParts date_of(int32_t days) {
  const bool is_gregorian = days >= kGregorianStart;
  int64_t year = floor_div(static_cast<int64_t>(days) + kEpochInMarchYears, 366);
  while (days_before_march_year(year + 1, is_gregorian) <= days) ++year;
  const int64_t in_year = days - days_before_march_year(year, is_gregorian);
  const int64_t march_month = (5 * in_year + 2) / 153;
  DateParts date;
  date.day = static_cast<int32_t>(in_year - (153 * march_month + 2) / 5 + 1);
  date.month = static_cast<int32_t>(march_month < 10 ? march_month + 3 : march_month - 9);
  date.year = static_cast<int32_t>(date.month <= 2 ? year + 1 : year);
  if (date.year < 1) date.year = 1 - date.year;  // Java's years before Christ have no sign
  return date;
}

std::optional<int32_t> ms_of(const TimeParts& time) {
  const bool is_time = time.hours >= 0 && time.hours <= 23 && time.minutes >= 0 && time.minutes <= 59 &&
                       time.seconds >= 0 && time.seconds <= 59 && time.nanos >= 0 &&
                       time.nanos <= 999'999'999;
  if (!is_time) return std::nullopt;
  return ((time.hours * 60 + time.minutes) * 60 + time.seconds) * kMsPerSecond + time.nanos / kNanosPerMs;
}

TimeParts time_of(int32_t ms) {
  const int32_t seconds = ms / kMsPerSecond;
  return {seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, ms % kMsPerSecond * kNanosPerMs};
}

std::optional<int64_t> ms_of(const TimestampParts& timestamp) {
  const bool is_valid = timestamp.seconds >= kTimestampSecondsMin &&
                        timestamp.seconds <= kTimestampSecondsMax && timestamp.nanos >= 0 &&
                        timestamp.nanos <= 999'999'999;
  if (!is_valid) return std::nullopt;
  return timestamp.seconds * kMsPerSecond + timestamp.nanos / kNanosPerMs;
}

std::optional<TimestampParts> timestamp_of(int64_t ms) {
  const int64_t seconds = floor_div(ms, kMsPerSecond);
  if (seconds < kTimestampSecondsMin || seconds > kTimestampSecondsMax) return std::nullopt;
  return TimestampParts{seconds, static_cast<int32_t>(ms - seconds * kMsPerSecond) * kNanosPerMs};
}

uint32_t precision_of(BytesView unscaled) {
  if (unscaled.size() <= kSmallNumberBytes) {
    int64_t number = unscaled.empty() || static_cast<int8_t>(unscaled.front()) >= 0 ? 0 : -1;
    for (const char byte : unscaled)
      number = static_cast<int64_t>(static_cast<uint64_t>(number) << 8 | static_cast<uint8_t>(byte));
    uint32_t digits = 1;
    while ((number /= 10) != 0) ++digits;
    return digits;
  }
  std::string text;
  sdk::append_decimal_plain(text, unscaled, 0);
  return static_cast<uint32_t>(text.size() - (text.front() == '-' ? 1 : 0));
}

std::optional<sdk::Value> rounded(sdk::Arena& arena, const sdk::Value& decimal, uint32_t precision) {
  const uint32_t digits = precision_of(decimal.as_bytes());
  if (precision == 0 || digits <= precision) return decimal;
  const int64_t scale = decimal.decimal_scale() - static_cast<int64_t>(digits - precision);
  std::string text;
  sdk::append_decimal_plain(text, decimal.as_bytes(), 0);
  const bool is_negative = text.front() == '-';
  if (is_negative) text.erase(0, 1);
  const bool is_up = text[precision] >= '5';
  text.resize(precision);
  size_t at = precision;
  while (is_up && at > 0 && text[at - 1] == '9') text[--at] = '0';
  if (is_up && at > 0) ++text[at - 1];
  // Nines all over: 1 and zeros, of which one is one too many.
  const bool carried = is_up && at == 0;
  if (carried) text = "1" + text.substr(1);
  const int64_t new_scale = scale - (carried ? 1 : 0);
  if (new_scale < std::numeric_limits<int16_t>::min()) return std::nullopt;
  const auto number = sdk::parse_decimal(arena, (is_negative ? "-" : "") + text);
  if (!number.ok()) return std::nullopt;
  return sdk::Value::decimal(number->as_bytes(), static_cast<int32_t>(new_scale));
}

}  // namespace sluice::protobuf
