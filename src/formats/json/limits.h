#pragma once
// Inside the folder: the limits of Jackson's StreamReadConstraints, which Kafka Connect leaves at their
// defaults.

#include <cstddef>

namespace sluice::json {

inline constexpr int kDepthMax = 1000;
inline constexpr size_t kNumberLengthMax = 1000;
inline constexpr size_t kNameLengthMax = 50'000;        // UTF-16 units
inline constexpr size_t kStringLengthMax = 20'000'000;  // UTF-16 units

/// How numbers other than 64-bit integers come out of the decoder.
enum class Numbers : unsigned char {
  kPlain,  // fractions as float64, larger integers wrapped to 64 bits: schemaless data of Connect's
           // JsonConverter
  kExact,  // as Kind::kBytes holding the number's text, for a reader that knows the wanted type
};

}  // namespace sluice::json
