#include "connectors/sql/postgres/connection.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/log.h"
#include "connectors/sql/postgres/writer.h"
#include "connectors/sql/time_text.h"

namespace sluice::connectors::sql {
namespace {

using postgres::number_of;

constexpr int kWritingMsMax = 60'000;  // of a statement, or between two, where the user has set nothing

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

Result<std::vector<TableId>> PostgresConnection::tables(const TablePattern& pattern) {
  const std::string sql =
      "SELECT n.nspname, c.relname, " + std::string(kTableKind) +
      " AS kind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname LIKE $1 ORDER BY kind, n.nspname, "
      "c.relname";
  if (pattern.schema && pattern.schema->empty()) return std::vector<TableId>{};  // every table has a schema
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          link_->run(sql, {pattern.schema.value_or("%")}, false, "list the tables"));
  std::vector<TableId> tables;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    const BytesView kind = cell(result.get(), row, 2);
    for (const std::string& type : pattern.types) {
      if (type != kind) continue;
      tables.push_back(
          {"", std::string(cell(result.get(), row, 0)), std::string(cell(result.get(), row, 1))});
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
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          link_->run(sql, {postgres_dialect().quote(table)}, false, what));
  TableShape shape;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    Column column;
    column.name = cell(result.get(), row, 0);
    column.type_name = cell(result.get(), row, 1);
    column.nullable = !is_true(cell(result.get(), row, 2));
    column.auto_increment = is_true(cell(result.get(), row, 3));
    column.native_type = number_of<uint32_t>(cell(result.get(), row, 4));
    column.type = postgres_type(column.native_type).type;
    column.has_default = column.auto_increment || is_true(cell(result.get(), row, 5));
    column.key_position = number_of<int>(cell(result.get(), row, 6));
    shape.type = cell(result.get(), row, 7);
    shape.columns.push_back(std::move(column));
  }
  return shape;
}

Result<Instant> PostgresConnection::now() {
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          link_->run("SELECT (extract(epoch FROM CURRENT_TIMESTAMP) * 1000000)::int8", {},
                                     false, "read the database's clock"));
  return Instant::from_micros(number_of<int64_t>(cell(result.get(), 0, 0)));
}

Result<PostgresType> PostgresConnection::custom_type(uint32_t oid, std::string& name) {
  if (const auto found = custom_types_.find(oid); found != custom_types_.end()) {
    name = found->second.second;
    return found->second.first;
  }
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          link_->run("SELECT typname, typtype FROM pg_catalog.pg_type WHERE oid = $1",
                                     {std::to_string(oid)}, false, "look up a type"));
  PostgresType type;
  if (PQntuples(result.get()) == 1) {
    name = cell(result.get(), 0, 0);
    // Their binary form is their text.
    if (cell(result.get(), 0, 1) == "e" || name == "citext") type = {PostgresForm::kText, SqlType::kText};
  }
  custom_types_[oid] = {type, name};
  return type;
}

Result<PostgresConnection::Attributes> PostgresConnection::attributes(const std::vector<uint32_t>& tables) {
  Attributes attributes;
  if (tables.empty()) return attributes;
  SLUICE_ASSIGN_OR_RETURN(
      const PgResult result,
      link_->run("SELECT attrelid, attnum, attnotnull, attidentity <> '' FROM pg_catalog.pg_attribute"
                 " WHERE attrelid = ANY($1::oid[]) AND attnum > 0",
                 {oid_array(tables)}, false, "look up columns"));
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    const auto key = std::pair(number_of<uint32_t>(cell(result.get(), row, 0)),
                               number_of<int>(cell(result.get(), row, 1)));
    attributes[key] = {is_true(cell(result.get(), row, 2)), is_true(cell(result.get(), row, 3))};
  }
  return attributes;
}

Result<int> PostgresConnection::money_digits() {
  if (money_digits_ >= 0) return money_digits_;
  SLUICE_ASSIGN_OR_RETURN(const PgResult result,
                          link_->run("SELECT '1'::money", {}, true, "look at the currency"));
  const BytesView one = cell(result.get(), 0, 0);
  int64_t units = 0;
  if (one.size() == sizeof(units)) std::memcpy(&units, one.data(), sizeof(units));
  units = static_cast<int64_t>(__builtin_bswap64(static_cast<uint64_t>(units)));
  money_digits_ = 0;
  for (; units >= 10; units /= 10) ++money_digits_;
  return money_digits_;
}

Result<std::unique_ptr<Cursor>> PostgresConnection::query(const Statement& statement, const Zone& zone,
                                                          size_t rows_at_a_time) {
  postgres::Texts parameters;
  for (const Parameter& parameter : statement.parameters) {
    const auto* number = std::get_if<int64_t>(&parameter);
    parameters.push_back(number != nullptr ? std::to_string(*number)
                                           : time_text(std::get<TimeParameter>(parameter), zone));
  }
  const std::string what = "read " + statement.subject;
  SLUICE_RETURN_IF_ERROR(link_->run(fmt::format("BEGIN{}", isolation_sql(isolation_)), {}, false, what));
  auto cursor = std::make_unique<PostgresCursor>(*this, statement.subject, rows_at_a_time);
  SLUICE_RETURN_IF_ERROR(
      link_->run("DECLARE sluice NO SCROLL CURSOR FOR " + statement.sql, parameters, true, what));
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
  SLUICE_ASSIGN_OR_RETURN(const PgResult result, link_->run(sql, {}, false, "see which transactions run"));
  std::vector<std::string> names;
  for (int row = 0; row < PQntuples(result.get()); ++row) names.emplace_back(cell(result.get(), row, 0));
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
  SLUICE_ASSIGN_OR_RETURN(const PgResult result, link_->run(sql, texts, false, what));
  Answer answer;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    auto& cells = answer.rows.emplace_back();
    for (int i = 0; i < PQnfields(result.get()); ++i) {
      const BytesView text = cell(result.get(), row, i);
      cells.push_back(is_null(text) ? std::optional<std::string>() : std::string(text));
    }
  }
  answer.affected = number_of<int64_t>(PQcmdTuples(result.get()));
  return answer;
}

Status PostgresConnection::begin() {
  if (!limited_) {
    // What a task that hangs has locked becomes free again, whoever waits for it.
    SLUICE_RETURN_IF_ERROR(link_->run(
        "SELECT set_config(name, $1, false) FROM pg_catalog.pg_settings WHERE setting = '0' AND name IN"
        " ('statement_timeout', 'idle_in_transaction_session_timeout')",
        {std::to_string(kWritingMsMax)}, false, "limit the time of transactions"));
    limited_ = true;
  }
  SLUICE_RETURN_IF_ERROR(
      link_->run(fmt::format("BEGIN{}", isolation_sql(isolation_)), {}, false, "begin a transaction"));
  link_->set_writing(true);
  return {};
}

Status PostgresConnection::commit() {
  const Result<PgResult> result = link_->run("COMMIT", {}, false, "commit");
  link_->set_writing(false);
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
