#pragma once
// Time comes in by constructor, so that tests and the simulator can own it. Thread-safe.

#include <cstdint>

namespace sluice {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970 UTC; may jump.
  virtual int64_t wall_ms() const = 0;
  /// The same in nanoseconds, as exact as the clock has it.
  virtual int64_t wall_ns() const { return wall_ms() * 1'000'000; }
  /// Milliseconds since some start; never jumps, goes on while the machine sleeps (CLOCK_BOOTTIME).
  virtual int64_t steady_ms() const = 0;
};

/// The machine's clock; lives for ever.
const Clock& system_clock();

}  // namespace sluice
