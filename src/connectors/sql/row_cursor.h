#pragma once
// What the cursors of servers have in common: rows become structs one by one, and a batch ends where a group
// of equal times does. SQLite's has a loop of its own, as each of its rows may ask for other types.

#include <optional>
#include <span>
#include <vector>

#include "connectors/sql/connection.h"

namespace sluice::connectors::sql {

class RowCursor : public Cursor {
 public:
  const std::vector<Column>& columns() const final { return columns_; }
  Status plan(RowPlanPtr plan) final;
  Result<ReadOutcome> read(size_t rows_max, bool whole_groups, sdk::Arena& arena,
                           std::vector<Row>& rows) override;

 protected:
  /// Goes to the next row once the last one has been left; false: there is none. What rows borrow from is
  /// kept by the arena.
  virtual Result<bool> at_row(sdk::Arena& arena) = 0;
  /// Whether at_row() may have to wait for the database while a full batch is ready.
  virtual bool would_wait() const { return false; }
  /// This row's point in time by one column; nothing for a null. Errors have no place.
  virtual Result<std::optional<Instant>> instant_at(int column) = 0;
  /// This row's cells, one for each field of the plan; by fill().
  virtual Status read_fields(std::span<sdk::Value> values, sdk::Arena& arena) = 0;
  virtual Status leave_row() = 0;
  /// Of what the arena keeps without counting it.
  virtual size_t bytes_kept() const { return 0; }

  /// `value_of` gives a field's value, perhaps null; its errors have no place. A template, as a virtual call
  /// per cell costs some percent.
  template <typename ValueOf>
  Status fill(std::span<sdk::Value> values, const ValueOf& value_of) const {
    for (size_t i = 0; i < values.size(); ++i) {
      const FieldPlan& field = plan_->fields[i];
      const Result<sdk::Value> value = value_of(field);
      if (!value.ok()) return bad_value(*plan_, field.column, value.error().message());
      values[i] = *value;
    }
    return {};
  }

  std::vector<Column> columns_;
  RowPlanPtr plan_;

 private:
  Status read_row(sdk::Arena& arena, std::vector<Row>& rows);
  Status find_time(Row& row);
};

}  // namespace sluice::connectors::sql
