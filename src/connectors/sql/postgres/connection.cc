#include "connectors/sql/postgres/connection.h"

#include <fmt/core.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/log.h"
#include "connectors/sql/postgres/writer.h"
#include "connectors/sql/time_text.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kStopCheckMs = 100;
constexpr int kWritingMsMax = 60'000;        // of a statement, or between two, where the user has set nothing
constexpr int kStopChecksWhileWriting = 20;  // two seconds

/// The kind of a relation as the JDBC driver calls it; c is pg_class, n its pg_namespace.
constexpr std::string_view kTableKind =
    "CASE"
    " WHEN n.nspname LIKE 'pg!_temp!_%' ESCAPE '!' THEN CASE WHEN c.relkind = 'v' THEN 'TEMPORARY VIEW'"
    " ELSE 'TEMPORARY TABLE' END"
    " WHEN n.nspname IN ('pg_catalog', 'information_schema') OR n.nspname LIKE 'pg!_%' ESCAPE '!' THEN"
    " CASE WHEN c.relkind = 'v' THEN 'SYSTEM VIEW' ELSE 'SYSTEM TABLE' END"
    " WHEN c.relkind = 'r' THEN 'TABLE' WHEN c.relkind = 'p' THEN 'PARTITIONED TABLE'"
    " WHEN c.relkind = 'v' THEN 'VIEW' WHEN c.relkind = 'm' THEN 'MATERIALIZED VIEW'"
    " ELSE 'FOREIGN TABLE' END";

std::string first_line(const char* text) {
  std::string_view line(text == nullptr ? "" : text);
  line = line.substr(0, line.find('\n'));
  return std::string(line);
}

/// Whether another try may go well, perhaps on a new connection.
bool is_transient(std::string_view state) {
  for (const std::string_view start :
       {"08", "53", "57P", "57014", "40001", "40P01", "55P03", "25P03", "58"}) {
    if (state.starts_with(start)) return true;
  }
  return state.empty();
}

/// Class 22: data exceptions, 23: violated constraints, 44: WITH CHECK OPTION; one row changed twice, types
/// that do not go together, a row too large for an index.
bool is_about_data(std::string_view state) {
  return state.starts_with("22") || state.starts_with("23") || state.starts_with("44") || state == "21000" ||
         state == "42804" || state == "42846" || state == "54000";
}

std::string_view advice(std::string_view state) {
  if (state == "42P01") return "; is the table there, and its schema on the search path?";
  if (state == "42703") return "; was the column dropped or renamed?";
  if (state == "42501") return "; GRANT the connector's user SELECT on it";
  return "";
}

template <typename T>
T number_of(BytesView text) {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_true(BytesView cell) { return cell == "t"; }

std::string oid_array(const std::vector<uint32_t>& oids) {
  std::string text = "{";
  for (const uint32_t oid : oids) text += (text.size() > 1 ? "," : "") + std::to_string(oid);
  return text + "}";
}

std::string_view isolation_sql(std::string_view mode) {
  if (mode == "READ_UNCOMMITED") return " ISOLATION LEVEL READ UNCOMMITTED";
  if (mode == "READ_COMMITED") return " ISOLATION LEVEL READ COMMITTED";
  if (mode == "REPEATABLE_READ") return " ISOLATION LEVEL REPEATABLE READ";
  if (mode == "SERIALIZABLE") return " ISOLATION LEVEL SERIALIZABLE";
  return "";
}

/// A time on the zone's clock with the zone's offset: a column without a zone takes the clock, one with a
/// zone both.
std::string time_text(const TimeParameter& time, const Zone& zone) {
  return format_time(zone.to_local(time.utc), ' ', 6) + format_offset(zone.offset_at(time.utc.seconds));
}

}  // namespace

Error PostgresConnection::error_of(const PGresult* result, std::string_view what) const {
  const char* raw_state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = raw_state == nullptr ? "" : raw_state;
  const char* primary = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string text = primary == nullptr ? first_line(PQerrorMessage(connection_.get())) : primary;
  std::string message = fmt::format("Cannot {}: PostgreSQL says '{}'{}{}", what, text,
                                    state.empty() ? "" : " (SQLSTATE " + state + ")", advice(state));
  if (is_transient(state) || !usable()) return retriable(std::move(message));
  return is_about_data(state) ? bad_record(std::move(message)) : failed(std::move(message));
}

Result<PgResult> PostgresConnection::wait_for_result(std::string_view what) {
  bool cancelled = false;
  int checks_left = writing_ ? kStopChecksWhileWriting : 0;
  while (PQisBusy(connection_.get()) != 0) {
    pollfd ready{PQsocket(connection_.get()), POLLIN, 0};
    const bool waited = ::poll(&ready, 1, kStopCheckMs) == 0;
    if (PQconsumeInput(connection_.get()) == 0) return error_of(nullptr, what);
    if (!stop_.stop_requested()) continue;
    // What is being written when a task is told to stop is better finished than done again.
    if (checks_left > 0) {
      checks_left -= waited ? 1 : 0;
      continue;
    }
    if (cancelled) return closed(fmt::format("Stopped while waiting to {}", what));
    char ignored[256];
    if (PGcancel* cancel = PQgetCancel(connection_.get()); cancel != nullptr) {
      PQcancel(cancel, ignored, sizeof(ignored));
      PQfreeCancel(cancel);
    }
    cancelled = true;
  }
  return PgResult(PQgetResult(connection_.get()));
}

Result<PgResult> PostgresConnection::run(const std::string& sql, const PgTexts& parameters, bool binary,
                                         std::string_view what) {
  std::vector<const char*> values;
  for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, binary ? 1 : 0) == 0) {
    return error_of(nullptr, what);
  }
  SLUICE_ASSIGN_OR_RETURN(PgResult result, wait_for_result(what));
  for (;;) {  // a null ends the statement
    SLUICE_ASSIGN_OR_RETURN(const PgResult rest, wait_for_result(what));
    if (rest == nullptr) break;
  }
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    if (stop_.stop_requested()) return closed(fmt::format("Stopped while waiting to {}", what));
    return error_of(result.get(), what);
  }
  return result;
}

Result<std::vector<TableId>> PostgresConnection::tables(const TablePattern& pattern) {
  const std::string sql =
      "SELECT n.nspname, c.relname, " + std::string(kTableKind) +
      " AS kind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname LIKE $1 ORDER BY kind, n.nspname, "
      "c.relname";
  if (pattern.schema && pattern.schema->empty()) return std::vector<TableId>{};  // every table has a schema
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          run(sql, {pattern.schema.value_or("%")}, false, "list the tables"));
  std::vector<TableId> tables;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    const BytesView kind = pg_cell(result.get(), row, 2);
    for (const std::string& type : pattern.types) {
      if (type != kind) continue;
      tables.push_back(
          {"", std::string(pg_cell(result.get(), row, 0)), std::string(pg_cell(result.get(), row, 1))});
      break;
    }
  }
  return tables;
}

Result<TableShape> PostgresConnection::describe(const TableId& table) {
  const std::string sql =
      "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
      " a.attidentity <> '' OR COALESCE(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false), a.atttypid,"
      " d.adbin IS NOT NULL, COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0), " +
      std::string(kTableKind) +
      " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
      " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
      " LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
      " WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
  const std::string what = "describe table " + plain_name(table);
  SLUICE_ASSIGN_OR_RETURN(const PgResult result, run(sql, {postgres_dialect().quote(table)}, false, what));
  TableShape shape;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    Column column;
    column.name = pg_cell(result.get(), row, 0);
    column.type_name = pg_cell(result.get(), row, 1);
    column.nullable = !is_true(pg_cell(result.get(), row, 2));
    column.auto_increment = is_true(pg_cell(result.get(), row, 3));
    column.native_type = number_of<uint32_t>(pg_cell(result.get(), row, 4));
    column.type = postgres_type(column.native_type).type;
    column.has_default = column.auto_increment || is_true(pg_cell(result.get(), row, 5));
    column.key_position = number_of<int>(pg_cell(result.get(), row, 6));
    shape.type = pg_cell(result.get(), row, 7);
    shape.columns.push_back(std::move(column));
  }
  return shape;
}

Result<Instant> PostgresConnection::now() {
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          run("SELECT (extract(epoch FROM CURRENT_TIMESTAMP) * 1000000)::int8", {}, false,
                              "read the database's clock"));
  return Instant::from_micros(number_of<int64_t>(pg_cell(result.get(), 0, 0)));
}

Result<PostgresType> PostgresConnection::custom_type(uint32_t oid, std::string& name) {
  if (const auto found = custom_types_.find(oid); found != custom_types_.end()) {
    name = found->second.second;
    return found->second.first;
  }
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          run("SELECT typname, typtype FROM pg_catalog.pg_type WHERE oid = $1",
                              {std::to_string(oid)}, false, "look up a type"));
  PostgresType type;
  if (PQntuples(result.get()) == 1) {
    name = pg_cell(result.get(), 0, 0);
    // Their binary form is their text.
    if (pg_cell(result.get(), 0, 1) == "e" || name == "citext") type = {PostgresForm::kText, SqlType::kText};
  }
  custom_types_[oid] = {type, name};
  return type;
}

Result<PostgresConnection::Attributes> PostgresConnection::attributes(const std::vector<uint32_t>& tables) {
  Attributes attributes;
  if (tables.empty()) return attributes;
  SLUICE_ASSIGN_OR_RETURN(
      const PgResult result,
      run("SELECT attrelid, attnum, attnotnull, attidentity <> '' FROM pg_catalog.pg_attribute"
          " WHERE attrelid = ANY($1::oid[]) AND attnum > 0",
          {oid_array(tables)}, false, "look up columns"));
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    const auto key = std::pair(number_of<uint32_t>(pg_cell(result.get(), row, 0)),
                               number_of<int>(pg_cell(result.get(), row, 1)));
    attributes[key] = {is_true(pg_cell(result.get(), row, 2)), is_true(pg_cell(result.get(), row, 3))};
  }
  return attributes;
}

Result<int> PostgresConnection::money_digits() {
  if (money_digits_ >= 0) return money_digits_;
  SLUICE_ASSIGN_OR_RETURN(const PgResult result, run("SELECT '1'::money", {}, true, "look at the currency"));
  const BytesView one = pg_cell(result.get(), 0, 0);
  int64_t units = 0;
  if (one.size() == sizeof(units)) std::memcpy(&units, one.data(), sizeof(units));
  units = static_cast<int64_t>(__builtin_bswap64(static_cast<uint64_t>(units)));
  money_digits_ = 0;
  for (; units >= 10; units /= 10) ++money_digits_;
  return money_digits_;
}

void PostgresConnection::end_transaction() {
  const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
  if (status == PQTRANS_IDLE || status == PQTRANS_UNKNOWN) return;
  const Result<PgResult> done = run("ROLLBACK", {}, false, "end a transaction");
  if (!done.ok()) connection_.reset();
}

Result<std::unique_ptr<Cursor>> PostgresConnection::query(const Statement& statement, const Zone& zone,
                                                          size_t rows_at_a_time) {
  PgTexts parameters;
  for (const Parameter& parameter : statement.parameters) {
    const auto* number = std::get_if<int64_t>(&parameter);
    parameters.push_back(number != nullptr ? std::to_string(*number)
                                           : time_text(std::get<TimeParameter>(parameter), zone));
  }
  const std::string what = "read " + statement.subject;
  SLUICE_RETURN_IF_ERROR(run(fmt::format("BEGIN{}", isolation_sql(isolation_)), {}, false, what));
  auto cursor = std::make_unique<PostgresCursor>(*this, statement.subject, rows_at_a_time);
  SLUICE_RETURN_IF_ERROR(run("DECLARE sluice NO SCROLL CURSOR FOR " + statement.sql, parameters, true, what));
  SLUICE_RETURN_IF_ERROR(cursor->start());
  return std::unique_ptr<Cursor>(std::move(cursor));
}

Result<std::optional<std::vector<std::string>>> PostgresConnection::running_transactions() {
  // Every transaction holds the lock of its own virtual id, for everybody to see; a prepared one has none.
  // What Sluice itself reads by, and vacuum, write no rows.
  const std::string sql =
      "SELECT l.virtualtransaction FROM pg_catalog.pg_locks l"
      " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
      " WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.pid <> "
      "pg_backend_pid()"
      " AND COALESCE(a.application_name, '') <> 'sluice'"
      " AND COALESCE(a.backend_type, 'client backend') = 'client backend'"
      " AND COALESCE(a.datname, current_database()) = current_database()"
      " UNION ALL SELECT 'prepared ' || gid FROM pg_catalog.pg_prepared_xacts WHERE database = "
      "current_database()"
      " ORDER BY 1";
  SLUICE_ASSIGN_OR_RETURN(const PgResult result, run(sql, {}, false, "see which transactions run"));
  std::vector<std::string> names;
  for (int row = 0; row < PQntuples(result.get()); ++row) names.emplace_back(pg_cell(result.get(), row, 0));
  std::sort(names.begin(), names.end());  // as our own comparisons order texts
  return std::optional(std::move(names));
}

Result<Answer> PostgresConnection::execute(const std::string& sql, std::span<const Scalar> parameters,
                                           std::string_view what) {
  std::vector<std::optional<std::string>> texts;
  for (const Scalar& scalar : parameters) {
    const auto* number = std::get_if<int64_t>(&scalar);
    const auto* text = std::get_if<std::string>(&scalar);
    texts.push_back(number != nullptr ? std::optional(std::to_string(*number))
                    : text != nullptr ? std::optional(*text)
                                      : std::nullopt);
  }
  SLUICE_ASSIGN_OR_RETURN(const PgResult result, run(sql, texts, false, what));
  Answer answer;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    auto& cells = answer.rows.emplace_back();
    for (int i = 0; i < PQnfields(result.get()); ++i) {
      const BytesView cell = pg_cell(result.get(), row, i);
      cells.push_back(is_null(cell) ? std::optional<std::string>() : std::string(cell));
    }
  }
  answer.affected = number_of<int64_t>(PQcmdTuples(result.get()));
  return answer;
}

Status PostgresConnection::begin() {
  if (!limited_) {
    // What a task that hangs has locked becomes free again, whoever waits for it.
    SLUICE_RETURN_IF_ERROR(
        run("SELECT set_config(name, $1, false) FROM pg_catalog.pg_settings WHERE setting = '0' AND name IN"
            " ('statement_timeout', 'idle_in_transaction_session_timeout')",
            {std::to_string(kWritingMsMax)}, false, "limit the time of transactions"));
    limited_ = true;
  }
  SLUICE_RETURN_IF_ERROR(
      run(fmt::format("BEGIN{}", isolation_sql(isolation_)), {}, false, "begin a transaction"));
  writing_ = true;
  return {};
}

Status PostgresConnection::commit() {
  const Result<PgResult> result = run("COMMIT", {}, false, "commit");
  writing_ = false;
  if (!result.ok()) return result.error();
  // A transaction that had failed says so only by this tag.
  if (std::string_view(PQcmdStatus(result->get())) == "ROLLBACK")
    return failed("PostgreSQL rolled back instead of committing");
  return {};
}

Result<std::string> PostgresConnection::session() {
  // A process id comes again, but not with the same start.
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          execute("SELECT pid || ' ' || backend_start FROM pg_catalog.pg_stat_activity"
                                  " WHERE pid = pg_backend_pid()",
                                  {}, "look at the session"));
  return answer.rows.size() == 1 && answer.rows[0][0] ? *answer.rows[0][0] : std::string();
}

Status PostgresConnection::end_session(const std::string& session) {
  const std::vector<Scalar> name{session};
  SLUICE_RETURN_IF_ERROR(
      execute("SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
              " WHERE pid || ' ' || backend_start = $1",
              name, "end the session of the task before"));
  return {};
}

Result<std::unique_ptr<RowWriter>> PostgresConnection::writer(TableWrite write, const WriteOptions& options) {
  return make_postgres_writer(*this, write, options);
}

}  // namespace sluice::connectors::sql
