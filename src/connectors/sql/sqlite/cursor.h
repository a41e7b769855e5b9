#pragma once
// Steps through a result of SQLite. Types are SQLite's: a column has a declared type, each value its own.

#include <map>
#include <string>
#include <vector>

#include "connectors/sql/connection.h"
#include "connectors/sql/sqlite/handle.h"

namespace sluice::connectors::sql {

/// Types that values taught us, by subject, column and declared type. Kept by the connection, so that a
/// schema does not change back and forth from one query to the next.
using LearnedTypes = std::map<std::string, SqlType>;

class SqliteCursor final : public Cursor {
 public:
  /// `statement` is bound and not stepped; database and `learned` outlive the cursor.
  SqliteCursor(sqlite3* database, SqliteStatement statement, std::string subject, LearnedTypes& learned)
      : database_(database),
        statement_(std::move(statement)),
        subject_(std::move(subject)),
        learned_(learned) {}

  /// Steps to the first row and describes the columns.
  Status start();

  const std::vector<Column>& columns() const override { return columns_; }
  Status plan(RowPlanPtr plan) override;
  Result<ReadOutcome> read(size_t rows_max, bool whole_groups, sdk::Arena& arena,
                           std::vector<Row>& rows) override;

 private:
  enum class Fit : uint8_t { kFits, kLearned };
  /// What values may still teach about a column's type.
  enum class Openness : uint8_t {
    kSettled,     // nothing: it is declared
    kWidth,       // INTEGER: whether 32 bits are enough
    kUntilOther,  // not declared, known from a value: until another kind of value comes
    kEverything,  // not declared, only NULLs so far
  };

  Status step();
  void describe();
  std::string learned_key(int column) const;
  /// Looks at the current row's value of a column that is not settled.
  Fit look_at(int column);
  Result<sdk::Value> decode(const FieldPlan& field, sdk::Arena& arena);
  Result<sdk::Value> decode_number(const FieldPlan& field, sdk::Arena& arena);
  Result<sdk::Value> decode_time(const FieldPlan& field, sdk::Arena& arena);
  Result<Instant> instant_at(int column);
  Status read_row(sdk::Arena& arena, std::vector<Row>& rows);
  Result<bool> row_time(Row& row);

  sqlite3* const database_;
  SqliteStatement statement_;
  const std::string subject_;
  LearnedTypes& learned_;
  std::vector<Column> columns_;
  std::vector<Openness> open_;
  bool any_open_ = false;
  RowPlanPtr plan_;
  bool at_row_ = false;
};

}  // namespace sluice::connectors::sql
