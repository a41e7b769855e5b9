// SAP HANA's SQL.

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
                          .float64 = "DOUBLE",
                          .boolean = "BOOLEAN",
                          .text = "NVARCHAR(1000)",
                          .text_key = "NVARCHAR(1000)",
                          .bytes = "BLOB",
                          .decimal = "DECIMAL(38,{})",
                          .date = "DATE",
                          .time = "TIME",
                          .timestamp = "TIMESTAMP"};

class HanaDialect final : public Dialect {
 public:
  std::string_view name() const override { return "SapHanaDatabaseDialect"; }
  std::string_view product() const override { return "SAP HANA"; }
  std::string fold(std::string_view identifier) const override { return upper_case(identifier); }
  size_t name_bytes_max() const override { return 127; }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    constexpr std::string_view kInsert = "INSERT INTO";
    return "UPSERT" + insert(write, options.quote_identifiers).substr(kInsert.size()) + " WITH PRIMARY KEY";
  }
  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    if (type.kind != CellKind::kBoolean || cell.is_null()) return Dialect::literal(type, cell);
    return cell.as_boolean() ? "TRUE" : "FALSE";
  }
  Result<std::string> column_type(const NewColumn& column) const override {
    return ddl_type(kTypes, column, product());
  }
  Result<std::vector<std::string>> add_columns(const TableId& table, std::span<const NewColumn> columns,
                                               bool quoted) const override {
    std::vector<std::string> clauses;
    for (const NewColumn& column : columns) {
      SLUICE_ASSIGN_OR_RETURN(std::string clause, column_clause(column, quoted));
      clauses.push_back(std::move(clause));
    }
    return std::vector<std::string>{
        fmt::format("ALTER TABLE {} ADD ({})", Dialect::name(table, quoted), fmt::join(clauses, ", "))};
  }
};

}  // namespace

const Dialect& hana_dialect() {
  static const HanaDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
