#pragma once
// What PostgreSQL's dialect and its writers share.

#include <string>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {

/// " ON CONFLICT (keys) DO UPDATE SET …" after an INSERT.
std::string postgres_on_conflict(const TableWrite& write);

}  // namespace sluice::connectors::sql
