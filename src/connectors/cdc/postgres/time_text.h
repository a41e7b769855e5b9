#pragma once
// Dates and times as PostgreSQL writes them with DateStyle ISO and TimeZone UTC.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/cdc/common/temporal.h"

namespace sluice::connectors::cdc::postgres {

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

}  // namespace sluice::connectors::cdc::postgres
