#pragma once
// The columns of a Connect schema, compiled once per file: optional fields are OPTIONAL, lists have three
// levels, int8 to int32 are INT32, Date, Time and Timestamp their Parquet twins in milliseconds, Decimal a
// fixed-length one.

#include <memory>

#include "base/result.h"
#include "formats/parquet/module/node.h"
#include "sdk/data/schema.h"

namespace sluice::formats {

/// The parameter in which sources tell how many digits a decimal has.
inline constexpr const char* kPrecisionParameter = "connect.decimal.precision";

/// `schema` outlives the tree. Error kind kBadRecord names what Parquet cannot hold (not a struct, a struct
/// without fields, a decimal whose scale is out of bounds).
Result<std::unique_ptr<Node>> plan_of(const sdk::Schema& schema);

}  // namespace sluice::formats
