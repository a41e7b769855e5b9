#include "connectors/sql/odbc/parameters.h"

#include <date/date.h>
#include <fmt/core.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <algorithm>
#include <cstring>

#include "connectors/sql/odbc/types.h"
#include "connectors/sql/odbc/utf16.h"
#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01
constexpr int64_t kEndSecond = 253'402'300'800;    // 10000-01-01
constexpr SQLULEN kShortTextUnits = 4000;          // what every product takes as VARCHAR
constexpr int kFractionDigits = 6;
constexpr size_t kZonedTextUnits = 40;
constexpr size_t kTimeTextUnits = 16;

bool is_text(SqlType type) { return type == SqlType::kText; }

ParameterForm time_form(Product product, const WriteColumn& column) {
  const Column& declared = column.declared;
  const auto native = static_cast<int>(declared.native_type);
  if (declared.type == SqlType::kTimestamp) {
    if (!is_zoned(product, native, declared.type_name)) return ParameterForm::kTimestamp;
    return product == Product::kSqlServer ? ParameterForm::kZonedText : ParameterForm::kInstant;
  }
  if (declared.type == SqlType::kTime) return ParameterForm::kTimeText;
  if (declared.type == SqlType::kDate) return ParameterForm::kDate;
  if (column.cells.kind == CellKind::kDate) return ParameterForm::kDate;
  return column.cells.kind == CellKind::kTime ? ParameterForm::kTimeText : ParameterForm::kTimestamp;
}

struct Binding {
  SQLSMALLINT c_type;
  SQLSMALLINT sql_type;
  SQLULEN size;
  SQLSMALLINT digits;
};

Binding binding_of(ParameterForm form, const Column& declared) {
  switch (form) {
    case ParameterForm::kBit:
      return {SQL_C_BIT, SQL_BIT, 1, 0};
    case ParameterForm::kInt64:
      return {SQL_C_SBIGINT, SQL_BIGINT, 19, 0};
    case ParameterForm::kFloat64:
      return {SQL_C_DOUBLE, SQL_DOUBLE, 15, 0};
    case ParameterForm::kDigits:
      return {SQL_C_CHAR, SQL_DECIMAL, static_cast<SQLULEN>(std::max(declared.precision, 38)), 0};
    case ParameterForm::kText:
      return {SQL_C_WCHAR, SQL_WVARCHAR, 0, 0};
    case ParameterForm::kBinary:
      return {SQL_C_BINARY, SQL_VARBINARY, 0, 0};
    case ParameterForm::kDate:
      return {SQL_C_TYPE_DATE, SQL_TYPE_DATE, 10, 0};
    case ParameterForm::kTimestamp:
    case ParameterForm::kInstant:
      break;
    case ParameterForm::kZonedText:
      return {SQL_C_WCHAR, SQL_WVARCHAR, kZonedTextUnits, 0};
    case ParameterForm::kTimeText:
      return {SQL_C_WCHAR, SQL_WVARCHAR, kTimeTextUnits, 0};
  }
  const bool known = declared.type == SqlType::kTimestamp && declared.scale > 0 && declared.scale <= 9;
  const int digits = known ? declared.scale : kFractionDigits;
  return {SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, SQLULEN{20} + static_cast<SQLULEN>(digits),
          static_cast<SQLSMALLINT>(digits)};
}

std::string decimal_of(const CellType& type, const Value& cell) {
  std::string text;
  if (type.kind == CellKind::kDecimal) {
    sdk::append_decimal_plain(text, cell.as_bytes(), cell.decimal_scale());
  } else {
    text = std::to_string(cell.as_integer());
  }
  return text;
}

/// What a text column holds of a cell that is none.
std::string text_of(const CellType& type, const Value& cell, const WriteOptions& options) {
  switch (type.kind) {
    case CellKind::kBoolean:
      return cell.as_boolean() ? "true" : "false";
    case CellKind::kInteger:
    case CellKind::kDecimal:
      return decimal_of(type, cell);
    case CellKind::kFloat32:
      return fmt::format("{}", cell.as_float32());
    case CellKind::kFloat64:
      return fmt::format("{}", cell.as_float64());
    case CellKind::kDate:
      return format_time(local_of(type, cell, options), '\0', 0);
    case CellKind::kTime:
      return format_time(local_of(type, cell, options), ' ', 3).substr(sizeof("1970-01-01"));
    case CellKind::kTimestamp:
      return format_time(local_of(type, cell, options), ' ', kFractionDigits);
    default:
      return std::string(cell.as_string());
  }
}

std::string zoned_text(const CellType& type, const Value& cell, const WriteOptions& options) {
  const Instant utc = type.kind == CellKind::kDate || type.wall_clock ? local_of(type, cell, options)
                                                                      : instant_of(type, cell);
  return format_time(utc, ' ', kFractionDigits) + " +00:00";
}

/// Whether the form's width is the same for all cells.
bool is_fixed(ParameterForm form) {
  return form != ParameterForm::kText && form != ParameterForm::kBinary && form != ParameterForm::kDigits;
}

size_t fixed_width(ParameterForm form) {
  switch (form) {
    case ParameterForm::kBit:
      return 1;
    case ParameterForm::kDate:
      return sizeof(SQL_DATE_STRUCT);
    case ParameterForm::kTimestamp:
    case ParameterForm::kInstant:
      return sizeof(SQL_TIMESTAMP_STRUCT);
    case ParameterForm::kZonedText:
      return kZonedTextUnits * sizeof(char16_t);
    case ParameterForm::kTimeText:
      return kTimeTextUnits * sizeof(char16_t);
    default:
      return sizeof(int64_t);
  }
}

size_t variable_width(const ParameterColumn& column, const Value& cell) {
  if (cell.is_null()) return 1;
  if (column.form == ParameterForm::kBinary) return cell.as_bytes().size();
  if (column.form == ParameterForm::kDigits) return decimal_of(column.cells, cell).size() + 1;
  const bool text = column.cells.kind == CellKind::kText;
  return (text ? cell.as_string().size() + 1 : 64) * sizeof(char16_t);
}

SQLLEN put_units(std::string_view text, char* to) {
  const std::u16string units = to_utf16(text);
  const char* const bytes = reinterpret_cast<const char*>(units.data());
  std::copy_n(bytes, units.size() * sizeof(char16_t), to);
  return static_cast<SQLLEN>(units.size() * sizeof(char16_t));
}

/// As put_units, without an allocation where it matters: `to` has room for a unit of each byte.
SQLLEN put_text(std::string_view text, char* to) {
  size_t ascii = 0;
  while (ascii < text.size() && static_cast<uint8_t>(text[ascii]) < 0x80) {
    const auto unit = static_cast<char16_t>(text[ascii]);
    std::memcpy(to + ascii * sizeof(unit), &unit, sizeof(unit));
    ++ascii;
  }
  const auto done = static_cast<SQLLEN>(ascii * sizeof(char16_t));
  return ascii == text.size() ? done : done + put_units(text.substr(ascii), to + done);
}

Status put_date(const CellType& type, const Value& cell, const WriteOptions& options, char* to) {
  const Instant local = local_of(type, cell, options);
  if (local.seconds < kFirstSecond || local.seconds >= kEndSecond)
    return bad_record("the date is outside the years 1 to 9999");
  const date::year_month_day day{date::sys_days{date::days{floor_div(local.seconds, kSecondsPerDay)}}};
  const SQL_DATE_STRUCT value{static_cast<SQLSMALLINT>(static_cast<int>(day.year())),
                              static_cast<SQLUSMALLINT>(static_cast<unsigned>(day.month())),
                              static_cast<SQLUSMALLINT>(static_cast<unsigned>(day.day()))};
  std::memcpy(to, &value, sizeof(value));
  return {};
}

double number_of(const CellType& type, const Value& cell) {
  return type.kind == CellKind::kInteger ? static_cast<double>(cell.as_integer()) : cell.as_float64();
}

/// Length or nothing; the cell is not null.
Result<SQLLEN> put(const ParameterColumn& column, const Value& cell, const WriteOptions& options, char* to) {
  switch (column.form) {
    case ParameterForm::kBit:
      *to = cell.as_integer() != 0 ? '\1' : '\0';
      return SQLLEN{1};
    case ParameterForm::kInt64: {
      const int64_t value = cell.as_integer();
      std::memcpy(to, &value, sizeof(value));
      return SQLLEN{sizeof(value)};
    }
    case ParameterForm::kFloat64: {
      const double value = number_of(column.cells, cell);
      std::memcpy(to, &value, sizeof(value));
      return SQLLEN{sizeof(value)};
    }
    case ParameterForm::kDigits: {
      const std::string text = decimal_of(column.cells, cell);
      std::memcpy(to, text.c_str(), text.size() + 1);
      return static_cast<SQLLEN>(text.size());
    }
    case ParameterForm::kText:
      if (column.cells.kind == CellKind::kText) return put_text(cell.as_string(), to);
      return put_units(text_of(column.cells, cell, options), to);
    case ParameterForm::kBinary:
      if (!cell.as_bytes().empty()) std::memcpy(to, cell.as_bytes().data(), cell.as_bytes().size());
      return static_cast<SQLLEN>(cell.as_bytes().size());
    case ParameterForm::kDate:
      SLUICE_RETURN_IF_ERROR(put_date(column.cells, cell, options, to));
      return SQLLEN{sizeof(SQL_DATE_STRUCT)};
    case ParameterForm::kTimestamp:
      SLUICE_RETURN_IF_ERROR(put_timestamp(local_of(column.cells, cell, options), column.digits, to));
      return SQLLEN{sizeof(SQL_TIMESTAMP_STRUCT)};
    case ParameterForm::kInstant: {
      const bool day = column.cells.kind == CellKind::kDate;
      const Instant utc = day ? local_of(column.cells, cell, options) : instant_of(column.cells, cell);
      SLUICE_RETURN_IF_ERROR(put_timestamp(utc, column.digits, to));
      return SQLLEN{sizeof(SQL_TIMESTAMP_STRUCT)};
    }
    case ParameterForm::kZonedText:
      return put_units(zoned_text(column.cells, cell, options), to);
    case ParameterForm::kTimeText: {
      const Instant local = local_of(column.cells, cell, options);
      return put_units(format_time(local, ' ', 3).substr(sizeof("1970-01-01")), to);
    }
  }
  return SQLLEN{SQL_NULL_DATA};
}

}  // namespace

Status put_timestamp(Instant local, int digits, char* to) {
  if (local.seconds < kFirstSecond || local.seconds >= kEndSecond)
    return bad_record("the time is outside the years 1 to 9999");
  const int64_t days = floor_div(local.seconds, kSecondsPerDay);
  const int64_t second = floor_mod(local.seconds, kSecondsPerDay);
  const date::year_month_day day{date::sys_days{date::days{days}}};
  int32_t unit = 1;  // drivers refuse digits beyond those that they were told of
  for (int i = digits; i < 9; ++i) unit *= 10;
  const SQL_TIMESTAMP_STRUCT value{static_cast<SQLSMALLINT>(static_cast<int>(day.year())),
                                   static_cast<SQLUSMALLINT>(static_cast<unsigned>(day.month())),
                                   static_cast<SQLUSMALLINT>(static_cast<unsigned>(day.day())),
                                   static_cast<SQLUSMALLINT>(second / 3600),
                                   static_cast<SQLUSMALLINT>(second / 60 % 60),
                                   static_cast<SQLUSMALLINT>(second % 60),
                                   static_cast<SQLUINTEGER>(local.nanos / unit * unit)};
  std::memcpy(to, &value, sizeof(value));
  return {};
}

ParameterForm parameter_form(Product product, const WriteColumn& column) {
  const SqlType declared = column.declared.type;
  const CellKind kind = column.cells.kind;
  const bool whole = kind == CellKind::kInteger || kind == CellKind::kBoolean;
  if (is_text(declared) && kind != CellKind::kBytes) return ParameterForm::kText;
  switch (kind) {
    case CellKind::kBoolean:
    case CellKind::kInteger:
      if (whole && (declared == SqlType::kBoolean || declared == SqlType::kBit)) return ParameterForm::kBit;
      return product_traits(product).int64_parameters ? ParameterForm::kInt64 : ParameterForm::kDigits;
    case CellKind::kFloat32:
    case CellKind::kFloat64:
      return ParameterForm::kFloat64;
    case CellKind::kDecimal:
      return ParameterForm::kDigits;
    case CellKind::kBytes:
      return ParameterForm::kBinary;
    case CellKind::kDate:
    case CellKind::kTime:
    case CellKind::kTimestamp:
      return time_form(product, column);
    case CellKind::kText:
    case CellKind::kArray:
      break;
  }
  return ParameterForm::kText;
}

ParameterColumn make_parameter(Product product, const WriteColumn& column) {
  ParameterColumn result;
  result.name = column.name;
  result.cells = column.cells;
  result.form = parameter_form(product, column);
  const Binding binding = binding_of(result.form, column.declared);
  result.c_type = binding.c_type;
  result.sql_type = binding.sql_type;
  result.size = binding.size;
  result.digits = binding.digits;
  return result;
}

size_t width_of(const ParameterColumn& column, const RowBlock& rows, size_t index, size_t first,
                size_t count) {
  if (is_fixed(column.form)) return fixed_width(column.form);
  size_t width = 1;
  for (size_t row = first; row < first + count; ++row)
    width = std::max(width, variable_width(column, rows.row(row)[index]));
  return (width + 1) & ~size_t{1};
}

namespace {

/// Digits after the point: a driver told of fewer may cut the rest off.
SQLSMALLINT scale_of(const ParameterColumn& column, const RowBlock& rows, size_t index, size_t first,
                     size_t count) {
  int32_t scale = 0;
  if (column.cells.kind != CellKind::kDecimal) return 0;
  for (size_t row = first; row < first + count; ++row) {
    const Value& cell = rows.row(row)[index];
    if (!cell.is_null()) scale = std::max(scale, cell.decimal_scale());
  }
  return static_cast<SQLSMALLINT>(scale);
}

}  // namespace

Status fill(ParameterColumn& column, const RowBlock& rows, size_t index, size_t first, size_t count,
            size_t width, const WriteOptions& options) {
  column.width = width;
  if (column.bytes.size() < width * count) column.bytes.resize(width * count);
  if (column.lengths.size() < count) column.lengths.resize(count);
  if (column.form == ParameterForm::kDigits) column.digits = scale_of(column, rows, index, first, count);
  for (size_t i = 0; i < count; ++i) {
    const Value& cell = rows.row(first + i)[index];
    if (cell.is_null()) {
      column.lengths[i] = SQL_NULL_DATA;
      continue;
    }
    const auto length = put(column, cell, options, column.bytes.data() + i * width);
    if (!length.ok())
      return bad_record(fmt::format("Column '{}': {}", column.name, length.error().message()));
    column.lengths[i] = *length;
  }
  return {};
}

SQLRETURN bind_parameter(SQLHSTMT statement, SQLUSMALLINT number, ParameterColumn& column, size_t row) {
  SQLSMALLINT type = column.sql_type;
  SQLULEN size = column.size;
  if (size == 0) {
    const bool text = column.form == ParameterForm::kText;
    size = std::max<SQLULEN>(column.width / (text ? sizeof(char16_t) : 1), 1);
    if (size > kShortTextUnits) type = text ? SQL_WLONGVARCHAR : SQL_LONGVARBINARY;
  }
  return SQLBindParameter(statement, number, SQL_PARAM_INPUT, column.c_type, type, size, column.digits,
                          column.bytes.data() + row * column.width, static_cast<SQLLEN>(column.width),
                          column.lengths.data() + row);
}

}  // namespace sluice::connectors::sql
