#pragma once
// Inside the folder: whether a Decimal schema says its scale, which Java asks only when it needs it.

#include "base/result.h"
#include "sdk/data/schema.h"

namespace sluice::converters {

Status check_decimal_scale(const sdk::Schema& schema);

}  // namespace sluice::converters
