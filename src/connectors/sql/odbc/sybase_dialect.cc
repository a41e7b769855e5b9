// The SQL of SAP (Sybase) Adaptive Server Enterprise.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DdlTypes kTypes{.int8 = "smallint",
                          .int16 = "smallint",
                          .int32 = "int",
                          .int64 = "bigint",
                          .float32 = "real",
                          .float64 = "float",
                          .boolean = "tinyint",
                          .text = "text",
                          .text_key = "varchar(512)",
                          .bytes = "image",
                          .decimal = "decimal(38,{})",
                          .date = "date",
                          .time = "time",
                          .timestamp = "bigdatetime"};

class SybaseDialect final : public Dialect {
 public:
  std::string_view name() const override { return "SybaseDatabaseDialect"; }
  std::string_view product() const override { return "Sybase ASE"; }
  size_t name_bytes_max() const override { return 255; }
  SavepointSql savepoint() const override {
    return {"SAVE TRANSACTION sluice", "ROLLBACK TRANSACTION sluice", ""};
  }
  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    const std::string text = Dialect::literal(type, cell);
    return type.kind == CellKind::kBytes && !cell.is_null() ? "0x" + text.substr(2, text.size() - 3) : text;
  }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    const bool quoted = options.quote_identifiers;
    return merge_statement(
        *this, write, quoted,
        {Dialect::name(write.table, quoted) + " AS target", "target.",
         "(" + select_placeholders(*this, write, quoted) + ") AS incoming", "incoming.", ""});
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

const Dialect& sybase_dialect() {
  static const SybaseDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
