#pragma once
// Default values of record fields, as JSON in the schema.

#include <optional>

#include "formats/avro/schema.h"

namespace sluice::avro {

/// A float or double: a number, or the text that Java writes for what JSON has no number for.
std::optional<double> floating_default(const Json& value);
Json floating_default(double value);
/// With as many digits as a float needs.
Json floating_default(float value);

/// Whether `value` may be a default of a field of that schema; of a union, any branch will do.
bool is_valid_default(const Schema& schema, const Json& value);

}  // namespace sluice::avro
