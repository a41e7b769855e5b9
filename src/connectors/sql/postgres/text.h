#pragma once
// Cells as PostgreSQL's input functions read them.

#include <string>

#include "connectors/sql/table_write.h"

namespace sluice::connectors::sql {

/// Of a cell that is not null; times are those of local_of(), points in time with "+00".
void append_pg_text(std::string& out, const CellType& type, const sdk::Value& cell,
                    const WriteOptions& options);

}  // namespace sluice::connectors::sql
