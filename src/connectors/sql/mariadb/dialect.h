#pragma once
// What the writer needs of MySQL's SQL beyond the dialect.

#include <string>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {

/// " ON DUPLICATE KEY UPDATE `a`=VALUES(`a`),…"
std::string mysql_on_duplicate(const TableWrite& write, bool quoted);

}  // namespace sluice::connectors::sql
