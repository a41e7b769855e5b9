#pragma once
// A point in time with nanoseconds, and the clock face of a zone. Offsets keep more than a Connect Timestamp
// can.

#include <compare>
#include <cstdint>

namespace sluice::connectors::sql {

inline constexpr int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMsPerSecond = 1000;
inline constexpr int64_t kSecondsPerDay = 86'400;
inline constexpr int64_t kMsPerDay = kSecondsPerDay * kMsPerSecond;

/// Division that rounds down.
constexpr int64_t floor_div(int64_t value, int64_t by) {
  return value / by - (value % by != 0 && (value < 0) != (by < 0) ? 1 : 0);
}
/// What it leaves over; has the sign of `by`. Without a product, which may overflow.
constexpr int64_t floor_mod(int64_t value, int64_t by) {
  const int64_t rest = value % by;
  return rest != 0 && (rest < 0) != (by < 0) ? rest + by : rest;
}

struct Instant {
  int64_t seconds = 0;  // since 1970 UTC; or local seconds where so said
  int32_t nanos = 0;    // 0 to 999,999,999

  static constexpr Instant from_ms(int64_t ms) {
    return {floor_div(ms, kMsPerSecond), static_cast<int32_t>(floor_mod(ms, kMsPerSecond) * 1'000'000)};
  }
  static constexpr Instant from_micros(int64_t micros) {
    return {floor_div(micros, kMicrosPerSecond),
            static_cast<int32_t>(floor_mod(micros, kMicrosPerSecond) * 1000)};
  }
  constexpr int64_t ms() const { return seconds * kMsPerSecond + nanos / 1'000'000; }
  auto operator<=>(const Instant&) const = default;
};

}  // namespace sluice::connectors::sql
