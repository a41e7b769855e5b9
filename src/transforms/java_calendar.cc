#include "transforms/java_calendar.h"

#include <algorithm>

#include "transforms/floor_math.h"

namespace sluice::transforms {
namespace {

using Field = CalendarField;

constexpr int64_t kEpochDay = 719'163;    // days are numbered from 1 on Monday, 0001-01-01 Gregorian
constexpr int64_t kCutoverDay = 577'736;  // 1582-10-15
constexpr int64_t kCutoverYear = 1582;
constexpr int64_t kSunday = 1;

bool is_leap(int64_t year, bool gregorian) {
  if (floor_mod(year, 4) != 0) return false;
  return !gregorian || floor_mod(year, 100) != 0 || floor_mod(year, 400) == 0;
}

int64_t days_before_month(int64_t month, bool leap) {
  static constexpr int kDays[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  return kDays[month] + (month > 1 && leap ? 1 : 0);
}

int64_t days_in_month(int64_t year, int64_t month, bool gregorian) {
  const bool leap = is_leap(year, gregorian);
  return days_before_month(month + 1, leap) - days_before_month(month, leap);
}

/// Number of January 1.
int64_t first_day_of_year(int64_t year, bool gregorian) {
  const int64_t before = year - 1;
  const int64_t leap_days =
      floor_div(before, 4) - (gregorian ? floor_div(before, 100) - floor_div(before, 400) : 0);
  return before * 365 + leap_days + (gregorian ? 1 : -1);
}

int64_t day_number(int64_t year, int64_t month, int64_t day, bool gregorian) {
  return first_day_of_year(year, gregorian) + days_before_month(month, is_leap(year, gregorian)) + day - 1;
}

int64_t on_or_before(int64_t day, int64_t day_of_week) { return day - floor_mod(day - (day_of_week - 1), 7); }

int64_t year_of(int64_t day, bool gregorian) {
  int64_t year = gregorian ? floor_div(day * 400, 146'097) : floor_div(day * 4, 1461);
  while (first_day_of_year(year + 1, gregorian) <= day) ++year;
  while (first_day_of_year(year, gregorian) > day) --year;
  return year;
}

/// Weeks of one day on count: the first is the one with the first day.
int64_t week_number(int64_t first_day, int64_t day) {
  return floor_div(day - on_or_before(first_day, kSunday), 7) + 1;
}

}  // namespace

CalendarDate to_calendar_date(int64_t ms) {
  const int64_t day = floor_div(ms, kDayMs) + kEpochDay;
  const int64_t in_day = floor_mod(ms, kDayMs);
  const bool gregorian = day >= kCutoverDay;
  const int64_t year = year_of(day, gregorian);
  const bool leap = is_leap(year, gregorian);
  int64_t month = 11;
  while (first_day_of_year(year, gregorian) + days_before_month(month, leap) > day) --month;
  const int64_t month_first = day_number(year, month, 1, gregorian);
  // The year of the change began in the old calendar.
  const int64_t january_first = first_day_of_year(year, gregorian && year != kCutoverYear);

  CalendarDate date;
  date[Field::kEra] = year > 0 ? 1 : 0;
  date[Field::kYear] = year > 0 ? year : 1 - year;
  date[Field::kMonth] = month;
  date[Field::kDayOfMonth] = day - month_first + 1;
  date[Field::kDayOfYear] = day - january_first + 1;
  date[Field::kDayOfWeek] = floor_mod(day, 7) + 1;
  date[Field::kDayOfWeekInMonth] = (day - month_first) / 7 + 1;
  date[Field::kWeekOfMonth] = week_number(month_first, day);
  const bool in_next = week_number(january_first, day) >= 52 &&
                       day >= on_or_before(january_first + (leap ? 366 : 365), kSunday);
  date[Field::kWeekOfYear] = in_next ? 1 : week_number(january_first, day);
  date[Field::kWeekYear] = in_next ? year + 1 : year;
  date[Field::kHourOfDay] = in_day / 3'600'000;
  date[Field::kHour] = date[Field::kHourOfDay] % 12;
  date[Field::kAmPm] = date[Field::kHourOfDay] / 12;
  date[Field::kMinute] = in_day / 60'000 % 60;
  date[Field::kSecond] = in_day / 1000 % 60;
  date[Field::kMillisecond] = in_day % 1000;
  return date;
}

/// Which fields tell the day.
struct CalendarBuilder::Chosen {
  bool month = false;
  bool day_of_month = false;
  bool week_of_month = false;
  bool day_of_week_in_month = false;
  bool day_of_year = false;
  bool week_of_year = false;
  bool day_of_week = false;
};

int CalendarBuilder::stamp_of_both(Field a, Field b) const {
  return is_set(a) && is_set(b) ? std::max(stamp(a), stamp(b)) : 0;
}

void CalendarBuilder::add_years(int years) {
  values_[static_cast<size_t>(Field::kYear)] += years;
  values_[static_cast<size_t>(Field::kWeekYear)] += years;
}

CalendarBuilder::Chosen CalendarBuilder::choose_day_fields() const {
  const int day_of_week = stamp(Field::kDayOfWeek);
  const int day_of_month = stamp(Field::kDayOfMonth);
  int week_of_month = stamp_of_both(Field::kWeekOfMonth, Field::kDayOfWeek);
  int week_in_month = stamp_of_both(Field::kDayOfWeekInMonth, Field::kDayOfWeek);
  const int day_of_year = stamp(Field::kDayOfYear);
  int week_of_year = stamp_of_both(Field::kWeekOfYear, Field::kDayOfWeek);
  int best = std::max({day_of_month, week_of_month, week_in_month, day_of_year, week_of_year});
  bool by_month_alone = false;
  if (best ==
      0) {  // no complete combination: weeks alone, or a day of the week as the first one of the month
    week_of_month = stamp(Field::kWeekOfMonth);
    week_in_month = std::max(stamp(Field::kDayOfWeekInMonth), day_of_week);
    week_of_year = stamp(Field::kWeekOfYear);
    best = std::max({week_of_month, week_in_month, week_of_year});
    by_month_alone = best == 0;
  }
  Chosen chosen;
  const int year_weeks = stamp(Field::kWeekOfYear);
  if (by_month_alone || best == day_of_month ||
      (best == week_of_month && stamp(Field::kWeekOfMonth) >= year_weeks) ||
      (best == week_in_month && stamp(Field::kDayOfWeekInMonth) >= year_weeks)) {
    chosen.month = true;
    chosen.day_of_month = by_month_alone || best == day_of_month;
    if (chosen.day_of_month) return chosen;
    chosen.day_of_week = day_of_week != 0;
    if (week_of_month == week_in_month) {
      chosen.week_of_month = stamp(Field::kWeekOfMonth) >= stamp(Field::kDayOfWeekInMonth);
      chosen.day_of_week_in_month = !chosen.week_of_month;
    } else {
      chosen.week_of_month = best == week_of_month;
      chosen.day_of_week_in_month = !chosen.week_of_month && is_set(Field::kDayOfWeekInMonth);
    }
  } else if (best == day_of_year) {
    chosen.day_of_year = true;
  } else {
    chosen.day_of_week = day_of_week != 0;
    chosen.week_of_year = true;
  }
  return chosen;
}

int64_t CalendarBuilder::day_in(bool gregorian, int64_t year, const Chosen& chosen) const {
  int64_t month = chosen.month ? value(Field::kMonth) : 0;
  year += floor_div(month, 12);
  month = floor_mod(month, 12);
  const int64_t first = day_number(year, month, 1, gregorian);
  if (chosen.day_of_month) return first + (is_set(Field::kDayOfMonth) ? value(Field::kDayOfMonth) - 1 : 0);
  if (chosen.day_of_year) return first + value(Field::kDayOfYear) - 1;
  if (chosen.week_of_month || chosen.week_of_year) {
    int64_t sunday = on_or_before(first + 6, kSunday);
    if (sunday - first >= 1) sunday -= 7;
    const int64_t day_of_week = value(Field::kDayOfWeek);
    const bool shifted = chosen.day_of_week && (chosen.week_of_month || day_of_week != kSunday);
    const int64_t start = shifted ? on_or_before(sunday + 6, day_of_week) : sunday;
    return start + 7 * (value(chosen.week_of_month ? Field::kWeekOfMonth : Field::kWeekOfYear) - 1);
  }
  const int64_t day_of_week = chosen.day_of_week ? value(Field::kDayOfWeek) : kSunday;
  const int64_t count = chosen.day_of_week_in_month ? value(Field::kDayOfWeekInMonth) : 1;
  if (count >= 0) return on_or_before(first + 7 * count - 1, day_of_week);
  return on_or_before(first + days_in_month(year, month, gregorian) + 7 * (count + 1) - 1, day_of_week);
}

int64_t CalendarBuilder::day(int64_t year, const Chosen& chosen, int64_t more_days) const {
  const int64_t julian = more_days + day_in(false, year, chosen);
  if (year < kCutoverYear && julian < kCutoverDay) return julian;
  const int64_t gregorian = year < kCutoverYear ? julian : more_days + day_in(true, year, chosen);
  if (year > kCutoverYear && gregorian >= kCutoverDay) return gregorian;
  if (chosen.day_of_year || chosen.week_of_year) return julian;
  return gregorian >= kCutoverDay ? gregorian : julian;
}

int64_t CalendarBuilder::ms_of_day() const {
  const int half_days = stamp_of_both(Field::kHour, Field::kAmPm);
  const int whole = stamp(Field::kHourOfDay);
  int best = std::max(half_days, whole);
  if (best == 0) best = std::max(stamp(Field::kHour), stamp(Field::kAmPm));
  int64_t hours = 0;
  if (best != 0 && best == whole) {
    hours = value(Field::kHourOfDay);
  } else if (best != 0) {
    hours = value(Field::kHour) + 12 * (is_set(Field::kAmPm) ? value(Field::kAmPm) : 0);
  }
  return ((hours * 60 + value(Field::kMinute)) * 60 + value(Field::kSecond)) * 1000 +
         value(Field::kMillisecond);
}

/// CalendarBuilder.establish: a week year that was set after the year tells year and day with the week.
void CalendarBuilder::resolve_week_year() {
  int64_t week = is_set(Field::kWeekOfYear) ? value(Field::kWeekOfYear) : 1;
  int64_t day_of_week = is_set(Field::kDayOfWeek) ? value(Field::kDayOfWeek) : kSunday;
  if (day_of_week < 1 || day_of_week > 7) {
    week += floor_div(day_of_week - 1, 7);
    day_of_week = floor_mod(day_of_week - 1, 7) + 1;
    day_of_week = day_of_week == 7 ? kSunday : day_of_week + 1;  // it was counted from Monday
  }
  CalendarBuilder start;
  start.set(Field::kYear, value(Field::kWeekYear));
  start.set(Field::kWeekOfYear, 1);
  start.set(Field::kDayOfWeek, kSunday);
  const int64_t days = day_of_week - kSunday + 7 * (week - 1);
  const auto ms = static_cast<uint64_t>(start.time_ms()) + static_cast<uint64_t>(days * kDayMs);
  const CalendarDate date = to_calendar_date(static_cast<int64_t>(ms));
  for (const Field field : {Field::kEra, Field::kYear, Field::kMonth, Field::kDayOfMonth})
    set(field, date[field]);
}

int64_t CalendarBuilder::time_ms() const {
  if (is_set(Field::kWeekYear) && stamp(Field::kWeekYear) > stamp(Field::kYear)) {
    CalendarBuilder resolved = *this;
    resolved.stamps_[static_cast<size_t>(Field::kWeekYear)] = 0;
    resolved.resolve_week_year();
    return resolved.time_ms();
  }
  int64_t year = is_set(Field::kYear) ? value(Field::kYear) : 1970;
  if (is_set(Field::kEra) && value(Field::kEra) == 0) year = 1 - year;
  const int64_t in_day = ms_of_day();
  const int64_t number = day(year, choose_day_fields(), floor_div(in_day, kDayMs));
  // Years far off wrap around, as in Java.
  const uint64_t day_ms = static_cast<uint64_t>(number - kEpochDay) * static_cast<uint64_t>(kDayMs);
  return static_cast<int64_t>(day_ms +
                              static_cast<uint64_t>(floor_mod(in_day, kDayMs) - value(Field::kZoneOffset)));
}

}  // namespace sluice::transforms
