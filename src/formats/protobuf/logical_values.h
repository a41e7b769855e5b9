#pragma once
// Values of Connect's logical types and the numbers of the messages that stand for them.

#include <cstdint>
#include <optional>

#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::protobuf {

/// google.type.Date.
struct DateParts {
  int32_t year = 0;
  int32_t month = 0;
  int32_t day = 0;
};
/// As Java's calendar counts: by the Julian one before October 15th, 1582. Nothing if there is no such day.
std::optional<int32_t> days_of(const DateParts& date);
DateParts date_of(int32_t days);

/// google.type.TimeOfDay.
struct TimeParts {
  int32_t hours = 0;
  int32_t minutes = 0;
  int32_t seconds = 0;
  int32_t nanos = 0;
};
/// Milliseconds; nothing if there is no such time.
std::optional<int32_t> ms_of(const TimeParts& time);
TimeParts time_of(int32_t ms);

/// google.protobuf.Timestamp.
struct TimestampParts {
  int64_t seconds = 0;
  int32_t nanos = 0;
};
/// Nothing if it is before the year 1 or after 9999, which Protobuf does not allow.
std::optional<int64_t> ms_of(const TimestampParts& timestamp);
std::optional<TimestampParts> timestamp_of(int64_t ms);

/// Digits of a decimal's unscaled number; 1 for zero.
uint32_t precision_of(BytesView unscaled);
/// The decimal rounded half up to so many digits; 0: all of them. Nothing if it does not fit.
std::optional<sdk::Value> rounded(sdk::Arena& arena, const sdk::Value& decimal, uint32_t precision);

}  // namespace sluice::protobuf
