#include "connectors/cdc/postgres/snapshot.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/cdc/postgres/copy_text.h"
#include "connectors/cdc/postgres/slot.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Value;
using sluice::postgres::cell;
using sluice::postgres::CopyState;
using sluice::postgres::number_of;
using sluice::postgres::quote_literal;
using sluice::postgres::quote_name;

constexpr int kWaitMs = 500;
constexpr int64_t kProgressMs = 10'000;
constexpr int64_t kRowsPerClock = 63;  // a mask

std::string_view isolation_sql(const std::string& mode) {
  if (mode == "repeatable_read") return "REPEATABLE READ, READ ONLY";
  if (mode == "read_committed") return "READ COMMITTED, READ ONLY";
  if (mode == "read_uncommitted") return "READ UNCOMMITTED, READ ONLY";
  return "SERIALIZABLE, READ ONLY, DEFERRABLE";
}

}  // namespace

Status Snapshot::run(const SnapshotStart& start) {
  SLUICE_RETURN_IF_ERROR(begin(start));
  SLUICE_RETURN_IF_ERROR(read_position(start));
  SLUICE_ASSIGN_OR_RETURN(auto tables, tables_.captured());
  log::info("Taking a snapshot of {} tables at {}", tables.size(), lsn_text(*output_.position.lsn));
  std::erase_if(tables, [&](const auto& table) { return !options_.filters.in_snapshot(table.first); });
  SLUICE_RETURN_IF_ERROR(read_tables(tables, nullptr));
  output_.position.snapshot_done = true;
  SLUICE_RETURN_IF_ERROR(finish());
  output_.position.in_snapshot = false;
  return {};
}

Status Snapshot::run_beside(const SnapshotSignal& request) {
  SLUICE_RETURN_IF_ERROR(begin({}));
  SLUICE_ASSIGN_OR_RETURN(auto tables, tables_.captured());
  std::erase_if(tables, [&](const auto& table) {
    return std::find(request.tables.begin(), request.tables.end(), table.first.text()) ==
           request.tables.end();
  });
  log::info("Taking a snapshot of {} tables, while the log waits", tables.size());
  const Position position = output_.position;
  output_.position.time_micros = clock_.wall_ns() / 1000;
  SLUICE_RETURN_IF_ERROR(read_tables(tables, &request));
  const Status finished = finish();
  output_.position = position;
  return finished;
}

Status Snapshot::read_tables(const std::vector<std::pair<TableId, Oid>>& tables,
                             const SnapshotSignal* request) {
  progress_ms_ = clock_.steady_ms();
  const auto notify = [&](std::string_view type, Notifications::Data data) {
    if (notifications_.enabled())
      notifications_.send(kInitialSnapshot, type, {}, std::move(data), output_.offset());
  };
  std::string names;
  for (const auto& [id, oid] : tables) names += (names.empty() ? "" : ",") + id.text();
  notify("STARTED", {});
  first_table_ = true;
  for (const auto& [id, oid] : tables) {
    notify("IN_PROGRESS", {{"current_collection_in_progress", id.text()}, {"data_collections", names}});
    SLUICE_RETURN_IF_ERROR(read_table(id, oid, request == nullptr ? "" : request->filter_of(id.text())));
    first_table_ = false;
    notify("TABLE_SCAN_COMPLETED", {{"scanned_collection", id.text()},
                                    {"data_collections", names},
                                    {"total_rows_scanned", std::to_string(table_rows_)},
                                    {"status", "SUCCEEDED"}});
  }
  notify("COMPLETED", {});
  return {};
}

Status Snapshot::begin(const SnapshotStart& start) {
  const std::string what = "begin a snapshot";
  if (start.exported.empty()) {
    SLUICE_RETURN_IF_ERROR(session_.run(
        fmt::format("BEGIN ISOLATION LEVEL {}", isolation_sql(options_.isolation)), {}, false, what));
    return {};
  }
  SLUICE_RETURN_IF_ERROR(session_.run("BEGIN ISOLATION LEVEL REPEATABLE READ", {}, false, what));
  SLUICE_RETURN_IF_ERROR(
      session_.run("SET TRANSACTION SNAPSHOT " + quote_literal(start.exported), {}, false, what));
  return {};
}

Status Snapshot::read_position(const SnapshotStart& start) {
  SLUICE_ASSIGN_OR_RETURN(
      const auto rows,
      session_.run("SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE txid_current() % 4294967296 END,"
                   " (extract(epoch FROM clock_timestamp()) * 1000000)::int8",
                   {}, false, "look at the position of the snapshot"));
  Position& position = output_.position;
  position = Position();
  position.lsn = start.lsn;
  position.xid = number_of<int64_t>(cell(rows.get(), 0, 0));
  position.time_micros = number_of<int64_t>(cell(rows.get(), 0, 1));
  position.in_snapshot = true;
  return {};
}

std::string Snapshot::select_sql(const TableShape& shape, const Table& table,
                                 const std::string& condition) const {
  std::string list;
  for (size_t i = 0; i < shape.columns.size(); ++i) {
    if (table.needs(i)) list += (list.empty() ? "" : ", ") + quote_name(shape.columns[i].name);
  }
  if (list.empty()) list = "NULL";
  const std::string where = condition.empty() ? "" : " WHERE " + condition;
  const auto own = options_.snapshot_selects.find(shape.id.text());
  if (own != options_.snapshot_selects.end())
    return fmt::format("SELECT {} FROM ({}) AS q{}", list, own->second, where);
  return fmt::format("SELECT {} FROM {}{}", list, quoted(shape.id), where);
}

Status Snapshot::read_table(const TableId& id, Oid oid, const std::string& condition) {
  TableShape shape;
  SLUICE_ASSIGN_OR_RETURN(const TablePtr table, tables_.describe(id, oid, shape));
  if (shape.columns.empty()) return {};  // dropped since it was listed
  std::vector<int> columns;
  for (size_t i = 0; i < shape.columns.size(); ++i) {
    if (table->needs(i)) columns.push_back(static_cast<int>(i));
  }
  first_of_table_ = true;
  table_rows_ = 0;
  const std::string what = "read table " + id.text();
  SLUICE_RETURN_IF_ERROR(
      session_.start_copy_out("COPY (" + select_sql(shape, *table, condition) + ") TO STDOUT", what));
  SLUICE_RETURN_IF_ERROR(read_rows(*table, columns, what));
  // The first row of all stays that, even if it is its table's last.
  if (table_rows_ > (first_table_ ? 1 : 0)) set_snapshot_mark(last_source_, SnapshotMark::kLastOfTable);
  log::info("Table {}: {} rows", id.text(), table_rows_);
  return {};
}

Status Snapshot::read_rows(const Table& table, const std::vector<int>& columns, const std::string& what) {
  for (;;) {
    BytesView line;
    SLUICE_ASSIGN_OR_RETURN(const CopyState state, session_.read_copy(kWaitMs, line, what));
    if (state == CopyState::kEnd) return {};
    if (stop_.stop_requested()) return closed("Stopped during the snapshot");
    if (state == CopyState::kNothingYet) continue;
    // The last row stays at hand until it is known whether another follows.
    if (output_.full()) SLUICE_RETURN_IF_ERROR(output_.push(while_waiting_));
    SLUICE_RETURN_IF_ERROR(write_row(table, columns, line));
    note_progress(table.plan()->table());
  }
}

Status Snapshot::write_row(const Table& table, const std::vector<int>& columns, BytesView line) {
  EventWriter& writer = output_.writer();
  sdk::Arena& arena = writer.arena();
  if ((rows_ & kRowsPerClock) == 0) writer.set_now(clock_.wall_ns());
  if (line.ends_with('\n')) line.remove_suffix(1);
  SLUICE_RETURN_IF_ERROR(
      decode_copy_row(table, columns, arena.copy(line), options_.failures, arena, cells_, nullptr));
  const SnapshotMark mark = !any_row_ && first_table_ ? SnapshotMark::kFirst
                            : first_of_table_         ? SnapshotMark::kFirstOfTable
                                                      : SnapshotMark::kInside;
  const TableId& id = table.plan()->table();
  last_source_ = source_struct(output_.source(), output_.position, id.space, id.table, mark, arena);
  writer.read(table.plan(), cells_, {Value::structure(last_source_), output_.offset(), {}});
  any_row_ = true;
  first_of_table_ = false;
  ++rows_;
  ++table_rows_;
  return {};
}

/// The last record tells that it is; the session is in no transaction then.
Status Snapshot::finish() {
  if (any_row_) set_snapshot_mark(last_source_, SnapshotMark::kLast);
  if (!output_.empty()) output_.writer().batch().records().back().source_offset = output_.offset();
  SLUICE_RETURN_IF_ERROR(output_.push(while_waiting_));
  SLUICE_RETURN_IF_ERROR(session_.run("COMMIT", {}, false, "end the snapshot"));
  log::info("The snapshot is complete: {} rows", rows_);
  return {};
}

void Snapshot::note_progress(const TableId& id) {
  if ((rows_ & 0x3fff) != 0 || clock_.steady_ms() - progress_ms_ < kProgressMs) return;
  progress_ms_ = clock_.steady_ms();
  log::info("Snapshot: {} rows so far, {} of table {}", rows_, table_rows_, id.text());
}

}  // namespace sluice::connectors::cdc::postgres
