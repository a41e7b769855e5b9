#pragma once
// Dates and times as databases and users write them.

#include <optional>
#include <string>
#include <string_view>

#include "connectors/sql/instant.h"
#include "connectors/sql/zone.h"

namespace sluice::connectors::sql {

struct ParsedTime {
  Instant local;                // as written
  std::optional<int> offset_s;  // of the zone, if one was written
  int fraction_digits = 0;
  char separator = ' ';  // between date and time; '\0' without a time
};

/// "2024-05-01", "2024-05-01 10:00[:00[.123456]]", with 'T' as well, and "Z" or "+02:00" at the end.
std::optional<ParsedTime> parse_time(std::string_view text);
/// "10:00:00[.123]" as nanoseconds of the day.
std::optional<int64_t> parse_time_of_day(std::string_view text);

/// Days since 1970 of a day of the Gregorian calendar, reckoned backwards without end.
int64_t days_from_civil(int64_t year, int month, int day);

/// "2024-05-01 10:00:00.123456": `separator` between date and time ('\0': the date alone), `digits` (0 to 9)
/// of fraction, the rest cut off. Years before 1 or after 9999 carry a sign, as in Java.
std::string format_time(Instant local, char separator, int digits);
/// "+02:00"
std::string format_offset(int64_t seconds);

/// Where Java's default calendar counts otherwise: days before 1582-10-15 are taken as Julian dates of the
/// same year, month and day. The identity from then on.
int64_t to_legacy_days(int64_t days);
/// The day whose year, month and day Java's calendar shows for its count.
int64_t from_legacy_days(int64_t days);

}  // namespace sluice::connectors::sql
