#pragma once
// Dates and times as Debezium publishes them (time.precision.mode), and its texts of them.

#include <cstdint>
#include <string_view>

#include "connectors/cdc/common/options.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// Days since 1970 in the proleptic Gregorian calendar (after H. Hinnant's days_from_civil).
int64_t days_of(int64_t year, int month, int day);

/// Java's ISO_OFFSET_DATE_TIME in UTC; `digits` of the second, or as many as are not 0 where that is 0.
std::string_view write_zoned_timestamp(sdk::Arena& arena, int64_t micros, int digits);
/// Java's ISO_OFFSET_TIME in UTC.
std::string_view write_zoned_time(sdk::Arena& arena, int64_t micros_of_day);
/// Java's ISO_OFFSET_DATE in UTC: "2024-02-29Z".
std::string_view write_zoned_date(sdk::Arena& arena, int64_t days);

// Schemas and values by mode; `coarse` for columns with at most three digits of the second.
sdk::SchemaBuilder date_builder(TimeMode mode);
sdk::SchemaBuilder time_builder(TimeMode mode, bool coarse);
sdk::SchemaBuilder timestamp_builder(TimeMode mode, bool coarse);
sdk::Value date_value(TimeMode mode, int32_t days, sdk::Arena& arena);
sdk::Value time_value(TimeMode mode, bool coarse, int64_t micros, sdk::Arena& arena);
sdk::Value timestamp_value(TimeMode mode, bool coarse, int64_t micros, sdk::Arena& arena);

}  // namespace sluice::connectors::cdc
