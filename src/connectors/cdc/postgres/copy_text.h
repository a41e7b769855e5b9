#pragma once
// Rows of COPY … TO STDOUT in text format.

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "sdk/data/arena.h"

namespace sluice::connectors::cdc::postgres {

/// Takes the next field off the front of a row without its line end; null for \N. Escapes are resolved in the
/// arena. `more` tells whether another field follows.
BytesView take_copy_field(BytesView& row, bool& more, sdk::Arena& arena);

}  // namespace sluice::connectors::cdc::postgres
