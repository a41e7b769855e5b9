#pragma once
// The part of java.util.GregorianCalendar that SimpleDateFormat needs, in UTC and with the week rules of
// Java's default locale (en): weeks start on Sunday, the first one has at least one day. Before 1582-10-15
// days are counted by the Julian calendar, as Java does.

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::transforms {

/// java.util.Calendar's fields in its order; kWeekYear stands behind them as in SimpleDateFormat.
enum class CalendarField : uint8_t {
  kEra,
  kYear,
  kMonth,
  kWeekOfYear,
  kWeekOfMonth,
  kDayOfMonth,
  kDayOfYear,
  kDayOfWeek,
  kDayOfWeekInMonth,
  kAmPm,
  kHour,
  kHourOfDay,
  kMinute,
  kSecond,
  kMillisecond,
  kZoneOffset,
  kWeekYear,
};
inline constexpr size_t kCalendarFields = 17;

/// Fields of a time: months from 0, Sunday is 1, the era 0 is before Christ.
struct CalendarDate {
  std::array<int64_t, kCalendarFields> fields{};
  int64_t operator[](CalendarField field) const { return fields[static_cast<size_t>(field)]; }
  int64_t& operator[](CalendarField field) { return fields[static_cast<size_t>(field)]; }
};

CalendarDate to_calendar_date(int64_t ms);

/// Fields in the order in which they were set; the last ones set win where they contradict each other
/// (lenient resolution, GregorianCalendar.computeTime).
class CalendarBuilder {
 public:
  void set(CalendarField field, int64_t value) {
    values_[static_cast<size_t>(field)] = value;
    stamps_[static_cast<size_t>(field)] = ++last_stamp_;
  }
  void add_years(int years);
  /// Milliseconds since 1970 UTC.
  int64_t time_ms() const;

 private:
  int64_t value(CalendarField field) const { return values_[static_cast<size_t>(field)]; }
  int stamp(CalendarField field) const { return stamps_[static_cast<size_t>(field)]; }
  bool is_set(CalendarField field) const { return stamp(field) != 0; }
  int stamp_of_both(CalendarField a, CalendarField b) const;
  struct Chosen;
  Chosen choose_day_fields() const;
  int64_t day_in(bool gregorian, int64_t year, const Chosen& chosen) const;
  int64_t day(int64_t year, const Chosen& chosen, int64_t more_days) const;
  int64_t ms_of_day() const;
  void resolve_week_year();

  std::array<int64_t, kCalendarFields> values_{};
  std::array<int, kCalendarFields> stamps_{};
  int last_stamp_ = 0;
};

}  // namespace sluice::transforms
