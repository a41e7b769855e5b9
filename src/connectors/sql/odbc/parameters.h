#pragma once
// Cells as ODBC parameters: column-wise arrays, compiled once per column, filled without an allocation per
// cell.

#include <sql.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/sql/odbc/product.h"
#include "connectors/sql/table_write.h"

namespace sluice::connectors::sql {

/// How cells of a column go to the driver.
enum class ParameterForm : uint8_t {
  kBit,
  kInt64,
  kFloat64,
  kDigits,  // a decimal number in ASCII
  kText,    // UTF-16
  kBinary,
  kDate,
  kTimestamp,  // on the clock of db.timezone
  kInstant,    // as kTimestamp, in UTC
  kZonedText,  // UTF-16 text with the offset of UTC
  kTimeText,   // "23:59:59.123"
};

/// By what cells hold and what the column declares.
ParameterForm parameter_form(Product product, const WriteColumn& column);

/// The cells of one column of some rows, as a driver takes them. Shared with a call that may outlive its
/// writer.
struct ParameterColumn {
  std::string name;
  CellType cells;
  ParameterForm form = ParameterForm::kText;
  SQLSMALLINT c_type = 0;
  SQLSMALLINT sql_type = 0;
  SQLULEN size = 0;  // as SQLBindParameter wants it
  SQLSMALLINT digits = 0;
  size_t width = 0;  // bytes a row
  std::vector<char> bytes;
  std::vector<SQLLEN> lengths;
};
ParameterColumn make_parameter(Product product, const WriteColumn& column);

/// Bytes that the widest of these cells takes.
size_t width_of(const ParameterColumn& column, const RowBlock& rows, size_t index, size_t first,
                size_t count);
/// Puts the cells of column `index` of `count` rows in place; error kind kBadRecord names the column.
Status fill(ParameterColumn& column, const RowBlock& rows, size_t index, size_t first, size_t count,
            size_t width, const WriteOptions& options);
/// SQLBindParameter, from `row` of the buffers on.
SQLRETURN bind_parameter(SQLHSTMT statement, SQLUSMALLINT number, ParameterColumn& column, size_t row);

/// A wall clock's time; error kind kBadRecord, without a place, outside the years 1 to 9999.
Status put_timestamp(Instant local, int digits, char* to);

}  // namespace sluice::connectors::sql
