// SQL Server's SQL.

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "SqlServerDatabaseDialect",
                              .product = "SQL Server",
                              .name_bytes_max = 128,
                              .add_several = "{}",
                              .savepoint = {"SAVE TRANSACTION sluice", "ROLLBACK TRANSACTION sluice", ""},
                              .types = {.int8 = "tinyint",
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
                                        .timestamp = "datetime2"}};

class SqlServerDialect final : public OdbcDialect {
 public:
  SqlServerDialect() : OdbcDialect(kFacts) {}

  char quote_begin() const override { return '['; }
  char quote_end() const override { return ']'; }
  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    const std::string text = OdbcDialect::literal(type, cell);
    if (cell.is_null()) return text;
    if (type.kind == CellKind::kText) return "N" + text;
    return type.kind == CellKind::kBytes ? "0x" + text.substr(2, text.size() - 3) : text;
  }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    const std::string_view lock = options.merge_holdlock ? " WITH (HOLDLOCK)" : "";
    return merge_select(*this, write, options, {.lock = lock, .end = ";"});
  }
};

}  // namespace

const Dialect& sql_server_dialect() {
  static const SqlServerDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
