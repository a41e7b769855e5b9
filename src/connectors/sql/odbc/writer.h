#pragma once
// Writes rows by a prepared statement with arrays of parameters, or row by row where a driver takes none.

#include <memory>

#include "connectors/sql/odbc/connection.h"

namespace sluice::connectors::sql {

/// `connection` outlives the writer.
Result<std::unique_ptr<RowWriter>> make_odbc_writer(OdbcConnection& connection, const TableWrite& write,
                                                    const WriteOptions& options);

}  // namespace sluice::connectors::sql
