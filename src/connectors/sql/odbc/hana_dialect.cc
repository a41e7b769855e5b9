// SAP HANA's SQL.

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "SapHanaDatabaseDialect",
                              .product = "SAP HANA",
                              .name_bytes_max = 127,
                              .folds_to_upper = true,
                              .words_for_booleans = true,
                              .add_several = "({})",
                              .types = {.int8 = "SMALLINT",
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
                                        .timestamp = "TIMESTAMP"}};

class HanaDialect final : public OdbcDialect {
 public:
  HanaDialect() : OdbcDialect(kFacts) {}
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    constexpr std::string_view kInsert = "INSERT INTO";
    return "UPSERT" + insert(write, options.quote_identifiers).substr(kInsert.size()) + " WITH PRIMARY KEY";
  }
};

}  // namespace

const Dialect& hana_dialect() {
  static const HanaDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
