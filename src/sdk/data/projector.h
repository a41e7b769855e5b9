#pragma once
// org.apache.kafka.connect.data.SchemaProjector: a value of one schema seen through another.

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::sdk {

/// Types must be equal or promotable along INT8<INT16<INT32<INT64<FLOAT32<FLOAT64; names and parameters
/// equal. Error kind kBadRecord (SchemaProjectorException).
Result<Value> project(Arena& arena, const Schema& source, const Value& value, const Schema& target);

}  // namespace sluice::sdk
