// SQLite's SQL. Types are affinities; dates and times are kept as milliseconds since 1970, as the Java driver
// does.

#include "connectors/sql/dialect.h"

#include <fmt/core.h>

namespace sluice::connectors::sql {
namespace {

class SqliteDialect final : public Dialect {
 public:
  std::string_view name() const override { return "SqliteDatabaseDialect"; }
  std::string_view product() const override { return "SQLite"; }
  std::string placeholder(size_t number) const override { return "?" + std::to_string(number); }

  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    if (cell.is_null()) return Dialect::literal(type, cell);
    if (type.kind == CellKind::kDate) return std::to_string(cell.as_integer() * kMsPerDay);
    const bool time = type.kind == CellKind::kTime || type.kind == CellKind::kTimestamp;
    return time ? std::to_string(instant_of(type, cell).ms()) : Dialect::literal(type, cell);
  }

  /// As the Java connector: a row that stands in the way goes, with what the record does not hold.
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    return "INSERT OR REPLACE" + insert(write, options.quote_identifiers).substr(sizeof("INSERT") - 1);
  }

  Result<std::string> column_type(const NewColumn& column) const override {
    switch (column.cells.kind) {
      case CellKind::kBoolean:
      case CellKind::kInteger:
        return std::string("INTEGER");
      case CellKind::kFloat32:
      case CellKind::kFloat64:
        return std::string("REAL");
      case CellKind::kText:
        return std::string("TEXT");
      case CellKind::kBytes:
        return std::string("BLOB");
      case CellKind::kDecimal:
      case CellKind::kDate:
      case CellKind::kTime:
      case CellKind::kTimestamp:
        return std::string("NUMERIC");
      case CellKind::kArray:
        break;
    }
    return bad_record(
        fmt::format("SQLite has no type for the array '{}'; leave it out or turn it into text", column.name));
  }

  Result<std::vector<std::string>> add_columns(const TableId& table, std::span<const NewColumn> columns,
                                               bool quoted) const override {
    std::vector<std::string> statements;
    for (const NewColumn& column : columns) {
      SLUICE_ASSIGN_OR_RETURN(const auto one, Dialect::add_columns(table, {&column, 1}, quoted));
      statements.push_back(one[0]);
    }
    return statements;
  }

  std::string truncate(const TableId& table, bool quoted) const override {
    return "DELETE FROM " + Dialect::name(table, quoted);
  }
};

}  // namespace

const Dialect& sqlite_dialect() {
  static const SqliteDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
