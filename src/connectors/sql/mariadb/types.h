#pragma once
// Types of MySQL and MariaDB: as results and as information_schema name them.

#include <mysql.h>

#include <string_view>

#include "connectors/sql/column.h"
#include "connectors/sql/mariadb/url.h"

namespace sluice::connectors::sql {

/// How a value comes in a row of the binary protocol.
enum class MariaDbForm : uint8_t {
  kNull,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat,
  kDouble,
  kDecimal,  // as text
  kText,
  kBytes,
  kBits,
  kDate,
  kTime,
  kDateTime,   // on a clock without a zone
  kTimestamp,  // in UTC
  kYear,
};

struct MariaDbColumn {
  Column column;
  MariaDbForm form = MariaDbForm::kText;
};

/// A column of a result. The target says what the URL makes of tinyint(1) and
/// year.
MariaDbColumn mariadb_result_column(const MYSQL_FIELD& field, const MariaDbSwitches& switches);

/// The type of a column that information_schema.columns calls `column_type`:
/// "int(10) unsigned". Sets type, type_name, precision, scale and is_unsigned.
void describe_mariadb_type(std::string_view column_type, const MariaDbSwitches& switches, Column& column);

}  // namespace sluice::connectors::sql
