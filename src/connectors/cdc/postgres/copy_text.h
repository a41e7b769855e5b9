#pragma once
// Rows of COPY … TO STDOUT in text format.

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "connectors/cdc/postgres/table.h"
#include "sdk/data/arena.h"

namespace sluice::connectors::cdc::postgres {

/// Takes the next field off the front of a row without its line end; null for \N. Escapes are resolved in the
/// arena. `more` tells whether another field follows.
BytesView take_copy_field(BytesView& row, bool& more, sdk::Arena& arena);

/// The fields of a row, whose columns are named by their places in the table, as cells, one per column of the
/// table; `texts`, if there, gets what each field says. The row lives as long as the cells. What cannot be
/// decoded becomes null or the error, as options say.
Status decode_copy_row(const Table& table, const std::vector<int>& columns, BytesView row,
                       FailureMode failures, sdk::Arena& arena, std::vector<sdk::Value>& cells,
                       std::vector<BytesView>* texts);

}  // namespace sluice::connectors::cdc::postgres
