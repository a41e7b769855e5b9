#pragma once
// Numbers and bytes as the handling modes want them (decimal.handling.mode, binary.handling.mode).

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "connectors/cdc/common/options.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc {

/// No precision where that is 0.
sdk::SchemaBuilder decimal_builder(DecimalMode mode, int precision, int scale);
/// Digits with at most one point, as an unscaled number; false if it is too long for one.
bool small_decimal(std::string_view text, int64_t& unscaled, int& scale);
/// Error kind kBadRecord for what is no number, or has more digits behind the point.
Result<sdk::Value> precise_decimal(std::string_view text, int scale, sdk::Arena& arena);

sdk::SchemaBuilder binary_builder(BinaryMode mode);
/// `bytes` live as long as the value.
sdk::Value binary_value(BinaryMode mode, BytesView bytes, sdk::Arena& arena);

}  // namespace sluice::connectors::cdc
