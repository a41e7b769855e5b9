#pragma once
// One value as another type, as Cast does it: numbers narrow as in Java's casts, texts are parsed.

#include <string_view>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::transforms {

/// Writes `to`; null stays null. `schema` is the value's own or null. A text may live in the arena. Error
/// kind kBadRecord with Java's text.
Status cast_value(sdk::Arena& arena, const sdk::Schema* schema, const sdk::Value& value, sdk::Type target,
                  sdk::Value& to);

/// "[INT8, INT16, …]": what can be cast to, or from.
std::string_view cast_outputs();
std::string_view cast_inputs();
bool is_cast_output(sdk::Type type);

}  // namespace sluice::transforms
