#pragma once
// Dates and times as PostgreSQL writes them with DateStyle ISO and TimeZone UTC, and as Debezium writes them.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/data/arena.h"

namespace sluice::connectors::cdc::postgres {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// -1 and 1: minus infinity and infinity, which is then all that is known.
struct DateTime {
  int64_t days = 0;           // since 1970
  int64_t micros_of_day = 0;  // may be a whole day: 24:00
  int infinite = 0;

  int64_t micros() const { return days * kMicrosPerDay + micros_of_day; }
};

/// "2024-02-29", "0044-03-15 BC", "infinity". Errors say what cannot be read.
Result<DateTime> parse_date(std::string_view text);
/// The same with a time, "2024-02-29 13:37:00.5+01": with an offset in UTC. A date alone is its midnight.
Result<DateTime> parse_timestamp(std::string_view text);
/// "13:37:00.5", "13:37:00+01:30"; with an offset in UTC, on whatever day.
Result<int64_t> parse_time_micros(std::string_view text);

/// Java's ISO_OFFSET_DATE_TIME in UTC; `digits` of the second, or as many as are not 0 where that is 0.
std::string_view write_zoned_timestamp(sdk::Arena& arena, int64_t micros, int digits);
/// Java's ISO_OFFSET_TIME in UTC.
std::string_view write_zoned_time(sdk::Arena& arena, int64_t micros_of_day);
/// Java's ISO_OFFSET_DATE in UTC: "2024-02-29Z".
std::string_view write_zoned_date(sdk::Arena& arena, int64_t days);

}  // namespace sluice::connectors::cdc::postgres
