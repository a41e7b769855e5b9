#pragma once
// Decimals in the packed form of rows: groups of nine digits in four bytes, the most significant first, the
// sign in the first bit, negative ones inverted (MySQL's strings/decimal.c).

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "sdk/data/arena.h"

namespace sluice::connectors::cdc::mysql {

inline constexpr int kSmallPrecision = 18;  // unscaled values fit an int64

/// Bytes of a packed decimal; precision is at least scale.
size_t decimal_size(int precision, int scale);
/// `bytes` are of the size that precision and scale make. At most kSmallPrecision digits.
int64_t small_decimal_of(BytesView bytes, int precision, int scale);
/// "-12.340": without zeros in front, with `scale` digits behind the point.
std::string_view decimal_text(BytesView bytes, int precision, int scale, sdk::Arena& arena);

}  // namespace sluice::connectors::cdc::mysql
