#pragma once
// Cells as ODBC drivers deliver them, as values. The bytes come from a driver: lengths are checked.

#include <string_view>

#include "connectors/sql/odbc/types.h"
#include "connectors/sql/row_plan.h"

namespace sluice::connectors::sql {

/// A cell that is not null; for texts of UTF-16 the bytes are its units.
Result<sdk::Value> decode_odbc(OdbcForm form, const FieldPlan& field, const RowPlan& plan, BytesView cell,
                               sdk::Arena& arena);
/// The point in time of a timestamp, date or text.
Result<Instant> odbc_instant(OdbcForm form, const RowPlan& plan, BytesView cell);

}  // namespace sluice::connectors::sql
