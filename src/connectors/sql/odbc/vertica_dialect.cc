// Vertica's SQL.

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "VerticaDatabaseDialect",
                              .product = "Vertica",
                              .name_bytes_max = 128,
                              .words_for_booleans = true,
                              .types = {.int8 = "INT",
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
                                        .timestamp = "TIMESTAMP"}};

}  // namespace

const Dialect& vertica_dialect() {
  static const OdbcDialect dialect(kFacts);
  return dialect;
}

}  // namespace sluice::connectors::sql
