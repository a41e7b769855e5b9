#pragma once
// How the rows of one result become structs: compiled once per column description, run per row by the
// dialect's cursor. Shared by the batches whose records refer to its schema; immutable.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/sql/column.h"
#include "connectors/sql/instant.h"
#include "connectors/sql/zone.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::connectors::sql {

enum class NumericMapping : uint8_t { kNone, kPrecisionOnly, kBestFit, kBestFitEagerDouble };
enum class TimestampForm : uint8_t {
  kLogical,
  kMicrosLong,
  kMicrosString,
  kMicrosIso,
  kNanosLong,
  kNanosString,
  kNanosIso,
};

struct MappingOptions {
  NumericMapping numeric = NumericMapping::kNone;
  TimestampForm timestamps = TimestampForm::kLogical;
  bool legacy_calendar = true;
  Zone zone;
};

/// What a field's values are made into.
enum class Target : uint8_t {
  kBoolean,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat32,
  kFloat64,
  kString,
  kBytes,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
};

struct FieldPlan {
  int column = 0;  // of the result
  Target target = Target::kString;
  int scale = 0;  // of decimals
  bool required = false;
};

struct RowPlan {
  sdk::SchemaPtr schema;
  std::vector<Column> columns;
  std::vector<FieldPlan> fields;       // in the schema's order
  std::vector<int> timestamp_columns;  // of the result: the first that is not null tells a row's time
  MappingOptions mapping;
  std::string subject;  // "table orders" or "the query", for messages
};
using RowPlanPtr = std::shared_ptr<const RowPlan>;

/// `schema_name` is empty for none; `timestamp_columns` are indexes. Columns of unsupported types are left
/// out, with one warning each.
Result<RowPlanPtr> make_row_plan(std::vector<Column> columns, const std::string& schema_name,
                                 std::string subject, std::vector<int> timestamp_columns,
                                 const MappingOptions& mapping);

// Values as the plan wants them, for cursors. `local` times are those of a column without a zone.
sdk::Value timestamp_value(sdk::Arena& arena, const RowPlan& plan, Instant utc);
/// A wall time without a zone, in plan.mapping.zone.
Instant instant_of_local(const RowPlan& plan, Instant local);
Result<sdk::Value> date_value(const RowPlan& plan, int64_t days);
/// Milliseconds of the day in UTC.
sdk::Value time_value(const RowPlan& plan, int64_t nanos_of_day);
/// Checks the range; an error without a place.
Result<sdk::Value> integer_value(Target target, int64_t value);
/// value × 10^-value_scale at the field's scale, if that is exact.
Result<sdk::Value> decimal_value(sdk::Arena& arena, const FieldPlan& field, int64_t value, int value_scale);
Result<sdk::Value> decimal_value(sdk::Arena& arena, const FieldPlan& field, std::string_view text);

/// Error kind kBadRecord that names subject and column.
Error bad_value(const RowPlan& plan, int column, std::string_view reason);

}  // namespace sluice::connectors::sql
