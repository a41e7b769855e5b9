// SQL Server's SQL.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DdlTypes kTypes{.int8 = "tinyint",
                          .int16 = "smallint",
                          .int32 = "int",
                          .int64 = "bigint",
                          .float32 = "real",
                          .float64 = "float",
                          .boolean = "bit",
                          .text = "varchar(max)",
                          .text_key = "varchar(900)",
                          .bytes = "varbinary(max)",
                          .decimal = "decimal(38,{})",
                          .date = "date",
                          .time = "time",
                          .timestamp = "datetime2"};

class SqlServerDialect final : public Dialect {
 public:
  std::string_view name() const override { return "SqlServerDatabaseDialect"; }
  std::string_view product() const override { return "SQL Server"; }
  char quote_begin() const override { return '['; }
  char quote_end() const override { return ']'; }
  size_t name_bytes_max() const override { return 128; }
  SavepointSql savepoint() const override {
    return {"SAVE TRANSACTION sluice", "ROLLBACK TRANSACTION sluice", ""};
  }
  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    const std::string text = Dialect::literal(type, cell);
    if (cell.is_null()) return text;
    if (type.kind == CellKind::kText) return "N" + text;
    return type.kind == CellKind::kBytes ? "0x" + text.substr(2, text.size() - 3) : text;
  }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    const bool quoted = options.quote_identifiers;
    const std::string_view lock = options.merge_holdlock ? " WITH (HOLDLOCK)" : "";
    return merge_statement(
        *this, write, quoted,
        {fmt::format("{}{} AS target", Dialect::name(write.table, quoted), lock), "target.",
         "(" + select_placeholders(*this, write, quoted) + ") AS incoming", "incoming.", ";"});
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
        fmt::format("ALTER TABLE {} ADD {}", Dialect::name(table, quoted), fmt::join(clauses, ", "))};
  }
};

}  // namespace

const Dialect& sql_server_dialect() {
  static const SqlServerDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
