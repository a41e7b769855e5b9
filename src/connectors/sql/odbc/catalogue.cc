// What a database says about its tables, by ODBC's catalogue functions.

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "connectors/sql/letter_case.h"
#include "connectors/sql/odbc/connection.h"
#include "connectors/sql/odbc/connection_string.h"
#include "connectors/sql/odbc/utf16.h"

namespace sluice::connectors::sql {
namespace {

// Columns of what the catalogue functions answer, from 0.
constexpr size_t kCatalog = 0;
constexpr size_t kSchema = 1;
constexpr size_t kTable = 2;
constexpr size_t kTableType = 3;
constexpr size_t kColumnName = 3;
constexpr size_t kNullable = 10;
constexpr size_t kDefault = 12;
constexpr size_t kIsNullable = 17;
constexpr size_t kKeySequence = 4;

using Cells = std::vector<std::optional<std::string>>;

std::string cell(const Cells& row, size_t index) { return index < row.size() ? row[index].value_or("") : ""; }

SQLWCHAR* or_any(std::u16string& text) { return text.empty() ? nullptr : wide(text); }
SQLSMALLINT length(const std::u16string& text) { return static_cast<SQLSMALLINT>(text.size()); }

SQLRETURN call_tables(SQLHSTMT statement, TableNames& names) {
  return SQLTablesW(statement, or_any(names.catalog), length(names.catalog), or_any(names.schema),
                    length(names.schema), or_any(names.table), length(names.table), or_any(names.types),
                    length(names.types));
}

SQLRETURN call_columns(SQLHSTMT statement, TableNames& names) {
  return SQLColumnsW(statement, or_any(names.catalog), length(names.catalog), or_any(names.schema),
                     length(names.schema), wide(names.table), length(names.table), nullptr, 0);
}

SQLRETURN call_keys(SQLHSTMT statement, TableNames& names) {
  return SQLPrimaryKeysW(statement, or_any(names.catalog), length(names.catalog), or_any(names.schema),
                         length(names.schema), wide(names.table), length(names.table));
}

/// Names go to the catalogue functions as patterns, so that more may come back than was asked for.
bool is_of(const Cells& row, const TableId& table) {
  return cell(row, kTable) == table.table && (table.schema.empty() || cell(row, kSchema) == table.schema);
}

}  // namespace

Result<Answer> OdbcConnection::catalogue(CatalogCall function, const TableId& table, const std::string& types,
                                         std::string_view what) {
  OdbcStatementPtr statement = new_statement();
  if (statement->handle == SQL_NULL_HSTMT) return connection_error(what);
  TableNames names{to_utf16(table.catalog), to_utf16(table.schema), to_utf16(table.table), to_utf16(types)};
  const auto run = [statement, function, names = std::move(names)]() mutable {
    return function(statement->handle, names);
  };
  SLUICE_RETURN_IF_ERROR(call(statement, run, what));
  Answer answer;
  SLUICE_RETURN_IF_ERROR(drain(statement, answer, what));
  release(std::move(statement));
  return answer;
}

Result<std::string> OdbcConnection::one_text(std::string_view sql) {
  if (sql.empty()) return std::string();
  SLUICE_ASSIGN_OR_RETURN(const Answer answer, execute(std::string(sql), {}, "ask for the session's schema"));
  return answer.rows.empty() ? std::string() : cell(answer.rows[0], 0);
}

Result<TableId> OdbcConnection::complete(const TableId& table) {
  if (!defaults_) {
    TableId defaults;
    SLUICE_ASSIGN_OR_RETURN(defaults.schema, one_text(traits_->schema_sql));
    SLUICE_ASSIGN_OR_RETURN(defaults.catalog, one_text(traits_->catalog_sql));
    defaults_ = defaults;
  }
  TableId full = table;
  // A name of two parts is read as schema and table; a database without schemas means its catalogs.
  if (traits_->schema_sql.empty() && !traits_->catalog_sql.empty() && full.catalog.empty())
    std::swap(full.catalog, full.schema);
  if (full.schema.empty()) full.schema = defaults_->schema;
  if (full.catalog.empty()) full.catalog = defaults_->catalog;
  return full;
}

Result<std::vector<TableId>> OdbcConnection::tables(const TablePattern& pattern) {
  std::string types;
  for (const std::string& type : pattern.types) types += (types.empty() ? "" : ",") + type;
  const bool has_catalogs = !traits_->catalog_sql.empty();
  const bool has_schemas = !traits_->schema_sql.empty() || product() == Product::kOther;
  if (pattern.schema && pattern.schema->empty() && has_schemas) return std::vector<TableId>{};
  TableId names{pattern.catalog.value_or(""), pattern.schema.value_or(""), "%"};
  if (has_catalogs && names.catalog.empty()) {
    SLUICE_ASSIGN_OR_RETURN(names.catalog, one_text(traits_->catalog_sql));
  }
  SLUICE_ASSIGN_OR_RETURN(const Answer answer, catalogue(call_tables, names, types, "list the tables"));
  std::vector<TableId> tables;
  for (const Cells& row : answer.rows) {
    const std::string type = cell(row, kTableType);
    const auto known = [&](const std::string& wanted) { return same_word(wanted, type); };
    if (std::none_of(pattern.types.begin(), pattern.types.end(), known)) continue;
    tables.push_back(
        {has_catalogs ? cell(row, kCatalog) : "", has_schemas ? cell(row, kSchema) : "", cell(row, kTable)});
  }
  return tables;
}

Result<TableShape> OdbcConnection::describe(const TableId& table) {
  const std::string what = "describe table " + plain_name(table);
  SLUICE_ASSIGN_OR_RETURN(const TableId full, complete(table));
  SLUICE_ASSIGN_OR_RETURN(const Answer found, catalogue(call_tables, full, "", what));
  TableShape shape;
  for (const Cells& row : found.rows) {
    if (is_of(row, full)) shape.type = upper_case(cell(row, kTableType));
  }
  if (shape.type.empty()) return shape;
  // A result's description is what a cursor will see: types there and here are the same.
  SLUICE_ASSIGN_OR_RETURN(OdbcStatementPtr statement,
                          prepare("SELECT * FROM " + dialect_->quote(table) + " WHERE 1=0", what));
  const auto run = [statement] { return SQLExecute(statement->handle); };
  SLUICE_RETURN_IF_ERROR(call(statement, run, what));
  SLUICE_ASSIGN_OR_RETURN(const auto columns, columns_of(*statement, what));
  release(std::move(statement));
  for (const OdbcColumn& column : columns) shape.columns.push_back(column_of(product(), column));
  SLUICE_RETURN_IF_ERROR(add_declarations(full, shape));
  SLUICE_RETURN_IF_ERROR(add_keys(full, shape));
  return shape;
}

Status OdbcConnection::add_declarations(const TableId& table, TableShape& shape) {
  const std::string what = "describe the columns of table " + plain_name(table);
  SLUICE_ASSIGN_OR_RETURN(const Answer answer, catalogue(call_columns, table, "", what));
  for (const Cells& row : answer.rows) {
    if (!is_of(row, table)) continue;
    const std::string name = cell(row, kColumnName);
    for (Column& column : shape.columns) {
      if (column.name != name) continue;
      if (cell(row, kNullable) == "0" || same_word(cell(row, kIsNullable), "NO")) column.nullable = false;
      const std::string declared = kDefault < row.size() ? row[kDefault].value_or("NULL") : "NULL";
      column.has_default = column.auto_increment || (!declared.empty() && !same_word(declared, "NULL"));
    }
  }
  return {};
}

Status OdbcConnection::add_keys(const TableId& table, TableShape& shape) {
  const std::string what = "describe the key of table " + plain_name(table);
  const auto answer = catalogue(call_keys, table, "", what);
  if (!answer.ok()) {
    // Not every driver has the function; those that have not say so.
    return answer.error().kind() == ErrorKind::kFailed ? Status{} : Status(answer.error());
  }
  for (const Cells& row : answer->rows) {
    if (!is_of(row, table)) continue;
    int position = 0;
    const std::string text = cell(row, kKeySequence);
    std::from_chars(text.data(), text.data() + text.size(), position);
    for (Column& column : shape.columns) {
      if (column.name == cell(row, kColumnName)) column.key_position = position;
    }
  }
  return {};
}

}  // namespace sluice::connectors::sql
