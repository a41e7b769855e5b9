// PostgreSQL's SQL.

#include "connectors/sql/postgres/dialect.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/letter_case.h"

namespace sluice::connectors::sql {
namespace {

class PostgresDialect final : public Dialect {
 public:
  std::string_view name() const override { return "PostgreSqlDatabaseDialect"; }
  std::string_view product() const override { return "PostgreSQL"; }
  std::string placeholder(size_t number) const override { return "$" + std::to_string(number); }
  size_t name_bytes_max() const override { return 63; }
  std::string fold(std::string_view identifier) const override { return lower_case(identifier); }
  std::string_view constraints_now() const override { return "SET CONSTRAINTS ALL IMMEDIATE"; }

  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    if (cell.is_null()) return Dialect::literal(type, cell);
    if (type.kind == CellKind::kBoolean) return cell.as_boolean() ? "TRUE" : "FALSE";
    if (type.kind != CellKind::kBytes) return Dialect::literal(type, cell);
    const std::string hex = Dialect::literal(type, cell);  // X'00FF'
    return "'\\x" + hex.substr(2);
  }

  std::string as_text(std::string_view expression) const override {
    return std::string(expression) + "::text";
  }

  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    return insert(write, options.quote_identifiers) + postgres_on_conflict(write);
  }

  Result<std::string> column_type(const NewColumn& column) const override {
    if (column.cells.kind != CellKind::kArray) return scalar_type(column, column.cells.kind);
    SLUICE_ASSIGN_OR_RETURN(const std::string items, scalar_type(column, column.cells.items));
    return items + "[]";
  }

 private:
  Result<std::string> scalar_type(const NewColumn& column, CellKind kind) const;
};

std::string_view text_type(Meaning meaning) {
  switch (meaning) {
    case Meaning::kJson:
      return "JSONB";
    case Meaning::kXml:
      return "XML";
    case Meaning::kUuid:
      return "UUID";
    default:
      return "TEXT";
  }
}

Result<std::string> PostgresDialect::scalar_type(const NewColumn& column, CellKind kind) const {
  switch (kind) {
    case CellKind::kBoolean:
      return std::string("BOOLEAN");
    case CellKind::kInteger:
      return std::string(column.integer_bits <= 16   ? "SMALLINT"
                         : column.integer_bits <= 32 ? "INT"
                                                     : "BIGINT");
    case CellKind::kFloat32:
      return std::string("REAL");
    case CellKind::kFloat64:
      return std::string("DOUBLE PRECISION");
    case CellKind::kText:
      return std::string(text_type(column.meaning));
    case CellKind::kBytes:
      return std::string("BYTEA");
    case CellKind::kDecimal:
      return std::string("DECIMAL");
    case CellKind::kDate:
      return std::string("DATE");
    case CellKind::kTime:
      return std::string(column.meaning == Meaning::kZonedTime ? "TIMETZ" : "TIME");
    case CellKind::kTimestamp:
      return std::string(column.meaning == Meaning::kZonedTimestamp ? "TIMESTAMPTZ" : "TIMESTAMP");
    case CellKind::kArray:
      break;
  }
  return bad_record(fmt::format("There is no PostgreSQL type for the array of arrays '{}'", column.name));
}

}  // namespace

std::string postgres_on_conflict(const TableWrite& write) {
  const Dialect& dialect = postgres_dialect();
  std::vector<std::string> keys;
  std::vector<std::string> changes;
  for (const WriteColumn& column : write.keys) keys.push_back(dialect.quote(column.name));
  for (const WriteColumn& column : write.others)
    changes.push_back(fmt::format("{0}=EXCLUDED.{0}", dialect.quote(column.name)));
  const std::string action =
      changes.empty() ? "NOTHING" : fmt::format("UPDATE SET {}", fmt::join(changes, ","));
  return fmt::format(" ON CONFLICT ({}) DO {}", fmt::join(keys, ","), action);
}

const Dialect& postgres_dialect() {
  static const PostgresDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
