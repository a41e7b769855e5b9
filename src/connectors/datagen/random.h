#pragma once
// Random numbers of one record: a function of seed and record number alone, so that a task can go on
// anywhere.

#include <cstdint>

namespace sluice::connectors::datagen {

class Random {
 public:
  __extension__ using Wide = unsigned __int128;

  Random(uint64_t seed, uint64_t record) : state_(mix(seed) ^ mix(record + kStep)) {}

  uint64_t next() { return mix(state_ += kStep); }
  /// 0 to bound - 1, even enough for made-up data.
  uint64_t below(uint64_t bound) { return static_cast<uint64_t>((static_cast<Wide>(next()) * bound) >> 64); }
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  static constexpr uint64_t kStep = 0x9E3779B97F4A7C15ULL;
  /// The finishing function of SplitMix64 (Steele, Lea, Flood 2014).
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

}  // namespace sluice::connectors::datagen
