// SQL-92, for databases that no other dialect is for.

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "GenericDatabaseDialect",
                              .product = "This database",
                              .null_clause = "",
                              .truncate = "DELETE FROM",
                              .types = {.int8 = "SMALLINT",
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
                                        .timestamp = "TIMESTAMP"}};

}  // namespace

const Dialect& generic_dialect() {
  static const OdbcDialect dialect(kFacts);
  return dialect;
}

}  // namespace sluice::connectors::sql
