#pragma once
// Cells from the texts in which MySQL answers queries.

#include <optional>
#include <string_view>

#include "connectors/cdc/mysql/cell.h"

namespace sluice::connectors::cdc::mysql {

/// "2024-02-29", "2024-02-29 13:37:00.5". None if it is neither.
std::optional<Civil> parse_civil(std::string_view text);
/// "-838:59:59.000001" in microseconds.
std::optional<int64_t> parse_duration(std::string_view text);

}  // namespace sluice::connectors::cdc::mysql
