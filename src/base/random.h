#pragma once
// Randomness comes in by constructor, so that the simulator can own it. Thread-safe.

#include <cstdint>
#include <string>

namespace sluice {

class Random {
 public:
  virtual ~Random() = default;
  /// Fit for keys.
  virtual std::string bytes(size_t count) = 0;
  /// In [0, 1).
  double fraction() { return static_cast<double>(number() >> 11U) * 0x1.0p-53; }
  uint64_t number();
};

/// The machine's; lives for ever.
Random& system_random();

}  // namespace sluice
