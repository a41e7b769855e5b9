// Apache Derby's SQL: much of DB2's.

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "DerbyDatabaseDialect",
                              .product = "Apache Derby",
                              .name_bytes_max = 128,
                              .folds_to_upper = true,
                              .null_clause = "",
                              .types = kDb2Types};

class DerbyDialect final : public OdbcDialect {
 public:
  DerbyDialect() : OdbcDialect(kFacts) {}
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    return merge_values(*this, write, options);
  }
};

}  // namespace

const Dialect& derby_dialect() {
  static const DerbyDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
