#include "connectors/sql/time_text.h"

#include <fmt/core.h>

#include <cstdlib>

namespace sluice::connectors::sql {
namespace {

constexpr int64_t kFirstGregorianDay = -141'427;  // 1582-10-15
constexpr int kFractionDigits = 9;

/// Reads digits from the front of a text.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}
  bool fixed(int count, int& out) {
    if (text_.size() < static_cast<size_t>(count)) return false;
    out = 0;
    for (int i = 0; i < count; ++i) {
      const char c = text_[static_cast<size_t>(i)];
      if (c < '0' || c > '9') return false;
      out = out * 10 + (c - '0');
    }
    text_.remove_prefix(static_cast<size_t>(count));
    return true;
  }
  bool take(char wanted) {
    if (text_.empty() || text_[0] != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// Digits after a point as nanoseconds; their number.
  int fraction(int32_t& nanos) {
    int digits = 0;
    nanos = 0;
    int scale = 100'000'000;
    while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') {
      if (digits < kFractionDigits) {
        nanos += (text_[0] - '0') * scale;
        scale /= 10;
        ++digits;
      }
      text_.remove_prefix(1);
    }
    return digits;
  }
  bool empty() const { return text_.empty(); }

 private:
  std::string_view text_;
};

bool parse_clock(Digits& digits, ParsedTime& out) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!digits.fixed(2, hour) || !digits.take(':') || !digits.fixed(2, minute)) return false;
  if (digits.take(':')) {
    if (!digits.fixed(2, second)) return false;
    if (digits.take('.') || digits.take(',')) {
      out.fraction_digits = digits.fraction(out.local.nanos);
      if (out.fraction_digits == 0) return false;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  out.local.seconds += hour * 3600 + minute * 60 + second;
  return true;
}

bool parse_zone(Digits& digits, ParsedTime& out) {
  if (digits.empty()) return true;
  if (digits.take('Z')) {
    out.offset_s = 0;
    return digits.empty();
  }
  const bool west = digits.take('-');
  if (!west && !digits.take('+')) return false;
  int hour = 0;
  int minute = 0;
  if (!digits.fixed(2, hour)) return false;
  if (!digits.empty() && ((digits.take(':'), !digits.fixed(2, minute)) || !digits.empty())) return false;
  if (hour > 18 || minute > 59) return false;
  out.offset_s = (west ? -1 : 1) * (hour * 3600 + minute * 60);
  return true;
}

int days_in_month(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

struct Civil {
  int64_t year;
  int month;
  int day;
};

// The well-known method of counting in eras of 400 years that begin in March.
Civil civil_from_days(int64_t days) {
  days += 719'468;
  const int64_t era = floor_div(days, 146'097);
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

}  // namespace

int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = floor_div(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

std::optional<ParsedTime> parse_time(std::string_view text) {
  Digits digits(text);
  int year = 0;
  int month = 0;
  int day = 0;
  if (!digits.fixed(4, year) || !digits.take('-') || !digits.fixed(2, month) || !digits.take('-') ||
      !digits.fixed(2, day)) {
    return std::nullopt;
  }
  if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return std::nullopt;
  ParsedTime result;
  result.local.seconds = days_from_civil(year, month, day) * kSecondsPerDay;
  if (digits.empty()) {
    result.separator = '\0';
    return result;
  }
  if (digits.take('T')) {
    result.separator = 'T';
  } else if (!digits.take(' ')) {
    return std::nullopt;
  }
  if (!parse_clock(digits, result) || !parse_zone(digits, result)) return std::nullopt;
  return result;
}

std::optional<int64_t> parse_time_of_day(std::string_view text) {
  Digits digits(text);
  ParsedTime result;
  if (!parse_clock(digits, result) || !digits.empty()) return std::nullopt;
  return result.local.seconds * kNanosPerSecond + result.local.nanos;
}

std::string format_time(Instant local, char separator, int digits) {
  const int64_t days = floor_div(local.seconds, kSecondsPerDay);
  const int64_t second = floor_mod(local.seconds, kSecondsPerDay);
  const Civil civil = civil_from_days(days);
  std::string text = civil.year > 9999 ? fmt::format("+{}", civil.year)
                     : civil.year < 0  ? fmt::format("-{:04}", -civil.year)
                                       : fmt::format("{:04}", civil.year);
  text += fmt::format("-{:02}-{:02}", civil.month, civil.day);
  if (separator == '\0') return text;
  text += fmt::format("{}{:02}:{:02}:{:02}", separator, second / 3600, second / 60 % 60, second % 60);
  if (digits > 0) text += '.' + fmt::format("{:09}", local.nanos).substr(0, static_cast<size_t>(digits));
  return text;
}

std::string format_offset(int64_t seconds) {
  const int64_t minutes = std::abs(seconds) / 60;
  return fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

int64_t to_legacy_days(int64_t days) {
  if (days >= kFirstGregorianDay) return days;
  const Civil civil = civil_from_days(days);
  // Julian calendar: every fourth year is a leap year; day 0 of its count is 1970-01-14 Gregorian, hence the
  // constant.
  const int64_t year = civil.year - (civil.month <= 2 ? 1 : 0);
  const int64_t day_of_year =
      (153 * (civil.month > 2 ? civil.month - 3 : civil.month + 9) + 2) / 5 + civil.day - 1;
  return year * 365 + floor_div(year, 4) + day_of_year - 719'470;
}

int64_t from_legacy_days(int64_t days) {
  if (days >= kFirstGregorianDay) return days;
  const int64_t count = days + 719'470;  // see above
  const int64_t rest = floor_mod(count, 1461);
  const int64_t year_of_four = (rest - rest / 1460) / 365;
  const int64_t day_of_year = rest - 365 * year_of_four;
  const int month = static_cast<int>((5 * day_of_year + 2) / 153);  // from March
  const int day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  const int64_t year = 4 * floor_div(count, 1461) + year_of_four + (month >= 10 ? 1 : 0);
  return days_from_civil(year, month < 10 ? month + 3 : month - 9, day);
}

}  // namespace sluice::connectors::sql
