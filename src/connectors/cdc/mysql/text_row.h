#pragma once
// Rows in which MySQL answers queries, as cells.

#include <vector>

#include "connectors/cdc/mysql/table.h"
#include "drivers/mysql/session.h"
#include "sdk/data/arena.h"

namespace sluice::connectors::cdc::mysql {

/// `columns` are the places of the row's fields in the table, -1 for those that it does not have; `cells`
/// gets one per column of the table, in the arena. What cannot be decoded becomes null or the error, as
/// `failures` say.
Status decode_text_row(const Table& table, const std::vector<int>& columns, MYSQL_ROW row,
                       const unsigned long* sizes, FailureMode failures, sdk::Arena& arena,
                       std::vector<sdk::Value>& cells);

/// "`name`"
std::string quoted_name(std::string_view name);

}  // namespace sluice::connectors::cdc::mysql
