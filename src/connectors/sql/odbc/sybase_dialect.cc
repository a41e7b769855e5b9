// The SQL of SAP (Sybase) Adaptive Server Enterprise.

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "SybaseDatabaseDialect",
                              .product = "Sybase ASE",
                              .name_bytes_max = 255,
                              .add_several = "{}",
                              .savepoint = {"SAVE TRANSACTION sluice", "ROLLBACK TRANSACTION sluice", ""},
                              .types = {.int8 = "smallint",
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
                                        .timestamp = "bigdatetime"}};

class SybaseDialect final : public OdbcDialect {
 public:
  SybaseDialect() : OdbcDialect(kFacts) {}

  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    const std::string text = OdbcDialect::literal(type, cell);
    return type.kind == CellKind::kBytes && !cell.is_null() ? "0x" + text.substr(2, text.size() - 3) : text;
  }
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    return merge_select(*this, write, options, {});
  }
};

}  // namespace

const Dialect& sybase_dialect() {
  static const SybaseDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
