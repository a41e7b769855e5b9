#pragma once
// Default values of record fields, as JSON in the schema.

#include "formats/avro/schema.h"

namespace sluice::avro {

/// Whether `value` may be a default of a field of that schema; of a union, any branch will do.
bool is_valid_default(const Schema& schema, const Json& value);

}  // namespace sluice::avro
