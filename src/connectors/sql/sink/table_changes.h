#pragma once
// The changes of one batch to one table, in as few and as large blocks as their order allows.
//
// Inserts go in the order they came. Where rows are found by their key (upserts, updates, deletes), only the
// last change of a key counts, so a block holds a key once and the order within it does not matter: first the
// keys that were deleted, then the rows that were written last. A row that was deleted and written anew is
// both, so that columns the record does not hold begin anew.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "connectors/sql/sink/key_index.h"
#include "connectors/sql/sink/write_plan.h"

namespace sluice::connectors::sql {

struct Segment {
  const WritePlan* plan = nullptr;  // null: the table is emptied
  size_t columns = 0;
  std::vector<sdk::Value> cells;

  RowBlock block() const { return {cells, columns}; }
};

class TableChanges {
 public:
  explicit TableChanges(TableId table) : table_(std::move(table)) {}

  const TableId& table() const { return table_; }
  /// A row of the plan's, in bound() order; what it refers to lives until clear().
  void add(const WritePlan& plan, std::span<const sdk::Value> row);
  void truncate();
  /// What is to be done, in order. Nothing may be added until clear().
  std::span<const Segment> finish();
  void clear();

 private:
  /// What has become of one key.
  struct KeyState {
    bool deleted = false;
    uint32_t row = KeyIndex::kNone;  // in writes_
  };
  void append(const WritePlan& plan, std::span<const sdk::Value> row);
  void reduce(const WritePlan& plan, std::span<const sdk::Value> row);
  /// Ends what is being reduced: its changes come before all that follow.
  void close();
  void close_deletes();
  void close_writes();
  Segment& next_segment(const WritePlan* plan, size_t columns);

  const TableId table_;
  std::vector<Segment> segments_;
  size_t used_ = 0;  // of segments_, which keep their memory

  // Being reduced.
  const WritePlan* delete_plan_ = nullptr;
  const WritePlan* write_plan_ = nullptr;
  KeyIndex keys_;
  std::vector<KeyState> states_;  // by entry of keys_
  std::vector<sdk::Value> writes_;
  size_t row_columns_ = 0;
};

}  // namespace sluice::connectors::sql
