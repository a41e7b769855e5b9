#pragma once
// Writes rows to PostgreSQL.

#include <memory>

#include "connectors/sql/postgres/connection.h"

namespace sluice::connectors::sql {

/// `connection` outlives the writer.
Result<std::unique_ptr<RowWriter>> make_postgres_writer(PostgresConnection& connection, TableWrite write,
                                                        const WriteOptions& options);

}  // namespace sluice::connectors::sql
