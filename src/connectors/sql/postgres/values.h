#pragma once
// PostgreSQL's binary forms of values as ours. The bytes come from a server: lengths are checked.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "connectors/sql/row_plan.h"
#include "sdk/data/value.h"

namespace sluice::connectors::sql {

/// How a type's bytes are read.
enum class PostgresForm : uint8_t {
  kUnknown,
  kBool,
  kInt2,
  kInt4,
  kInt8,
  kOid,
  kFloat4,
  kFloat8,
  kNumeric,
  kText,
  kJsonb,
  kUuid,
  kBytea,
  kDate,
  kTime,
  kTimeTz,
  kTimestamp,
  kTimestampTz,
  kBit,
  kMoney,
};

struct PostgresType {
  PostgresForm form = PostgresForm::kUnknown;
  SqlType type = SqlType::kOther;
};
/// Built-in types by OID.
PostgresType postgres_type(uint32_t oid);

/// `money_digits`: digits after the point of the database's currency. Strings and bytes borrow from `bytes`.
/// Errors say what is wrong with the value, not where.
Result<sdk::Value> decode_postgres(PostgresForm form, const FieldPlan& field, const RowPlan& plan,
                                   BytesView bytes, int money_digits, sdk::Arena& arena);
/// The point in time of a timestamp, date or text.
Result<Instant> postgres_instant(PostgresForm form, const RowPlan& plan, BytesView bytes);
/// "-12.50", "NaN"; error for bytes that are no numeric.
Result<std::string> postgres_numeric_text(BytesView bytes);

}  // namespace sluice::connectors::sql
