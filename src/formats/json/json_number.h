#pragma once
// Numbers of a JSON tree (int64, or the text of a larger or fractional one) in Java's
// types.

#include <cstdint>

#include "sdk/data/value.h"

namespace sluice::json {

bool is_json_number(const sdk::Value& node);
bool is_json_integer(const sdk::Value& node);
/// The lowest 64 bits of the number's whole part, as BigDecimal.longValue; 0 for everything but numbers.
int64_t json_low_bits(const sdk::Value& node);
double json_float64(const sdk::Value& node);
float json_float32(const sdk::Value& node);

}  // namespace sluice::json
