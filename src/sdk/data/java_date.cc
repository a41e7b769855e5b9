#include "sdk/data/java_date.h"

#include <array>
#include <cstdio>

namespace sluice::sdk {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kGregorianStart = -141'427;  // 1582-10-15; Java counts by the Julian calendar before
constexpr int64_t kNumberMax =
    1'000'000'000;  // far outside every calendar; keeps the arithmetic within 64 bits

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Days since 1970-01-01 of the first of March of a year that starts in March.
int64_t days_of_march_year(int64_t year, bool gregorian) {
  const int64_t leap_days =
      floor_div(year, 4) - (gregorian ? floor_div(year, 100) - floor_div(year, 400) : 2);
  return year * 365 + leap_days - 719'468;
}

int64_t days_of(int64_t year, int64_t month, int64_t day, bool gregorian) {
  const int64_t months = year * 12 + (month - 1) - 2;  // since March of the year 0
  const int64_t march_year = floor_div(months, 12);
  const int64_t march_month = months - march_year * 12;
  return days_of_march_year(march_year, gregorian) + (153 * march_month + 2) / 5 + day - 1;
}

struct Fields {
  int64_t year = 1970;
  int64_t month = 1;
  int64_t day = 1;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t ms = 0;

  int64_t* find(char letter) {
    switch (letter) {
      case 'y':
        return &year;
      case 'M':
        return &month;
      case 'd':
        return &day;
      case 'H':
        return &hour;
      case 'm':
        return &minute;
      case 's':
        return &second;
      case 'S':
        return &ms;
      default:
        return nullptr;
    }
  }
};

/// As DecimalFormat reads a whole number; false if there is none.
bool take_number(std::string_view& text, int64_t& number) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  size_t at = negative ? 1 : 0;
  const size_t first = at;
  number = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (number < kNumberMax) number = number * 10 + (text[at] - '0');
  }
  if (at == first) return false;
  if (negative) number = -number;
  text.remove_prefix(at);
  return true;
}

}  // namespace

std::optional<int64_t> parse_java_date(std::string_view text, std::string_view pattern) {
  Fields fields;
  for (const char letter : pattern) {
    if (int64_t* field = fields.find(letter); field != nullptr) {
      if (!take_number(text, *field)) return std::nullopt;
    } else {
      if (text.empty() || text[0] != letter) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  int64_t days = days_of(fields.year, fields.month, fields.day, true);
  if (days < kGregorianStart) days = days_of(fields.year, fields.month, fields.day, false);
  return days * kDayMs + ((fields.hour * 60 + fields.minute) * 60 + fields.second) * 1000 + fields.ms;
}

void append_java_date(std::string& out, int64_t ms) {
  const int64_t days = floor_div(ms, kDayMs);
  const auto in_day = static_cast<int>((ms % kDayMs + kDayMs) % kDayMs);
  std::array<char, 64> text;
  int size = 0;
  if (ms >= kDayMs) {
    // Back from days to the calendar, by years that start in March.
    const int64_t since = days + 719'468;
    const int64_t era = since / 146'097;
    const int64_t in_era = since % 146'097;
    const int64_t year_in_era = (in_era - in_era / 1460 + in_era / 36'524 - in_era / 146'096) / 365;
    const int64_t in_year = in_era - (365 * year_in_era + year_in_era / 4 - year_in_era / 100);
    const int64_t march_month = (5 * in_year + 2) / 153;
    const int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    const int64_t year = era * 400 + year_in_era + (month <= 2 ? 1 : 0);
    const int64_t day = in_year - (153 * march_month + 2) / 5 + 1;
    size = std::snprintf(text.data(), text.size(), "%04lld-%02lld-%02lld", static_cast<long long>(year),
                         static_cast<long long>(month), static_cast<long long>(day));
    out.append(text.data(), static_cast<size_t>(size));
    if (in_day == 0) return;
    out.push_back('T');
  }
  size = std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03dZ", in_day / 3'600'000,
                       in_day / 60'000 % 60, in_day / 1000 % 60, in_day % 1000);
  out.append(text.data(), static_cast<size_t>(size));
}

}  // namespace sluice::sdk
