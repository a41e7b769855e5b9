// Oracle's SQL. An alias of a table takes no AS; an empty text is null.

#include <fmt/core.h>

#include "connectors/sql/odbc/dialect_parts.h"

namespace sluice::connectors::sql {
namespace {

constexpr DialectFacts kFacts{.name = "OracleDatabaseDialect",
                              .product = "Oracle",
                              .name_bytes_max = 128,
                              .folds_to_upper = true,
                              .add_several = "({})",
                              .savepoint = {.release = ""},
                              .types = {.int8 = "NUMBER(3,0)",
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
                                        .timestamp = "TIMESTAMP"}};

class OracleDialect final : public OdbcDialect {
 public:
  OracleDialect() : OdbcDialect(kFacts) {}

  std::string literal(const CellType& type, const sdk::Value& cell) const override {
    const std::string text = OdbcDialect::literal(type, cell);
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
    return merge_select(*this, write, options, {.as = " ", .from = " FROM dual"});
  }
};

}  // namespace

const Dialect& oracle_dialect() {
  static const OracleDialect dialect;
  return dialect;
}

}  // namespace sluice::connectors::sql
