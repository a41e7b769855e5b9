#include "connectors/cdc/postgres/time_text.h"

#include <fmt/core.h>

#include <charconv>

namespace sluice::connectors::cdc::postgres {
namespace {

constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int kFractionDigits = 6;
constexpr size_t kTextMax = 48;

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

}  // namespace sluice::connectors::cdc::postgres
