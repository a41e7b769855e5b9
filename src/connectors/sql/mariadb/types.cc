#include "connectors/sql/mariadb/types.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace sluice::connectors::sql {
namespace {

constexpr unsigned kBinaryCharset = 63;

struct Named {
  std::string_view name;
  SqlType type;
  MariaDbForm form;
  MariaDbForm unsigned_form;
};

// By the base name in information_schema.
constexpr Named kTypes[] = {
    {"tinyint", SqlType::kTinyint, MariaDbForm::kInt8, MariaDbForm::kUint8},
    {"smallint", SqlType::kSmallint, MariaDbForm::kInt16, MariaDbForm::kUint16},
    {"mediumint", SqlType::kInteger, MariaDbForm::kInt32, MariaDbForm::kUint32},
    {"int", SqlType::kInteger, MariaDbForm::kInt32, MariaDbForm::kUint32},
    {"bigint", SqlType::kBigint, MariaDbForm::kInt64, MariaDbForm::kUint64},
    {"float", SqlType::kReal, MariaDbForm::kFloat, MariaDbForm::kFloat},
    {"double", SqlType::kDouble, MariaDbForm::kDouble, MariaDbForm::kDouble},
    {"decimal", SqlType::kDecimal, MariaDbForm::kDecimal, MariaDbForm::kDecimal},
    {"bit", SqlType::kBit, MariaDbForm::kBits, MariaDbForm::kBits},
    {"date", SqlType::kDate, MariaDbForm::kDate, MariaDbForm::kDate},
    {"time", SqlType::kTime, MariaDbForm::kTime, MariaDbForm::kTime},
    {"datetime", SqlType::kTimestamp, MariaDbForm::kDateTime, MariaDbForm::kDateTime},
    {"timestamp", SqlType::kTimestamp, MariaDbForm::kTimestamp, MariaDbForm::kTimestamp},
    {"year", SqlType::kDate, MariaDbForm::kYear, MariaDbForm::kYear},
    {"binary", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"varbinary", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"tinyblob", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"blob", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"mediumblob", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"longblob", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"geometry", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"point", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"linestring", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"polygon", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"multipoint", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"multilinestring", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"multipolygon", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"geometrycollection", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
    {"geomcollection", SqlType::kBinary, MariaDbForm::kBytes, MariaDbForm::kBytes},
};
constexpr Named kText{"text", SqlType::kText, MariaDbForm::kText, MariaDbForm::kText};

const Named& find_type(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const Named& one) { return one.name == name; });
  return found == std::end(kTypes) ? kText : *found;
}

/// What a result calls the types that have a name of their own; the rest are
/// texts or bytes.
std::string_view name_of(enum_field_types type) {
  switch (type) {
    case MYSQL_TYPE_TINY:
      return "tinyint";
    case MYSQL_TYPE_SHORT:
      return "smallint";
    case MYSQL_TYPE_INT24:
      return "mediumint";
    case MYSQL_TYPE_LONG:
      return "int";
    case MYSQL_TYPE_LONGLONG:
      return "bigint";
    case MYSQL_TYPE_FLOAT:
      return "float";
    case MYSQL_TYPE_DOUBLE:
      return "double";
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
      return "decimal";
    case MYSQL_TYPE_BIT:
      return "bit";
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
      return "date";
    case MYSQL_TYPE_TIME:
    case MYSQL_TYPE_TIME2:
      return "time";
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_DATETIME2:
      return "datetime";
    case MYSQL_TYPE_TIMESTAMP:
    case MYSQL_TYPE_TIMESTAMP2:
      return "timestamp";
    case MYSQL_TYPE_YEAR:
      return "year";
    case MYSQL_TYPE_GEOMETRY:
      return "geometry";
    default:
      return "";
  }
}

/// MariaDB alone: "uuid", "inet6", "json", where the protocol's own type says
/// less.
std::string_view extended_name(const MYSQL_FIELD& field) {
  MARIADB_CONST_STRING name{nullptr, 0};
  if (mariadb_field_attr(&name, &field, MARIADB_FIELD_ATTR_DATA_TYPE_NAME) != 0 || name.str == nullptr)
    return "";
  return {name.str, name.length};
}

/// What the URL asks for: tinyint(1) as the drivers' BIT, whose schema is the
/// same INT8, or as a boolean.
void apply_switches(std::string_view name, int width, const MariaDbSwitches& switches, Column& column) {
  if (name == "tinyint" && width == 1 && !column.is_unsigned && switches.tiny_is_bit &&
      switches.bit_is_boolean)
    column.type = SqlType::kBoolean;
  if (name == "bit") column.is_unsigned = false;
  if (name == "bit" && column.precision <= 1)
    column.type = switches.bit_is_boolean ? SqlType::kBoolean : SqlType::kTinyint;
  if (name == "year") {
    column.is_unsigned = false;
    if (!switches.year_is_date) column.type = SqlType::kSmallint;
  }
}

int number_at(std::string_view text, size_t& at) {
  int value = 0;
  const auto parsed = std::from_chars(text.data() + at, text.data() + text.size(), value);
  at = static_cast<size_t>(parsed.ptr - text.data());
  return parsed.ec == std::errc() ? value : 0;
}

}  // namespace

MariaDbColumn mariadb_result_column(const MYSQL_FIELD& field, const MariaDbSwitches& switches) {
  MariaDbColumn result;
  Column& column = result.column;
  column.name = std::string(field.name, field.name_length);
  column.nullable = (field.flags & NOT_NULL_FLAG) == 0;
  column.is_unsigned = (field.flags & UNSIGNED_FLAG) != 0;
  column.auto_increment = (field.flags & AUTO_INCREMENT_FLAG) != 0;
  column.native_type = field.type;
  if (field.type == MYSQL_TYPE_NULL) {
    column.type = SqlType::kText;
    column.type_name = "null";
    result.form = MariaDbForm::kNull;
    return result;
  }
  std::string_view name = name_of(field.type);
  if (name.empty()) {
    const std::string_view extended = extended_name(field);
    const bool text = field.charsetnr != kBinaryCharset || field.type == MYSQL_TYPE_JSON ||
                      !extended.empty() || (field.flags & (ENUM_FLAG | SET_FLAG)) != 0;
    name = text ? "text" : "blob";
    column.type_name = extended;
  }
  if (column.type_name.empty()) column.type_name = name;
  const Named& type = find_type(name);
  column.type = type.type;
  result.form = column.is_unsigned ? type.unsigned_form : type.form;
  if (type.type == SqlType::kDecimal) {
    column.scale = static_cast<int>(field.decimals);
    column.precision =
        static_cast<int>(field.length) - (column.is_unsigned ? 0 : 1) - (field.decimals > 0 ? 1 : 0);
  }
  if (type.type == SqlType::kBit) column.precision = static_cast<int>(field.length);
  if (type.type == SqlType::kTimestamp || type.type == SqlType::kTime)
    column.scale = field.decimals <= 6 ? static_cast<int>(field.decimals) : 0;
  apply_switches(name, static_cast<int>(field.length), switches, column);
  return result;
}

void describe_mariadb_type(std::string_view column_type, const MariaDbSwitches& switches, Column& column) {
  column.type_name = column_type;
  const std::string_view name = column_type.substr(0, column_type.find_first_of("( "));
  const Named& type = find_type(name);
  column.type = type.type;
  column.is_unsigned = column_type.find(" unsigned") != std::string_view::npos;
  int width = 0;
  if (const size_t open = column_type.find('('); open != std::string_view::npos) {
    size_t at = open + 1;
    width = number_at(column_type, at);
    if (type.type == SqlType::kDecimal || type.type == SqlType::kBit || type.type == SqlType::kText ||
        type.type == SqlType::kBinary)
      column.precision = width;
    if (type.type == SqlType::kTimestamp || type.type == SqlType::kTime) column.scale = width;
    if (type.type == SqlType::kDecimal && at < column_type.size() && column_type[at] == ',')
      column.scale = number_at(column_type, ++at);
  }
  apply_switches(name, width, switches, column);
}

}  // namespace sluice::connectors::sql
