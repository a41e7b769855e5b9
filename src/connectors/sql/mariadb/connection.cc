#include "connectors/sql/mariadb/connection.h"

#include <fmt/core.h>
#include <mysqld_error.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "connectors/sql/mariadb/answer.h"
#include "connectors/sql/mariadb/cursor.h"
#include "connectors/sql/mariadb/innodb_status.h"
#include "connectors/sql/mariadb/parameters.h"
#include "connectors/sql/mariadb/types.h"
#include "connectors/sql/mariadb/writer.h"
#include "connectors/sql/time_text.h"

namespace sluice::connectors::sql {
namespace {

/// As both drivers call the kinds of information_schema; nothing for others, as
/// sequences.
std::string_view jdbc_kind(std::string_view kind) {
  if (kind == "BASE TABLE" || kind == "SYSTEM VERSIONED") return "TABLE";
  if (kind == "VIEW") return "VIEW";
  if (kind == "SYSTEM VIEW") return "SYSTEM VIEW";
  return kind == "SYSTEM TABLE" ? "SYSTEM TABLE" : "";
}

bool is_system_schema(std::string_view name) {
  return name == "mysql" || name == "performance_schema" || name == "information_schema" || name == "sys";
}

int number_of(const std::optional<std::string>& text) {
  int value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

/// The error number of a call that has just failed; 0 when the session has ended.
unsigned number_of_failure(mysql::Session& client) {
  return client.usable() ? mysql_errno(client.handle()) : 0;
}

}  // namespace

Result<std::vector<TableId>> MariaDbConnection::tables(const TablePattern& pattern) {
  // A database is a catalog here, and no schema.
  if (pattern.catalog && pattern.catalog->empty()) return std::vector<TableId>{};
  const std::string sql = fmt::format(
      "SELECT table_schema, table_name, table_type FROM "
      "information_schema.tables WHERE table_schema {} "
      "ORDER BY table_schema, table_name",
      pattern.catalog ? "LIKE ?" : "= COALESCE(DATABASE(), table_schema)");
  std::vector<Scalar> parameters;
  if (pattern.catalog) parameters.emplace_back(*pattern.catalog);
  SLUICE_ASSIGN_OR_RETURN(const Answer answer, execute(sql, parameters, "list the tables"));
  std::vector<TableId> tables;
  for (const auto& row : answer.rows) {
    const std::string database = row[0].value_or("");
    std::string_view kind = jdbc_kind(row[2].value_or(""));
    if (kind == "TABLE" && is_system_schema(database)) kind = "SYSTEM TABLE";
    if (kind.empty() || std::find(pattern.types.begin(), pattern.types.end(), kind) == pattern.types.end())
      continue;
    tables.push_back({database, "", row[1].value_or("")});
  }
  return tables;
}

Result<TableShape> MariaDbConnection::describe(const TableId& table) {
  // A name of two parts may come with the database as schema, where a user
  // wrote it.
  const std::string& database = table.catalog.empty() ? table.schema : table.catalog;
  const std::string sql =
      "SELECT c.column_name, c.column_type, c.is_nullable, c.extra, "
      "COALESCE(c.column_default, 'NULL') <> 'NULL', "
      "COALESCE(k.ordinal_position, 0), t.table_type, c.generation_expression "
      "FROM information_schema.columns c "
      "JOIN information_schema.tables t ON t.table_schema = c.table_schema AND "
      "t.table_name = c.table_name "
      "LEFT JOIN information_schema.key_column_usage k ON k.constraint_name = "
      "'PRIMARY' AND "
      "k.table_schema = c.table_schema AND k.table_name = c.table_name AND "
      "k.column_name = c.column_name "
      "WHERE c.table_schema = COALESCE(?, DATABASE()) AND c.table_name = ? "
      "ORDER BY c.ordinal_position";
  const std::vector<Scalar> parameters{database.empty() ? Scalar() : Scalar(database), table.table};
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          execute(sql, parameters, "describe table " + plain_name(table)));
  TableShape shape;
  for (const auto& row : answer.rows) {
    Column column;
    column.name = row[0].value_or("");
    describe_mariadb_type(row[1].value_or(""), switches_, column);
    column.nullable = row[2] == "YES";
    const std::string extra = row[3].value_or("");
    column.auto_increment = extra.find("auto_increment") != std::string::npos;
    const bool generated = row[7] && !row[7]->empty();
    column.has_default = column.auto_increment || generated || row[4] == "1";
    column.key_position = number_of(row[5]);
    shape.type = jdbc_kind(row[6].value_or(""));
    shape.columns.push_back(std::move(column));
  }
  return shape;
}

Result<Instant> MariaDbConnection::now() {
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          run("SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)", "read the database's clock"));
  const bool one = answer.rows.size() == 1 && !answer.rows[0].empty() && answer.rows[0][0];
  const auto parsed = one ? parse_time(*answer.rows[0][0]) : std::nullopt;
  if (!parsed) return failed("The database's clock cannot be read");
  return parsed->local;
}

Result<TimeStorage> MariaDbConnection::time_storage(const std::string& from, const std::string& expression) {
  const std::string what = "look at the type of " + expression;
  SLUICE_ASSIGN_OR_RETURN(const mysql::StatementPtr statement,
                          client_->prepare(fmt::format("SELECT {} FROM {} LIMIT 0", expression, from), what));
  const mysql::ResultPtr metadata(mysql_stmt_result_metadata(statement.get()));
  TimeStorage storage;
  if (metadata == nullptr || mysql_num_fields(metadata.get()) != 1) return storage;
  const MYSQL_FIELD* field = mysql_fetch_field_direct(metadata.get(), 0);
  storage.kind = field->type == MYSQL_TYPE_TIMESTAMP || field->type == MYSQL_TYPE_TIMESTAMP2 ? 'u' : 'l';
  return storage;
}

Result<std::unique_ptr<Cursor>> MariaDbConnection::query(const Statement& statement, const Zone& zone,
                                                         size_t) {
  MariaDbParameters parameters;
  for (const Parameter& parameter : statement.parameters) {
    if (const auto* number = std::get_if<int64_t>(&parameter)) {
      parameters.add(*number);
      continue;
    }
    const auto& time = std::get<TimeParameter>(parameter);
    parameters.add(time.storage.kind == 'u' ? time.utc : zone.to_local(time.utc));
  }
  return open_mariadb_cursor(*client_, statement, parameters, switches_);
}

Result<std::optional<std::vector<std::string>>> MariaDbConnection::running_transactions() {
  const auto answer = run("SHOW ENGINE INNODB STATUS", "see which transactions run");
  if (!answer.ok()) {
    const unsigned number = number_of_failure(*client_);
    if (number != ER_SPECIFIC_ACCESS_DENIED_ERROR && number != ER_TABLEACCESS_DENIED_ERROR)
      return answer.error();
    if (!std::exchange(told_of_rights_, true))
      log::warn(
          "The user may not see which transactions run: rows committed late may be missed. GRANT PROCESS");
    return std::optional<std::vector<std::string>>();
  }
  if (answer->rows.size() != 1 || answer->rows[0].size() != 3 || !answer->rows[0][2])
    return std::optional<std::vector<std::string>>();
  return innodb_writers(*answer->rows[0][2]);
}

Result<Answer> MariaDbConnection::run(const std::string& sql, std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(const mysql::ResultPtr result, client_->query(sql, what));
  Answer answer;
  if (result == nullptr) {
    answer.affected = static_cast<int64_t>(mysql_affected_rows(client_->handle()));
    return answer;
  }
  const unsigned columns = mysql_num_fields(result.get());
  while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
    const unsigned long* lengths = mysql_fetch_lengths(result.get());
    auto& cells = answer.rows.emplace_back();
    for (unsigned i = 0; i < columns; ++i)
      cells.push_back(row[i] == nullptr ? std::optional<std::string>() : std::string(row[i], lengths[i]));
  }
  return answer;
}

Result<Answer> MariaDbConnection::execute(const std::string& sql, std::span<const Scalar> parameters,
                                          std::string_view what) {
  // Not every statement can be prepared; those with values can.
  if (parameters.empty()) return run(sql, what);
  MariaDbParameters bound;
  for (const Scalar& scalar : parameters) {
    if (const auto* number = std::get_if<int64_t>(&scalar)) {
      bound.add(*number);
    } else if (const auto* text = std::get_if<std::string>(&scalar)) {
      bound.add(*text);
    } else {
      bound.add_null();
    }
  }
  return run_prepared(*client_, sql, bound, what);
}

Status MariaDbConnection::begin() {
  SLUICE_RETURN_IF_ERROR(run("START TRANSACTION", "begin a transaction"));
  client_->set_writing(true);
  return {};
}

Status MariaDbConnection::commit() {
  const auto done = run("COMMIT", "commit");
  client_->set_writing(false);
  return done.ok() ? Status{} : done.error();
}

void MariaDbConnection::rollback() {
  client_->set_writing(false);
  (void)client_->drain().ok();
  if (!client_->usable()) return;
  if (!run("ROLLBACK", "roll back").ok() && client_->usable()) client_->break_off();
}

Result<std::string> MariaDbConnection::session() {
  if (!session_.empty()) return session_;
  // A connection's number comes again after a restart; this name does not.
  const std::string what = "name the session";
  SLUICE_ASSIGN_OR_RETURN(const Answer name, run("SELECT CONCAT('sluice ', UUID())", what));
  if (name.rows.size() != 1 || !name.rows[0][0]) return failed("Cannot " + what);
  const std::vector<Scalar> parameters{*name.rows[0][0]};
  SLUICE_ASSIGN_OR_RETURN(const Answer locked, execute("SELECT GET_LOCK(?, 0)", parameters, what));
  if (locked.rows.size() == 1 && locked.rows[0][0] == "1") session_ = *name.rows[0][0];
  return session_;
}

Status MariaDbConnection::end_session(const std::string& session) {
  const std::string what = "end the session of the task before";
  const std::vector<Scalar> parameters{session};
  SLUICE_ASSIGN_OR_RETURN(const Answer holder, execute("SELECT IS_USED_LOCK(?)", parameters, what));
  if (holder.rows.size() != 1 || !holder.rows[0][0]) return {};
  const auto ended = run("KILL CONNECTION " + *holder.rows[0][0], what);
  // It may have ended by itself since.
  return ended.ok() || number_of_failure(*client_) == ER_NO_SUCH_THREAD ? Status{} : ended.error();
}

Result<std::unique_ptr<RowWriter>> MariaDbConnection::writer(TableWrite write, const WriteOptions& options) {
  return make_mariadb_writer(*client_, write, options);
}

}  // namespace sluice::connectors::sql
