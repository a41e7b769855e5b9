#pragma once
// What the dialects of this folder share: facts that a table tells, and MERGE.

#include <string>
#include <string_view>
#include <vector>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {

/// Names of types for new columns; "{}" in decimal is the scale.
struct DdlTypes {
  std::string_view int8;
  std::string_view int16;
  std::string_view int32;
  std::string_view int64;
  std::string_view float32;
  std::string_view float64;
  std::string_view boolean;
  std::string_view text;
  std::string_view text_key;
  std::string_view bytes;
  std::string_view decimal;
  std::string_view date;
  std::string_view time;
  std::string_view timestamp;
};

/// DB2's, and Derby's, which took its SQL from there.
inline constexpr DdlTypes kDb2Types{.int8 = "SMALLINT",
                                    .int16 = "SMALLINT",
                                    .int32 = "INTEGER",
                                    .int64 = "BIGINT",
                                    .float32 = "FLOAT",
                                    .float64 = "DOUBLE",
                                    .boolean = "SMALLINT",
                                    .text = "VARCHAR(32672)",
                                    .text_key = "VARCHAR(1024)",
                                    .bytes = "BLOB(64000)",
                                    .decimal = "DECIMAL(31,{})",
                                    .date = "DATE",
                                    .time = "TIME",
                                    .timestamp = "TIMESTAMP"};

/// What needs no code to be said of a product.
struct DialectFacts {
  std::string_view name;
  std::string_view product;
  size_t name_bytes_max = 0;
  bool folds_to_upper = false;      // bare identifiers
  bool words_for_booleans = false;  // TRUE and FALSE instead of 1 and 0
  std::string_view null_clause = " NULL";
  std::string_view truncate = "TRUNCATE TABLE";
  /// How ALTER TABLE … ADD takes several columns, "{}"; empty: it takes one.
  std::string_view add_several = "";
  SavepointSql savepoint = {};
  DdlTypes types;
};

/// Says what its facts say, and has no upsert.
class OdbcDialect : public Dialect {
 public:
  /// `facts` live for ever.
  explicit OdbcDialect(const DialectFacts& facts) : facts_(facts) {}

  using Dialect::name;
  std::string_view name() const final { return facts_.name; }
  std::string_view product() const final { return facts_.product; }
  std::string fold(std::string_view identifier) const final;
  size_t name_bytes_max() const final { return facts_.name_bytes_max; }
  std::string literal(const CellType& type, const sdk::Value& cell) const override;
  Result<std::string> upsert(const TableWrite& write, const WriteOptions& options) const override;
  SavepointSql savepoint() const final { return facts_.savepoint; }
  /// Error kind kBadRecord for arrays.
  Result<std::string> column_type(const NewColumn& column) const final;
  Result<std::vector<std::string>> add_columns(const TableId& table, std::span<const NewColumn> columns,
                                               bool quoted) const final;
  std::string truncate(const TableId& table, bool quoted) const final;

 protected:
  std::string_view null_clause() const final { return facts_.null_clause; }

 private:
  const DialectFacts& facts_;
};

/// How a product spells a MERGE whose row is a SELECT of placeholders.
struct MergeForm {
  std::string_view as = " AS ";  // before an alias of a table
  std::string_view lock = "";    // behind the table's name
  std::string_view from = "";    // behind the placeholders
  std::string_view end = "";
};
std::string merge_select(const Dialect& dialect, const TableWrite& write, const WriteOptions& options,
                         const MergeForm& form);
/// The same whose row is VALUES.
std::string merge_values(const Dialect& dialect, const TableWrite& write, const WriteOptions& options);

}  // namespace sluice::connectors::sql
