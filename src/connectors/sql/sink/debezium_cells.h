#pragma once
// Debezium's semantic types as cells (io.debezium.time.*, io.debezium.data.*).

#include <optional>

#include "connectors/sql/sink/cells.h"

namespace sluice::connectors::sql {

/// Nothing if the schema's name is none of Debezium's, or means no more than its type.
std::optional<FieldCells> debezium_cells(const sdk::Schema& schema);

}  // namespace sluice::connectors::sql
