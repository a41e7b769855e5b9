#pragma once
// Writes rows to PostgreSQL: inserts as one COPY … BINARY that goes on from batch to batch, everything else
// (and inserts where COPY is not to be had) as one statement per block over arrays, one array per column.

#include <memory>
#include <vector>

#include "connectors/sql/postgres/connection.h"
#include "connectors/sql/postgres/encode.h"

namespace sluice::connectors::sql {

/// `connection` outlives the writer.
Result<std::unique_ptr<RowWriter>> make_postgres_writer(PostgresConnection& connection,
                                                        const TableWrite& write, const WriteOptions& options);

// Its two kinds.
std::unique_ptr<RowWriter> make_postgres_copy(PostgresConnection& connection, const TableWrite& write,
                                              std::vector<PgColumnEncoder> encoders,
                                              std::unique_ptr<WriteOptions> options);
std::unique_ptr<RowWriter> make_postgres_arrays(PostgresConnection& connection, const TableWrite& write,
                                                std::vector<PgColumnEncoder> encoders,
                                                std::unique_ptr<WriteOptions> options);

}  // namespace sluice::connectors::sql
