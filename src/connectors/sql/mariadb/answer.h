#pragma once
// The answer to a prepared statement outside the record path, as texts.

#include <string>
#include <string_view>

#include "connectors/sql/connection.h"
#include "connectors/sql/mariadb/parameters.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::sql {

/// Runs `sql` with what stands for its placeholders. Error kinds as a
/// connection's.
Result<Answer> run_prepared(mysql::Session& client, const std::string& sql, MariaDbParameters& parameters,
                            std::string_view what);

}  // namespace sluice::connectors::sql
