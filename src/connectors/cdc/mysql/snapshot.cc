#include "connectors/cdc/mysql/snapshot.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/cdc/mysql/ddl.h"
#include "connectors/cdc/mysql/text_row.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Value;

constexpr int64_t kProgressMs = 5'000;
constexpr int64_t kRowsPerClock = 0x3f;
constexpr int64_t kNanosPerMicro = 1'000;

Status nothing_to_do() { return {}; }

}  // namespace

Snapshot::Snapshot(const Options& options, const SourceInfo& source, Output& output, Tables& tables,
                   SchemaChanges& changes, sluice::mysql::Session& session, const Clock& clock,
                   const StopSignal& stop)
    : options_(options),
      source_(source),
      output_(output),
      tables_(tables),
      changes_(changes),
      session_(session),
      clock_(clock),
      stop_(stop),
      notifications_(options, output.writer(), clock) {}

Status Snapshot::statement(const std::string& sql, std::string_view what) {
  SLUICE_RETURN_IF_ERROR(session_.query(sql, what));
  return {};
}

Status Snapshot::run(const SnapshotPlan& plan) {
  progress_ms_ = clock_.steady_ms();
  SLUICE_ASSIGN_OR_RETURN(const auto all, list_tables(session_));
  for (const TableId& id : all) {
    if (options_.filters.captures(id)) captured_.push_back(id);
  }
  SLUICE_RETURN_IF_ERROR(lock());
  SLUICE_RETURN_IF_ERROR(read_position(plan));
  SLUICE_RETURN_IF_ERROR(read_definitions());
  // From here on the transaction keeps what there was; the history may take its time.
  if (options_.locks != LockMode::kExtended && locked_globally_) SLUICE_RETURN_IF_ERROR(unlock());
  log::info("Taking a snapshot of {} tables at {}:{}", captured_.size(), output_.position.file,
            output_.position.restart);
  SLUICE_RETURN_IF_ERROR(write_definitions());
  std::erase_if(captured_,
                [&](const TableId& id) { return !plan.rows || !options_.filters.in_snapshot(id); });
  SLUICE_RETURN_IF_ERROR(read_tables(captured_, nullptr));
  SLUICE_RETURN_IF_ERROR(unlock());
  SLUICE_RETURN_IF_ERROR(statement("COMMIT", "end the snapshot's transaction"));
  output_.position.snapshot_done = true;
  SLUICE_RETURN_IF_ERROR(finish());
  output_.position.in_snapshot = false;
  return {};
}

Status Snapshot::run_beside(const SnapshotSignal& request) {
  SLUICE_ASSIGN_OR_RETURN(auto tables, list_tables(session_));
  std::erase_if(tables, [&](const TableId& id) {
    const bool asked =
        std::find(request.tables.begin(), request.tables.end(), id.text()) != request.tables.end();
    return !asked || !options_.filters.captures(id);
  });
  log::info("Taking a snapshot of {} tables, while the log waits", tables.size());
  SLUICE_RETURN_IF_ERROR(statement("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                                   "set up the snapshot's transaction"));
  SLUICE_RETURN_IF_ERROR(
      statement("START TRANSACTION WITH CONSISTENT SNAPSHOT", "begin the snapshot's transaction"));
  const Position position = output_.position;
  output_.position.micros = clock_.wall_ns() / kNanosPerMicro;
  SLUICE_RETURN_IF_ERROR(read_tables(tables, &request));
  const Status finished = finish();
  output_.position = position;
  SLUICE_RETURN_IF_ERROR(finished);
  return statement("COMMIT", "end the snapshot's transaction");
}

Status Snapshot::read_tables(const std::vector<TableId>& tables, const SnapshotSignal* request) {
  const auto notify = [&](std::string_view type, Notifications::Data data) {
    if (notifications_.enabled())
      notifications_.send(kInitialSnapshot, type, {}, std::move(data), output_.offset());
  };
  std::string names;
  for (const TableId& id : tables) names += (names.empty() ? "" : ",") + id.text();
  notify("STARTED", {});
  first_table_ = true;
  for (const TableId& id : tables) {
    notify("IN_PROGRESS", {{"current_collection_in_progress", id.text()}, {"data_collections", names}});
    SLUICE_RETURN_IF_ERROR(read_table(id, request == nullptr ? "" : request->filter_of(id.text())));
    first_table_ = false;
    notify("TABLE_SCAN_COMPLETED", {{"scanned_collection", id.text()},
                                    {"data_collections", names},
                                    {"total_rows_scanned", std::to_string(table_rows_)},
                                    {"status", "SUCCEEDED"}});
  }
  notify("COMPLETED", {});
  return {};
}

/// A global lock holds off writers until the place in the log and the definitions are read. Where nobody may
/// lock so much, MariaDB knows the place of a snapshot all the same; MySQL needs locks on the tables.
Status Snapshot::lock() {
  const int64_t seconds = std::max<int64_t>(1, options_.lock_timeout_ms / 1000);
  SLUICE_RETURN_IF_ERROR(
      statement(fmt::format("SET SESSION lock_wait_timeout = {}", seconds), "limit waits"));
  SLUICE_RETURN_IF_ERROR(statement("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                                   "set up the snapshot's transaction"));
  if (options_.locks == LockMode::kMinimal || options_.locks == LockMode::kExtended) {
    const Status locked = statement("FLUSH TABLES WITH READ LOCK", "lock the server for the snapshot");
    locked_globally_ = locked.ok();
    if (!locked.ok() && !session_.usable()) return locked;
    if (!locked.ok()) log::info("{}; going on without a global lock", locked.error().message());
  } else if (options_.locks == LockMode::kBackup) {
    SLUICE_RETURN_IF_ERROR(statement("LOCK TABLES FOR BACKUP", "lock the server for the snapshot"));
    locked_globally_ = true;
  }
  by_status_ = !locked_globally_ && session_.is_mariadb();
  if (!locked_globally_ && !by_status_ && options_.locks != LockMode::kNone) return lock_tables();
  return statement("START TRANSACTION WITH CONSISTENT SNAPSHOT", "begin the snapshot's transaction");
}

Status Snapshot::lock_tables() {
  std::string list;
  for (const TableId& id : captured_) list += (list.empty() ? "" : ", ") + quoted_table(id);
  if (!list.empty())
    SLUICE_RETURN_IF_ERROR(
        statement("FLUSH TABLES " + list + " WITH READ LOCK", "lock the tables of the snapshot"));
  locked_tables_ = true;
  return {};
}

Status Snapshot::unlock() {
  if (!locked_globally_ && !locked_tables_) return {};
  locked_globally_ = locked_tables_ = false;
  return statement("UNLOCK TABLES", "unlock the server");
}

Status Snapshot::read_position(const SnapshotPlan& plan) {
  if (plan.keeps_position) return {};
  Position place;
  place.texts = output_.position.texts + 1;
  SLUICE_RETURN_IF_ERROR(by_status_ ? read_snapshot_place(session_, place) : read_log_end(session_, place));
  place.in_snapshot = true;
  output_.position = place;
  return {};
}

bool Snapshot::wants_definition(const TableId& table) const {
  if (options_.filters.captures(table)) return true;
  if (options_.history_captured_tables) return false;
  return !options_.history_captured_databases || options_.filters.captures_space(table.space);
}

/// The statements that would make everything anew, in the order that Debezium's history has them.
Status Snapshot::read_definitions() {
  SLUICE_ASSIGN_OR_RETURN(auto tables, list_tables(session_));
  std::erase_if(tables, [&](const TableId& id) { return !wants_definition(id); });
  SLUICE_ASSIGN_OR_RETURN(const DatabaseLocale server, server_locale(session_));
  definitions_.push_back(
      {fmt::format("SET character_set_server={}, collation_server={}", server.charset, server.collation),
       ""});
  for (const TableId& id : tables)
    definitions_.push_back({"DROP TABLE IF EXISTS " + quoted_table(id), id.space});
  SLUICE_ASSIGN_OR_RETURN(const auto databases, list_databases(session_));
  std::string database;
  for (const TableId& id : tables) {
    if (id.space != database) {
      database = id.space;
      const auto found = std::find_if(databases.begin(), databases.end(),
                                      [&](const DatabaseLocale& one) { return one.name == database; });
      std::string create = fmt::format("CREATE DATABASE `{}`", database);
      if (found != databases.end())
        create += fmt::format(" CHARSET {} COLLATE {}", found->charset, found->collation);
      definitions_.push_back({fmt::format("DROP DATABASE IF EXISTS `{}`", database), database});
      definitions_.push_back({create, database});
      definitions_.push_back({fmt::format("USE `{}`", database), database});
    }
    SLUICE_ASSIGN_OR_RETURN(std::string create, create_statement(session_, id));
    definitions_.push_back({std::move(create), id.space});
  }
  return {};
}

Status Snapshot::write_definitions() {
  Position& position = output_.position;
  const int64_t micros = position.micros;
  const auto nobody = [](const TableId& id) -> Result<std::string> {
    return failed(fmt::format("The definition of table {} is not understood", id.text()));
  };
  for (const Definition& one : definitions_) {
    if (stop_.stop_requested()) return closed("Stopped during the snapshot");
    position.micros = clock_.wall_ns() / kNanosPerMicro;
    SLUICE_RETURN_IF_ERROR(changes_.apply(one.sql, one.database, SnapshotMark::kInside, nobody));
    last_source_ = changes_.last_source();
    last_generation_ = output_.generation();
    if (output_.full()) SLUICE_RETURN_IF_ERROR(output_.push(nothing_to_do));
  }
  position.micros = micros;
  return {};
}

Status Snapshot::read_table(const TableId& id, const std::string& condition) {
  SLUICE_ASSIGN_OR_RETURN(const TablePtr table, tables_.find(id));
  if (table == nullptr) return {};
  first_of_table_ = true;
  table_rows_ = 0;
  std::string list;
  for (size_t i = 0; i < table->names().size(); ++i) {
    if (!table->needs(i)) continue;
    list += (list.empty() ? "" : ", ") + quoted_name(table->names()[i]);
  }
  std::string sql = "SELECT " + (list.empty() ? "1" : list) + " FROM " + quoted_table(id);
  const auto chosen = options_.snapshot_selects.find(id.text());
  if (chosen != options_.snapshot_selects.end()) sql = chosen->second;
  if (!condition.empty()) sql += " WHERE " + condition;
  SLUICE_RETURN_IF_ERROR(read_rows(*table, sql));
  // The first row of all stays that, even if it is its table's last.
  if (table_rows_ > (first_table_ ? 1 : 0)) set_snapshot_mark(last_source_, SnapshotMark::kLastOfTable);
  log::info("Table {}: {} rows", id.text(), table_rows_);
  return {};
}

Status Snapshot::read_rows(const Table& table, const std::string& sql) {
  const std::string what = "read table " + table.id().text();
  SLUICE_ASSIGN_OR_RETURN(const auto result, session_.stream(sql, what));
  std::vector<int> columns;
  const unsigned width = mysql_num_fields(result.get());
  for (unsigned i = 0; i < width; ++i) {
    const std::string name = mysql_fetch_field_direct(result.get(), i)->name;
    const auto found = std::find(table.names().begin(), table.names().end(), name);
    columns.push_back(found == table.names().end() ? -1 : static_cast<int>(found - table.names().begin()));
  }
  for (;;) {
    SLUICE_ASSIGN_OR_RETURN(const MYSQL_ROW row, session_.next_row(result.get(), what));
    if (row == nullptr) return {};
    // The last row stays at hand until it is known whether another follows.
    if (output_.full()) SLUICE_RETURN_IF_ERROR(output_.push(nothing_to_do));
    SLUICE_RETURN_IF_ERROR(write_row(table, columns, row, mysql_fetch_lengths(result.get())));
    note_progress(table.id());
  }
}

Status Snapshot::write_row(const Table& table, const std::vector<int>& columns, MYSQL_ROW row,
                           const unsigned long* sizes) {
  EventWriter& writer = output_.writer();
  sdk::Arena& arena = writer.arena();
  if ((rows_ & kRowsPerClock) == 0) writer.set_now(clock_.wall_ns());
  SLUICE_RETURN_IF_ERROR(decode_text_row(table, columns, row, sizes, options_.failures, arena, cells_));
  const SnapshotMark mark = rows_ == 0 && first_table_ ? SnapshotMark::kFirst
                            : first_of_table_          ? SnapshotMark::kFirstOfTable
                                                       : SnapshotMark::kInside;
  const TableId& id = table.id();
  texts_.refresh(output_.position, output_.generation(), arena);
  last_source_ =
      source_struct(source_, output_.position, texts_, id.space, Value::string(id.table), mark, arena);
  last_generation_ = output_.generation();
  writer.read(
      table.plan(), cells_,
      {Value::structure(last_source_), offset_of(output_.position, texts_, writer.extras(), arena), {}});
  first_of_table_ = false;
  ++rows_;
  ++table_rows_;
  return {};
}

/// The last record of all says that the snapshot is done.
Status Snapshot::finish() {
  if (!output_.empty()) {
    if (last_source_ != nullptr && last_generation_ == output_.generation())
      set_snapshot_mark(last_source_, SnapshotMark::kLast);
    output_.writer().batch().records().back().source_offset = output_.offset();
  }
  SLUICE_RETURN_IF_ERROR(output_.push(nothing_to_do));
  log::info("The snapshot is complete: {} rows", rows_);
  return {};
}

void Snapshot::note_progress(const TableId& id) {
  if ((rows_ & 0x3fff) != 0 || clock_.steady_ms() - progress_ms_ < kProgressMs) return;
  progress_ms_ = clock_.steady_ms();
  log::info("Snapshot: {} rows so far, {} of table {}", rows_, table_rows_, id.text());
}

}  // namespace sluice::connectors::cdc::mysql
