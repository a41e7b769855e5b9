// DB2's SQL.

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "Db2DatabaseDialect",
                              .product = "DB2",
                              .name_bytes_max = 128,
                              .folds_to_upper = true,
                              .null_clause = "",
                              // TRUNCATE must be the first statement of a transaction there.
                              .truncate = "DELETE FROM",
                              .savepoint = {.set = "SAVEPOINT sluice ON ROLLBACK RETAIN CURSORS"},
                              .types = kDb2Types};

class Db2Dialect final : public OdbcDialect {
 public:
  Db2Dialect() : OdbcDialect(kFacts) {}
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override {
    return merge_values(*this, write, options);
  }
};

}  // namespace

const Dialect& db2_dialect() {
  static const Db2Dialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
