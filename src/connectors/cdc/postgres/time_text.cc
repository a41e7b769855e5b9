#include "connectors/cdc/postgres/time_text.h"

#include <fmt/core.h>

#include <charconv>

namespace sluice::connectors::cdc::postgres {
namespace {

constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int kFractionDigits = 6;
constexpr size_t kTextMax = 48;

/// Days since 1970 in the proleptic Gregorian calendar (after H. Hinnant's days_from_civil).
int64_t days_of(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

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

Error unreadable(std::string_view what, std::string_view text) {
  return bad_record(fmt::format("'{}' is no {}", text.substr(0, kTextMax), what));
}

/// Takes a number off the front.
bool take_number(std::string_view& text, int64_t& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr == text.data() || number < 0) return false;
  text.remove_prefix(static_cast<size_t>(parsed.ptr - text.data()));
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, bool before_christ, int64_t& days) {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  if (!take_number(text, year) || !take(text, '-') || !take_number(text, month) || !take(text, '-') ||
      !take_number(text, day) || month < 1 || month > 12 || day < 1 || day > 31 || year > 9'999'999) {
    return false;
  }
  days = days_of(before_christ ? 1 - year : year, static_cast<int>(month), static_cast<int>(day));
  return true;
}

bool take_time(std::string_view& text, int64_t& micros) {
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  if (!take_number(text, hour) || !take(text, ':') || !take_number(text, minute) || hour > 24 || minute > 59)
    return false;
  if (take(text, ':') && (!take_number(text, second) || second > 60)) return false;
  micros = hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond;
  if (!take(text, '.')) return true;
  int64_t unit = kMicrosPerSecond / 10;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), unit /= 10)
    micros += (text[0] - '0') * unit;
  return true;
}

/// "+01", "-03:30", "+00:00:12".
bool take_offset(std::string_view& text, int64_t& micros) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  if (!take_number(text, hour)) return false;
  if (take(text, ':') && !take_number(text, minute)) return false;
  if (take(text, ':') && !take_number(text, second)) return false;
  micros = hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond;
  if (negative) micros = -micros;
  return true;
}

bool take_before_christ(std::string_view& text) {
  if (!text.ends_with(" BC")) return false;
  text.remove_suffix(3);
  return true;
}

bool is_infinite(std::string_view text, DateTime& result) {
  if (text != "infinity" && text != "-infinity") return false;
  result.infinite = text[0] == '-' ? -1 : 1;
  return true;
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

Result<DateTime> parse_date(std::string_view text) {
  DateTime result;
  if (is_infinite(text, result)) return result;
  std::string_view rest = text;
  const bool before_christ = take_before_christ(rest);
  if (!take_date(rest, before_christ, result.days) || !rest.empty()) return unreadable("date", text);
  return result;
}

Result<DateTime> parse_timestamp(std::string_view text) {
  DateTime result;
  if (is_infinite(text, result)) return result;
  std::string_view rest = text;
  const bool before_christ = take_before_christ(rest);
  if (!take_date(rest, before_christ, result.days)) return unreadable("timestamp", text);
  if (rest.empty()) return result;
  int64_t offset = 0;
  if ((!take(rest, ' ') && !take(rest, 'T')) || !take_time(rest, result.micros_of_day) ||
      (!rest.empty() && (!take_offset(rest, offset) || !rest.empty()))) {
    return unreadable("timestamp", text);
  }
  result.micros_of_day -= offset;
  const int64_t shift = result.micros_of_day < 0 ? -1 : result.micros_of_day >= kMicrosPerDay ? 1 : 0;
  result.days += shift;
  result.micros_of_day -= shift * kMicrosPerDay;
  return result;
}

Result<int64_t> parse_time_micros(std::string_view text) {
  std::string_view rest = text;
  int64_t micros = 0;
  if (!take_time(rest, micros)) return unreadable("time", text);
  if (rest.empty()) return micros;
  int64_t offset = 0;
  if (!take_offset(rest, offset) || !rest.empty()) return unreadable("time", text);
  if (offset == 0) return micros;
  return (micros - offset + 2 * kMicrosPerDay) % kMicrosPerDay;
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

}  // namespace sluice::connectors::cdc::postgres
