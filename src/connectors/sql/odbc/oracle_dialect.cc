// Oracle's SQL. An alias of a table takes no AS; an empty text is null.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DdlTypes kTypes{.int8 = "NUMBER(3,0)",
                          .int16 = "NUMBER(5,0)",
                          .int32 = "NUMBER(10,0)",
                          .int64 = "NUMBER(19,0)",
                          .float32 = "BINARY_FLOAT",
                          .float64 = "BINARY_DOUBLE",
                          .boolean = "NUMBER(1,0)",
                          .text = "VARCHAR2(4000)",
                          .text_key = "VARCHAR2(4000)",
                          .bytes = "BLOB",
                          .decimal = "NUMBER(*,{})",
                          .date = "DATE",
                          .time = "DATE",
                          .timestamp = "TIMESTAMP"};

class OracleDialect final : public Dialect {
 public:
  std::string_view name() const override { return "OracleDatabaseDialect"; }
  std::string_view product() const override { return "Oracle"; }
  std::string fold(std::string_view identifier) const override { return upper_case(identifier); }
  size_t name_bytes_max() const override { return 128; }
  SavepointSql savepoint() const override { return {.release = ""}; }
  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    const std::string text = Dialect::literal(type, cell);
    if (cell.is_null()) return text;
    switch (type.kind) {
      case CellKind::kBytes:
        return "HEXTORAW(" + text.substr(1) + ")";
      case CellKind::kDate:
        return "DATE " + text;
      case CellKind::kTimestamp:
        return "TIMESTAMP " + text;
      case CellKind::kTime:
        return fmt::format("TO_DATE('1970-01-01 {}','YYYY-MM-DD HH24:MI:SS')", text.substr(1, 8));
      default:
        return text;
    }
  }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    const bool quoted = options.quote_identifiers;
    return merge_statement(
        *this, write, quoted,
        {Dialect::name(write.table, quoted) + " target", "target.",
         "(" + select_placeholders(*this, write, quoted) + " FROM dual) incoming", "incoming.", ""});
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

const Dialect& oracle_dialect() {
  static const OracleDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
