#pragma once
// Defaults between Avro's JSON and Connect's values.

#include <optional>

#include "base/result.h"
#include "formats/avro/connect_names.h"
#include "formats/avro/schema.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::avro {

/// A default of `schema` as a value of the Connect schema made from it; none if the JSON does not fit.
/// Borrows from the arena and from `connect`.
std::optional<sdk::Value> connect_default(const sdk::Schema& connect, const Schema& schema, const Json& json,
                                          sdk::Arena& arena);

/// A value of that schema, which may be its default, as JSON in an Avro schema.
Json avro_default(const sdk::Schema& schema, const sdk::Value& value, const ConnectOptions& options);

}  // namespace sluice::avro
