#include "connectors/sql/sink/table_changes.h"

#include <algorithm>

namespace sluice::connectors::sql {
namespace {

/// Whether the keys of both can be compared cell by cell.
bool share_keys(const WritePlan& a, const WritePlan& b) {
  return a.record->key_schema == b.record->key_schema && a.write.keys.size() == b.write.keys.size();
}

}  // namespace

void TableChanges::add(const WritePlan& plan, std::span<const sdk::Value> row) {
  if (plan.write.kind == WriteKind::kInsert) {
    append(plan, row);
  } else {
    reduce(plan, row);
  }
}

Segment& TableChanges::next_segment(const WritePlan* plan, size_t columns) {
  if (used_ == segments_.size()) segments_.emplace_back();
  Segment& segment = segments_[used_++];
  segment.plan = plan;
  segment.columns = columns;
  segment.cells.clear();
  return segment;
}

void TableChanges::append(const WritePlan& plan, std::span<const sdk::Value> row) {
  close();
  Segment& segment = used_ > 0 && segments_[used_ - 1].plan == &plan ? segments_[used_ - 1]
                                                                     : next_segment(&plan, row.size());
  segment.cells.insert(segment.cells.end(), row.begin(), row.end());
}

void TableChanges::truncate() {
  close();
  next_segment(nullptr, 0);
}

void TableChanges::reduce(const WritePlan& plan, std::span<const sdk::Value> row) {
  const bool deletes = plan.write.kind == WriteKind::kDelete;
  const WritePlan*& mine = deletes ? delete_plan_ : write_plan_;
  const WritePlan* const other = deletes ? write_plan_ : delete_plan_;
  if ((mine != nullptr && mine != &plan) || (other != nullptr && !share_keys(plan, *other))) close();
  mine = &plan;
  const size_t key_columns = plan.write.keys.size();
  const bool keys_last = plan.write.kind == WriteKind::kUpdate;
  const uint32_t entry = keys_.find_or_add(keys_last ? row.last(key_columns) : row.first(key_columns));
  if (entry == states_.size()) states_.emplace_back();
  KeyState& state = states_[entry];
  if (deletes) {
    state = {true, KeyIndex::kNone};
    return;
  }
  row_columns_ = row.size();
  if (state.row == KeyIndex::kNone) {
    state.row = static_cast<uint32_t>(writes_.size() / row_columns_);
    writes_.insert(writes_.end(), row.begin(), row.end());
  } else {
    std::copy(row.begin(), row.end(), writes_.begin() + static_cast<ptrdiff_t>(state.row * row_columns_));
  }
}

void TableChanges::close() {
  close_deletes();
  close_writes();
  delete_plan_ = nullptr;
  write_plan_ = nullptr;
  keys_.clear();
  states_.clear();
  writes_.clear();
}

void TableChanges::close_deletes() {
  if (delete_plan_ == nullptr) return;
  Segment& segment = next_segment(delete_plan_, delete_plan_->write.keys.size());
  for (uint32_t entry = 0; entry < states_.size(); ++entry) {
    if (!states_[entry].deleted) continue;
    const auto key = keys_.key(entry);
    segment.cells.insert(segment.cells.end(), key.begin(), key.end());
  }
}

void TableChanges::close_writes() {
  if (write_plan_ == nullptr) return;
  // Of rows whose key was deleted afterwards there is nothing left but their place.
  size_t live = 0;
  for (const KeyState& state : states_) live += state.row != KeyIndex::kNone ? 1 : 0;
  if (live == 0) return;
  Segment& segment = next_segment(write_plan_, row_columns_);
  if (live * row_columns_ == writes_.size()) {
    segment.cells.swap(writes_);
    return;
  }
  for (const KeyState& state : states_) {
    if (state.row == KeyIndex::kNone) continue;
    const auto row = std::span(writes_).subspan(state.row * row_columns_, row_columns_);
    segment.cells.insert(segment.cells.end(), row.begin(), row.end());
  }
}

std::span<const Segment> TableChanges::finish() {
  close();
  return std::span(segments_).first(used_);
}

void TableChanges::clear() {
  close();
  used_ = 0;
}

}  // namespace sluice::connectors::sql
