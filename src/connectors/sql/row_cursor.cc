#include "connectors/sql/row_cursor.h"

#include "sdk/data/values.h"

namespace sluice::connectors::sql {

Status RowCursor::plan(RowPlanPtr plan) {
  plan_ = std::move(plan);
  return {};
}

Status RowCursor::find_time(Row& row) {
  for (const int column : plan_->timestamp_columns) {
    const auto instant = instant_at(column);
    if (!instant.ok()) return bad_value(*plan_, column, instant.error().message());
    if (!*instant) continue;
    row.timestamp = **instant;
    row.has_timestamp = true;
    break;
  }
  return {};
}

Status RowCursor::read_row(sdk::Arena& arena, std::vector<Row>& rows) {
  sdk::StructNode* node = sdk::new_struct(arena, *plan_->schema);
  SLUICE_RETURN_IF_ERROR(read_fields(node->mutable_values(), arena));
  Row row{node, {}, false};
  SLUICE_RETURN_IF_ERROR(find_time(row));
  rows.push_back(row);
  return leave_row();
}

Result<ReadOutcome> RowCursor::read(size_t rows_max, bool whole_groups, sdk::Arena& arena,
                                    std::vector<Row>& rows) {
  arena.keep(plan_);
  for (size_t read = 0;; ++read) {
    const bool full = read >= rows_max;
    if (full && !whole_groups && would_wait()) return ReadOutcome::kMore;
    SLUICE_ASSIGN_OR_RETURN(const bool more, at_row(arena));
    if (!more) return ReadOutcome::kFinished;
    if (full) {
      Row next;
      if (!whole_groups) return ReadOutcome::kMore;
      SLUICE_RETURN_IF_ERROR(find_time(next));
      const bool same = next.has_timestamp && !rows.empty() && next.timestamp == rows.back().timestamp;
      if (!same) return ReadOutcome::kMore;
      if (bytes_kept() + arena.bytes_used() > kGroupBytesMax) return ReadOutcome::kMoreOfGroup;
    }
    SLUICE_RETURN_IF_ERROR(read_row(arena, rows));
  }
}

}  // namespace sluice::connectors::sql
