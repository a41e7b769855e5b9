#pragma once
// What ODBC drivers say about columns, as ours: which type a column has and how its values are fetched. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/sql/column.h"
#include "connectors/sql/odbc/product.h"

namespace sluice::connectors::sql {

/// A column as SQLColAttribute describes it.
struct OdbcColumn {
  std::string name;
  int sql_type = 0;
  std::string type_name;
  int64_t size = 0;  // characters, bytes or digits; 0: not said
  int digits = 0;    // after the point; of seconds
  bool nullable = true;
  bool is_unsigned = false;
  bool auto_increment = false;
};

/// How values come from the driver.
enum class OdbcForm : uint8_t {
  kSkipped,
  kInt64,
  kUint64,  // as text: beyond int64
  kFloat32,
  kFloat64,
  kDigits,     // a decimal number in ASCII
  kText,       // UTF-16
  kLowerText,  // as kText, to be in lower case: PostgreSQL\'s UUIDs
  kBinary,
  kDate,
  kTime,       // text: with what there is of a fraction
  kTimestamp,  // a wall clock's
  kInstant,    // as kTimestamp, in UTC
  kZonedText,  // UTF-16 text with an offset
};

struct OdbcType {
  SqlType type = SqlType::kOther;
  OdbcForm form = OdbcForm::kSkipped;
  int precision = 0;
  int scale = 0;
  bool is_unsigned = false;
};

OdbcType odbc_type(Product product, const OdbcColumn& column);
/// With the type that odbc_type() finds.
Column column_of(Product product, const OdbcColumn& column);

/// Whether a column of that type keeps points in time rather than a wall clock's times.
bool is_zoned(Product product, int sql_type, std::string_view type_name);
/// Whether values are too long, or may be, for buffers of a fixed size.
bool is_long(Product product, const OdbcColumn& column, OdbcForm form);

}  // namespace sluice::connectors::sql
