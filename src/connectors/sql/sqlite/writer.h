#pragma once
// Writes rows to SQLite: one prepared statement, stepped once a row, in the transaction that is open.

#include <memory>

#include "connectors/sql/connection.h"
#include "connectors/sql/sqlite/handle.h"

namespace sluice::connectors::sql {

/// `database` outlives the writer.
Result<std::unique_ptr<RowWriter>> make_sqlite_writer(sqlite3* database, TableWrite write,
                                                      const WriteOptions& options);

}  // namespace sluice::connectors::sql
