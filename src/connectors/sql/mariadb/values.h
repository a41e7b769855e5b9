#pragma once
// Values of MySQL's binary protocol as ours. libmariadb has found out how long
// a row is and does not tell, so that the lengths in it are taken for right, as
// its own reading takes them.

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "connectors/sql/mariadb/types.h"
#include "connectors/sql/row_plan.h"
#include "sdk/data/value.h"

namespace sluice::connectors::sql {

/// Bytes that a value of that form takes in a row; 0: a length stands before
/// it; -1: a byte with the length.
int mariadb_wire_size(MariaDbForm form);
/// The bytes of the value that `row` points at, and moves `row` behind it.
BytesView take_mariadb_cell(int wire_size, const unsigned char*& row);

struct MariaDbDecoding {
  MariaDbForm form;
  ZeroDates zero_dates;
};

/// What they hold lives in the arena. Null: a zero date that is to be one.
/// Errors say what is wrong with the value, not where.
Result<sdk::Value> decode_mariadb(const MariaDbDecoding& how, const FieldPlan& field, const RowPlan& plan,
                                  BytesView bytes, sdk::Arena& arena);
/// The point in time of a timestamp, date or text; nothing for a zero date that
/// is to be null.
Result<std::optional<Instant>> mariadb_instant(const MariaDbDecoding& how, const RowPlan& plan,
                                               BytesView bytes);

}  // namespace sluice::connectors::sql
