#include "connectors/sql/odbc/types.h"

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <algorithm>

#include "connectors/sql/letter_case.h"

namespace sluice::connectors::sql {
namespace {

// Types of single products' drivers.
constexpr int kSsVariant = -150;
constexpr int kSsUdt = -151;
constexpr int kSsXml = -152;
constexpr int kSsTime2 = -154;
constexpr int kSsTimestampOffset = -155;
constexpr int kDb2Graphic = -95;
constexpr int kDb2Vargraphic = -96;
constexpr int kDb2LongVargraphic = -97;
constexpr int kDb2Blob = -98;
constexpr int kDb2Clob = -99;
constexpr int kDb2Dbclob = -350;
constexpr int kDb2Decfloat = -360;
constexpr int kDb2Xml = -370;

constexpr int kOracleNoScale = -127;  // as the JDBC driver says of NUMBER
constexpr int kInt64Digits = 18;
constexpr int64_t kBoundSizeMax = 1024;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

OdbcType number(Product product, const OdbcColumn& column, SqlType type) {
  OdbcType result{type, OdbcForm::kDigits, static_cast<int>(column.size), column.digits};
  if (product != Product::kOracle) {
    if (column.digits == 0 && column.size > 0 && column.size <= kInt64Digits) result.form = OdbcForm::kInt64;
    return result;
  }
  result.type = SqlType::kNumeric;
  const bool unbounded = column.size == 0 || column.digits == kOracleNoScale || column.digits > 127;
  if (unbounded) {
    result.precision = 0;
    result.scale = kOracleNoScale;
  }
  return result;
}

OdbcType floating(Product product, const OdbcColumn& column, const std::string& name) {
  // FLOAT and NUMBER without precision are decimal numbers in Oracle, however the driver calls them.
  const bool decimal = product == Product::kOracle && !contains(name, "binary");
  if (decimal) return {SqlType::kNumeric, OdbcForm::kDigits, 0, kOracleNoScale};
  if (column.sql_type == SQL_REAL) return {SqlType::kReal, OdbcForm::kFloat32};
  return {SqlType::kDouble, OdbcForm::kFloat64};
}

OdbcType integer(Product product, const OdbcColumn& column) {
  const auto type = [&] {
    switch (column.sql_type) {
      case SQL_TINYINT:
        return SqlType::kTinyint;
      case SQL_SMALLINT:
        return SqlType::kSmallint;
      case SQL_INTEGER:
        return SqlType::kInteger;
      default:
        return SqlType::kBigint;
    }
  }();
  const bool all_unsigned = product == Product::kSqlServer || product == Product::kSybase;
  OdbcType result{type, OdbcForm::kInt64};
  result.is_unsigned = column.is_unsigned || (type == SqlType::kTinyint && all_unsigned);
  if (type == SqlType::kBigint && result.is_unsigned) result.form = OdbcForm::kUint64;
  return result;
}

OdbcType timestamp(Product product, const OdbcColumn& column) {
  if (!is_zoned(product, column.sql_type, column.type_name))
    return {SqlType::kTimestamp, OdbcForm::kTimestamp};
  const bool text = product == Product::kSqlServer || product == Product::kOracle;
  return {SqlType::kTimestamp, text ? OdbcForm::kZonedText : OdbcForm::kInstant};
}

/// Of the standard's types.
OdbcType standard_type(Product product, const OdbcColumn& column, const std::string& name) {
  switch (column.sql_type) {
    case SQL_BIT:
      return {contains(name, "bool") ? SqlType::kBoolean : SqlType::kTinyint, OdbcForm::kInt64};
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
      return integer(product, column);
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE:
      return floating(product, column, name);
    case SQL_NUMERIC:
      return number(product, column, SqlType::kNumeric);
    case SQL_DECIMAL:
      return number(product, column, SqlType::kDecimal);
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR:
      return {SqlType::kText, OdbcForm::kText};
    case SQL_GUID:
      return {SqlType::kText, product == Product::kPostgres ? OdbcForm::kLowerText : OdbcForm::kText};
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
      return {SqlType::kBinary, OdbcForm::kBinary};
    case SQL_DATE:
    case SQL_TYPE_DATE:
      return {SqlType::kDate, OdbcForm::kDate};
    case SQL_TIME:
    case SQL_TYPE_TIME:
      return {SqlType::kTime, OdbcForm::kTime};
    case SQL_TIMESTAMP:
    case SQL_TYPE_TIMESTAMP:
      return timestamp(product, column);
    default:
      return {};
  }
}

OdbcType own_type(Product product, const OdbcColumn& column) {
  switch (column.sql_type) {
    case kSsUdt:
    case kDb2Blob:
      return {SqlType::kBinary, OdbcForm::kBinary};
    case kSsXml:
    case kDb2Graphic:
    case kDb2Vargraphic:
    case kDb2LongVargraphic:
    case kDb2Clob:
    case kDb2Dbclob:
    case kDb2Xml:
      return {SqlType::kText, OdbcForm::kText};
    case kSsTime2:
      return {SqlType::kTime, OdbcForm::kTime};
    case kSsTimestampOffset:
      return timestamp(product, column);
    case kDb2Decfloat:
      return {SqlType::kDouble, OdbcForm::kFloat64};
    case kSsVariant:
    default:
      return {};
  }
}

/// What the JDBC drivers call types that the Java connector leaves out.
bool is_left_out(Product product, const std::string& name) {
  if (product == Product::kOracle)
    return contains(name, "rowid") || contains(name, "xmltype") || contains(name, "interval");
  return product == Product::kPostgres && (name == "interval" || name.starts_with("_"));
}

}  // namespace

bool is_zoned(Product product, int sql_type, std::string_view type_name) {
  const std::string name = lower_case(type_name);
  if (sql_type == kSsTimestampOffset || name == "datetimeoffset") return true;
  if (product == Product::kMysql) return name == "timestamp";
  return name == "timestamptz" || contains(name, "with time zone") || contains(name, "with local time zone");
}

OdbcType odbc_type(Product product, const OdbcColumn& column) {
  const std::string name = lower_case(column.type_name);
  if (is_left_out(product, name)) return {};
  const OdbcType type = standard_type(product, column, name);
  if (type.type != SqlType::kOther) {
    // Oracle's DATE has a time of day, whatever it is called.
    const bool date_time = product == Product::kOracle && type.type == SqlType::kDate;
    return date_time ? OdbcType{SqlType::kTimestamp, OdbcForm::kTimestamp} : type;
  }
  return own_type(product, column);
}

Column column_of(Product product, const OdbcColumn& column) {
  const OdbcType type = odbc_type(product, column);
  Column result;
  result.name = column.name;
  result.type = type.type;
  result.type_name = column.type_name;
  result.precision = type.precision;
  result.scale = type.scale;
  if (type.type == SqlType::kText || type.type == SqlType::kBinary)
    result.precision = static_cast<int>(std::min<int64_t>(column.size, 1 << 30));
  if (type.type == SqlType::kTimestamp) result.scale = column.digits;
  result.nullable = column.nullable;
  result.is_unsigned = type.is_unsigned;
  result.auto_increment = column.auto_increment;
  result.native_type = static_cast<uint32_t>(column.sql_type);
  return result;
}

bool is_long(Product product, const OdbcColumn& column, OdbcForm form) {
  if (form != OdbcForm::kText && form != OdbcForm::kBinary) return false;
  if (column.sql_type == SQL_GUID) return false;
  if (column.size <= 0 || column.size > kBoundSizeMax || product == Product::kSqlite) return true;
  if (product == Product::kPostgres) {
    // Only declared lengths hold; for texts without one the driver has a size of its own.
    return lower_case(column.type_name) != "varchar" && column.sql_type != SQL_CHAR &&
           column.sql_type != SQL_WCHAR;
  }
  return !product_traits(product).sizes_hold;
}

}  // namespace sluice::connectors::sql
