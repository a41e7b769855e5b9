#pragma once
// Writes rows to MariaDB by bulk binding, column by column, and to MySQL, which
// has none, by statements of many rows.

#include <memory>

#include "connectors/sql/connection.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::sql {

/// `client` outlives the writer.
Result<std::unique_ptr<RowWriter>> make_mariadb_writer(mysql::Session& client, const TableWrite& write,
                                                       const WriteOptions& options);

}  // namespace sluice::connectors::sql
