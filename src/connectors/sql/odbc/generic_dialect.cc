// SQL-92, for databases that no other dialect is for.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DdlTypes kTypes{.int8 = "SMALLINT",
                          .int16 = "SMALLINT",
                          .int32 = "INTEGER",
                          .int64 = "BIGINT",
                          .float32 = "REAL",
                          .float64 = "DOUBLE PRECISION",
                          .boolean = "SMALLINT",
                          .text = "VARCHAR(4000)",
                          .text_key = "VARCHAR(255)",
                          .bytes = "BLOB",
                          .decimal = "DECIMAL(31,{})",
                          .date = "DATE",
                          .time = "TIME",
                          .timestamp = "TIMESTAMP"};

class GenericDialect final : public Dialect {
 public:
  std::string_view name() const override { return "GenericDatabaseDialect"; }
  std::string_view product() const override { return "This database"; }
  std::string_view null_clause() const override { return ""; }
  std::string truncate(const TableId& table, bool quoted) const override {
    return "DELETE FROM " + Dialect::name(table, quoted);
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

const Dialect& generic_dialect() {
  static const GenericDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
