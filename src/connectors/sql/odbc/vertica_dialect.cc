// Vertica's SQL.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DdlTypes kTypes{.int8 = "INT",
                          .int16 = "INT",
                          .int32 = "INT",
                          .int64 = "INT",
                          .float32 = "FLOAT",
                          .float64 = "FLOAT",
                          .boolean = "BOOLEAN",
                          .text = "VARCHAR(1024)",
                          .text_key = "VARCHAR(1024)",
                          .bytes = "VARBINARY(1024)",
                          .decimal = "DECIMAL(18,{})",
                          .date = "DATE",
                          .time = "TIME",
                          .timestamp = "TIMESTAMP"};

class VerticaDialect final : public Dialect {
 public:
  std::string_view name() const override { return "VerticaDatabaseDialect"; }
  std::string_view product() const override { return "Vertica"; }
  size_t name_bytes_max() const override { return 128; }
  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    if (type.kind != CellKind::kBoolean || cell.is_null()) return Dialect::literal(type, cell);
    return cell.as_boolean() ? "TRUE" : "FALSE";
  }
  Result<std::string> upsert(const TableWrite&, const WriteOptions&) const override {
    return no_upsert(product());
  }
  Result<std::string> column_type(const NewColumn& column) const override {
    return ddl_type(kTypes, column, product());
  }
  Result<std::vector<std::string>> add_columns(const TableId& table, std::span<const NewColumn> columns,
                                               bool quoted) const override {
    SLUICE_ASSIGN_OR_RETURN(const auto clauses, clauses_of(columns, quoted));
    return add_one_by_one(*this, table, clauses, quoted);
  }

 private:
  Result<std::vector<std::string>> clauses_of(std::span<const NewColumn> columns, bool quoted) const {
    std::vector<std::string> clauses;
    for (const NewColumn& column : columns) {
      SLUICE_ASSIGN_OR_RETURN(std::string clause, column_clause(column, quoted));
      clauses.push_back(std::move(clause));
    }
    return clauses;
  }
};

}  // namespace

const Dialect& vertica_dialect() {
  static const VerticaDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
