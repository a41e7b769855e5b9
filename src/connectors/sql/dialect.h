#pragma once
// How one database product spells its SQL and which types it has. One file per product; immutable, live for
// ever. Names go into SQL quoted, values by placeholders or as literal(), never otherwise.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/sql/column.h"
#include "connectors/sql/table_write.h"

namespace sluice::connectors::sql {

/// Statements around a savepoint; an empty text: nothing needs to be said.
struct SavepointSql {
  std::string_view set = "SAVEPOINT sluice";
  std::string_view roll_back = "ROLLBACK TO SAVEPOINT sluice";
  std::string_view release = "RELEASE SAVEPOINT sluice";
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  /// Java's class name without its package, as in dialect.name.
  virtual std::string_view name() const = 0;
  /// As people say it: "PostgreSQL".
  virtual std::string_view product() const = 0;

  // --- names
  /// What a quoted name begins with and ends with; the latter is doubled inside.
  virtual char quote_begin() const { return '"'; }
  virtual char quote_end() const { return quote_begin(); }
  std::string quote(std::string_view identifier) const;
  /// Quoted parts joined by points.
  std::string quote(const TableId& table) const;
  /// Quoted where `quoted` says so, bare otherwise.
  std::string name(std::string_view identifier, bool quoted) const;
  std::string name(const TableId& table, bool quoted) const;
  /// What a bare identifier is taken for: in lower or upper case, or as it is.
  virtual std::string fold(std::string_view identifier) const { return std::string(identifier); }
  /// The longest name that the database keeps whole, in bytes; 0: no limit.
  virtual size_t name_bytes_max() const { return 0; }
  /// As much of a name as the database keeps.
  virtual std::string fit(std::string_view identifier) const;

  // --- values
  /// The n-th placeholder, from 1.
  virtual std::string placeholder(size_t) const { return "?"; }
  /// A cell in SQL text, for DEFAULT clauses.
  virtual std::string literal(const CellType& type, const sdk::Value& cell) const;

  /// A column, or any expression, of a type that has no counterpart here, as text.
  virtual std::string as_text(std::string_view expression) const {
    return "CAST(" + std::string(expression) + " AS VARCHAR(4000))";
  }

  // --- changing rows; one row each, placeholders in the order of write.bound()
  Result<std::string> statement(const TableWrite& write, const WriteOptions& options) const;
  std::string insert(const TableWrite& write, bool quoted) const;
  /// Error kind kBadConfig: the database has none.
  virtual Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const = 0;
  std::string update(const TableWrite& write, bool quoted) const;
  std::string remove(const TableWrite& write, bool quoted) const;
  virtual SavepointSql savepoint() const { return {}; }
  /// Makes constraints that wait for the commit speak up at once, in the open transaction; empty: none wait.
  virtual std::string_view constraints_now() const { return ""; }

  // --- tables
  /// Error kind kBadRecord: there is no such type here.
  virtual Result<std::string> column_type(const NewColumn& column) const = 0;
  Result<std::string> create_table(const TableId& table, std::span<const NewColumn> columns,
                                   bool quoted) const;
  /// In one statement, or one each.
  virtual Result<std::vector<std::string>> add_columns(const TableId& table,
                                                       std::span<const NewColumn> columns, bool quoted) const;
  /// Empties a table.
  virtual std::string truncate(const TableId& table, bool quoted) const;

 protected:
  /// What follows the type of a column that may be null.
  virtual std::string_view null_clause() const { return " NULL"; }
  /// `"name" TYPE NOT NULL DEFAULT 1`
  Result<std::string> column_clause(const NewColumn& column, bool quoted) const;
};

const Dialect& sqlite_dialect();
const Dialect& postgres_dialect();
const Dialect& mysql_dialect();
const Dialect& oracle_dialect();
const Dialect& sql_server_dialect();
const Dialect& db2_dialect();
const Dialect& derby_dialect();
const Dialect& hana_dialect();
const Dialect& sybase_dialect();
const Dialect& vertica_dialect();
const Dialect& generic_dialect();

/// By Java's class name; error kind kBadConfig lists those there are.
Result<const Dialect*> find_dialect(std::string_view name);
/// Names for dialect.name.
std::vector<std::string> dialect_names();

}  // namespace sluice::connectors::sql
