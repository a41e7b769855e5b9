#pragma once
// Division and remainder that round down, as Java's Math.floorDiv and floorMod. For a positive divisor; no
// overflow.

#include <cstdint>

namespace sluice::transforms {

inline constexpr int64_t kDayMs = 86'400'000;

constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
constexpr int64_t floor_mod(int64_t a, int64_t b) { return a % b < 0 ? a % b + b : a % b; }

}  // namespace sluice::transforms
