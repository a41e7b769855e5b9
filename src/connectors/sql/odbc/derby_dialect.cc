// Apache Derby's SQL.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DdlTypes kTypes{.int8 = "SMALLINT",
                          .int16 = "SMALLINT",
                          .int32 = "INTEGER",
                          .int64 = "BIGINT",
                          .float32 = "FLOAT",
                          .float64 = "DOUBLE",
                          .boolean = "SMALLINT",
                          .text = "VARCHAR(32672)",
                          .text_key = "VARCHAR(1024)",
                          .bytes = "BLOB(64000)",
                          .decimal = "DECIMAL(31,{})",
                          .date = "DATE",
                          .time = "TIME",
                          .timestamp = "TIMESTAMP"};

class DerbyDialect final : public Dialect {
 public:
  std::string_view name() const override { return "DerbyDatabaseDialect"; }
  std::string_view product() const override { return "Apache Derby"; }
  std::string fold(std::string_view identifier) const override { return upper_case(identifier); }
  size_t name_bytes_max() const override { return 128; }
  std::string_view null_clause() const override { return ""; }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    const bool quoted = options.quote_identifiers;
    const std::string table = Dialect::name(write.table, quoted);
    return merge_statement(*this, write, quoted,
                           {table, table + ".", values_as_dat(*this, write, quoted), "DAT.", ""});
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

const Dialect& derby_dialect() {
  static const DerbyDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
