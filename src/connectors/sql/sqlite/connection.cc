#include "connectors/sql/sqlite/connection.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/sql/sqlite/writer.h"
#include "connectors/sql/time_text.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kOperationsBetweenStopChecks = 20'000;
constexpr std::chrono::milliseconds kLockWait{20};
constexpr int kLockWaitsMax = 150;  // three seconds in all, the Java driver's default

/// The kind of a table by sqlite_master's.
std::string_view table_type(std::string_view name, std::string_view kind) {
  if (kind == "view") return "VIEW";
  if (name.starts_with("sqlite_")) return "SYSTEM TABLE";
  return kind == "table" ? "TABLE" : "";
}

}  // namespace

SqliteConnection::SqliteConnection(SqliteDatabase database, const StopSignal& stop)
    : database_(std::move(database)), stop_(stop) {
  sqlite3_extended_result_codes(database_.get(), 1);
  sqlite3_busy_handler(database_.get(), &SqliteConnection::wait_for_lock, this);
  sqlite3_progress_handler(database_.get(), kOperationsBetweenStopChecks, &SqliteConnection::check_stop,
                           this);
  // "name" must never quietly become the text 'name' when there is no such column.
  sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
}

int SqliteConnection::wait_for_lock(void* self, int count) {
  if (count >= kLockWaitsMax) return 0;
  return static_cast<SqliteConnection*>(self)->stop_.wait_for(kLockWait) ? 0 : 1;
}

int SqliteConnection::check_stop(void* self) {
  return static_cast<SqliteConnection*>(self)->stop_.stop_requested() ? 1 : 0;
}

Result<std::vector<TableId>> SqliteConnection::tables(const TablePattern& pattern) {
  SLUICE_ASSIGN_OR_RETURN(
      const SqliteStatement statement,
      sqlite_prepare(database_.get(), "SELECT name, type FROM sqlite_master ORDER BY name",
                     "list the tables"));
  std::vector<TableId> tables;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    const std::string name(sqlite_text(statement.get(), 0));
    const std::string_view kind = sqlite_text(statement.get(), 1);
    const std::string_view type = table_type(name, kind);
    if (std::find(pattern.types.begin(), pattern.types.end(), type) == pattern.types.end()) continue;
    tables.push_back({"", "", name});
  }
  if (code != SQLITE_DONE) return sqlite_error(database_.get(), code, "list the tables");
  return tables;
}

Result<TableShape> SqliteConnection::describe(const TableId& table) {
  const std::string what = "describe table " + table.table;
  SLUICE_ASSIGN_OR_RETURN(
      const SqliteStatement statement,
      sqlite_prepare(database_.get(),
                     "SELECT c.name, c.type, c.\"notnull\", c.pk, c.dflt_value IS NOT NULL, m.type"
                     " FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.name = ?1",
                     what));
  sqlite3_bind_text(statement.get(), 1, table.table.c_str(), -1, SQLITE_TRANSIENT);
  TableShape shape;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    shape.type = table_type(table.table, sqlite_text(statement.get(), 5));
    Column column;
    column.name = sqlite_text(statement.get(), 0);
    column.type_name = sqlite_text(statement.get(), 1);
    const SqliteType type = sqlite_type(column.type_name);
    column.type = type.type;
    column.precision = type.precision;
    column.scale = type.scale;
    // An INTEGER PRIMARY KEY is the row's number, which is never null, declared so or not.
    const bool row_number = sqlite3_column_int(statement.get(), 3) == 1 && type.type == SqlType::kInteger;
    column.nullable = sqlite3_column_int(statement.get(), 2) == 0 && !row_number;
    int auto_increment = 0;
    sqlite3_table_column_metadata(database_.get(), nullptr, table.table.c_str(), column.name.c_str(), nullptr,
                                  nullptr, nullptr, nullptr, &auto_increment);
    column.auto_increment = auto_increment != 0;
    column.key_position = sqlite3_column_int(statement.get(), 3);
    column.has_default = row_number || sqlite3_column_int(statement.get(), 4) != 0;
    shape.columns.push_back(std::move(column));
  }
  if (code != SQLITE_DONE) return sqlite_error(database_.get(), code, what);
  return shape;
}

Result<Instant> SqliteConnection::now() {
  SLUICE_ASSIGN_OR_RETURN(const SqliteStatement statement,
                          sqlite_prepare(database_.get(), "SELECT strftime('%Y-%m-%d %H:%M:%f','now')",
                                         "read the database's clock"));
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_ROW) return sqlite_error(database_.get(), code, "read the database's clock");
  const auto parsed = parse_time(sqlite_text(statement.get(), 0));
  if (!parsed) return failed("SQLite's clock says what is no time");
  return parsed->local;
}

Result<TimeStorage> SqliteConnection::time_storage(const std::string& from, const std::string& expression) {
  const std::string what = "look at the times in " + expression;
  SLUICE_ASSIGN_OR_RETURN(
      const SqliteStatement statement,
      sqlite_prepare(database_.get(),
                     fmt::format("SELECT {0} FROM {1} WHERE {0} IS NOT NULL LIMIT 1", expression, from),
                     what));
  const int code = sqlite3_step(statement.get());
  TimeStorage storage;
  if (code == SQLITE_DONE) return storage;
  if (code != SQLITE_ROW) return sqlite_error(database_.get(), code, what);
  switch (sqlite3_column_type(statement.get(), 0)) {
    case SQLITE_INTEGER:
      storage.kind = 'i';
      return storage;
    case SQLITE_TEXT: {
      const auto parsed = parse_time(sqlite_text(statement.get(), 0));
      if (!parsed || (parsed->offset_s && *parsed->offset_s != 0)) break;
      return TimeStorage{'t', parsed->separator, parsed->fraction_digits, parsed->offset_s.has_value()};
    }
    default:
      break;
  }
  return failed(
      fmt::format("The times in {} cannot be compared: '{}'. They must be milliseconds since 1970, or texts "
                  "yyyy-MM-dd HH:mm:ss[.SSS] without a zone or with Z",
                  expression, sqlite_text(statement.get(), 0).substr(0, 40)));
}

/// The time as the column's texts are written. An upper bound loses what they do not say, so that the second
/// or day that still runs is left for later; a lower bound keeps what it has.
std::string bound_text(const TimeParameter& parameter, const Zone& zone) {
  int digits = parameter.storage.digits;
  if (!parameter.upper_bound) {
    int needed = 9;
    for (int32_t nanos = parameter.utc.nanos; needed > 0 && nanos % 10 == 0; nanos /= 10) --needed;
    digits = std::max(digits, needed);
  }
  const Instant shown = parameter.storage.zulu ? parameter.utc : zone.to_local(parameter.utc);
  return format_time(shown, parameter.storage.separator, digits) + (parameter.storage.zulu ? "Z" : "");
}

Result<std::unique_ptr<Cursor>> SqliteConnection::query(const Statement& sql, const Zone& zone, size_t) {
  SLUICE_ASSIGN_OR_RETURN(SqliteStatement statement,
                          sqlite_prepare(database_.get(), sql.sql, "read " + sql.subject));
  for (size_t i = 0; i < sql.parameters.size(); ++i) {
    const int place = static_cast<int>(i + 1);
    if (const auto* number = std::get_if<int64_t>(&sql.parameters[i])) {
      sqlite3_bind_int64(statement.get(), place, *number);
    } else if (const auto& time = std::get<TimeParameter>(sql.parameters[i]); time.storage.kind == 't') {
      sqlite3_bind_text(statement.get(), place, bound_text(time, zone).c_str(), -1, SQLITE_TRANSIENT);
    } else {
      sqlite3_bind_int64(statement.get(), place, time.utc.ms());
    }
  }
  auto cursor = std::make_unique<SqliteCursor>(database_.get(), std::move(statement), sql.subject, learned_);
  SLUICE_RETURN_IF_ERROR(cursor->start());
  return std::unique_ptr<Cursor>(std::move(cursor));
}

Result<Answer> SqliteConnection::execute(const std::string& sql, std::span<const Scalar> parameters,
                                         std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(const SqliteStatement statement, sqlite_prepare(database_.get(), sql, what));
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int place = static_cast<int>(i + 1);
    if (const auto* number = std::get_if<int64_t>(&parameters[i])) {
      sqlite3_bind_int64(statement.get(), place, *number);
    } else if (const auto* text = std::get_if<std::string>(&parameters[i])) {
      sqlite3_bind_text(statement.get(), place, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    }
  }
  Answer answer;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    auto& row = answer.rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
      const bool null = sqlite3_column_type(statement.get(), i) == SQLITE_NULL;
      row.push_back(null ? std::optional<std::string>() : std::string(sqlite_text(statement.get(), i)));
    }
  }
  if (code != SQLITE_DONE) return sqlite_error(database_.get(), code, what);
  answer.affected = sqlite3_changes(database_.get());
  return answer;
}

// At once a writer: a transaction that reads first and is then refused the lock could not go on.
Status SqliteConnection::begin() {
  SLUICE_RETURN_IF_ERROR(execute("BEGIN IMMEDIATE", {}, "begin a transaction"));
  return {};
}

Status SqliteConnection::commit() {
  SLUICE_RETURN_IF_ERROR(execute("COMMIT", {}, "commit"));
  return {};
}

void SqliteConnection::rollback() {
  if (sqlite3_get_autocommit(database_.get()) != 0) return;
  sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<std::unique_ptr<RowWriter>> SqliteConnection::writer(TableWrite write, const WriteOptions& options) {
  return make_sqlite_writer(database_.get(), std::move(write), options);
}

}  // namespace sluice::connectors::sql
