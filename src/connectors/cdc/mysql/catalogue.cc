#include "connectors/cdc/mysql/catalogue.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "connectors/cdc/mysql/ddl.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sluice::mysql::Session;

constexpr int64_t kMicros = 1'000'000;
constexpr const char* kOwnDatabases = "('mysql', 'information_schema', 'performance_schema', 'sys')";

int64_t number_in(const std::string& text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A global variable; empty if the server has none of that name.
Result<std::string> variable(Session& session, const std::string& name) {
  SLUICE_ASSIGN_OR_RETURN(
      const TextRows rows,
      query_texts(session, "SHOW GLOBAL VARIABLES LIKE '" + name + "'", "look at the server's settings"));
  return rows.empty() ? std::string() : rows[0][1];
}

Status read_time(Session& session, Position& position) {
  SLUICE_ASSIGN_OR_RETURN(const TextRows rows,
                          query_texts(session, "SELECT UNIX_TIMESTAMP()", "look at the server's clock"));
  position.seconds = rows.empty() ? 0 : number_in(rows[0][0]);
  position.micros = *position.seconds * kMicros;
  return {};
}

Status read_maria_gtids(Session& session, Position& position) {
  SLUICE_ASSIGN_OR_RETURN(
      const TextRows rows,
      query_texts(session, fmt::format("SELECT BINLOG_GTID_POS('{}', {})", position.file, position.restart),
                  "look at the GTIDs of the log's end"));
  position.gtids = position.gtids_after = rows.empty() ? std::string() : rows[0][0];
  return {};
}

}  // namespace

Result<TextRows> query_texts(Session& session, const std::string& sql, std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(const auto result, session.query(sql, what));
  TextRows rows;
  if (result == nullptr) return rows;
  const unsigned width = mysql_num_fields(result.get());
  while (const MYSQL_ROW row = mysql_fetch_row(result.get())) {
    const unsigned long* sizes = mysql_fetch_lengths(result.get());
    auto& texts = rows.emplace_back();
    for (unsigned i = 0; i < width; ++i) texts.emplace_back(row[i] == nullptr ? "" : row[i], sizes[i]);
  }
  return rows;
}

Result<std::vector<TableId>> list_tables(Session& session) {
  SLUICE_ASSIGN_OR_RETURN(
      const TextRows rows,
      query_texts(session,
                  fmt::format("SELECT table_schema, table_name FROM information_schema.tables"
                              " WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')"
                              " AND table_schema NOT IN {}",
                              kOwnDatabases),
                  "list the tables"));
  std::vector<TableId> tables;
  for (const auto& row : rows) tables.push_back({row[0], row[1]});
  std::sort(tables.begin(), tables.end());
  return tables;
}

Result<std::string> create_statement(Session& session, const TableId& table) {
  SLUICE_ASSIGN_OR_RETURN(const TextRows rows,
                          query_texts(session, "SHOW CREATE TABLE " + quoted_table(table),
                                      "look at the definition of table " + table.text()));
  if (rows.empty() || rows[0].size() < 2)
    return failed(fmt::format("The server does not tell the definition of table {}", table.text()));
  return rows[0][1];
}

Result<std::vector<DatabaseLocale>> list_databases(Session& session) {
  SLUICE_ASSIGN_OR_RETURN(const TextRows rows,
                          query_texts(session,
                                      "SELECT schema_name, default_character_set_name, default_collation_name"
                                      " FROM information_schema.schemata",
                                      "list the databases"));
  std::vector<DatabaseLocale> databases;
  for (const auto& row : rows) databases.push_back({row[0], row[1], row[2]});
  return databases;
}

Result<DatabaseLocale> server_locale(Session& session) {
  DatabaseLocale locale;
  SLUICE_ASSIGN_OR_RETURN(locale.charset, variable(session, "character_set_server"));
  SLUICE_ASSIGN_OR_RETURN(locale.collation, variable(session, "collation_server"));
  return locale;
}

Status read_log_end(Session& session, Position& position) {
  auto rows = query_texts(session, "SHOW MASTER STATUS", "look at the end of the binary log");
  if (!rows.ok()) rows = query_texts(session, "SHOW BINARY LOG STATUS", "look at the end of the binary log");
  if (!rows.ok()) return rows.error();
  if (rows->empty()) return failed("The server writes no binary log; start it with --log-bin");
  const auto& row = (*rows)[0];
  position.file = row[0];
  position.restart = position.current = static_cast<uint64_t>(number_in(row[1]));
  ++position.texts;
  if (session.is_mariadb()) {
    SLUICE_RETURN_IF_ERROR(read_maria_gtids(session, position));
  } else if (row.size() > 4) {
    SLUICE_ASSIGN_OR_RETURN(const GtidSet gtids, GtidSet::parse(Flavour::kMySql, row[4]));
    position.gtids = position.gtids_after = gtids.text();
  }
  return read_time(session, position);
}

Status read_snapshot_place(Session& session, Position& position) {
  SLUICE_ASSIGN_OR_RETURN(const TextRows rows, query_texts(session, "SHOW STATUS LIKE 'binlog_snapshot_%'",
                                                           "look at the snapshot's place in the log"));
  for (const auto& row : rows) {
    if (row[0] == "Binlog_snapshot_file" || row[0] == "binlog_snapshot_file") position.file = row[1];
    if (row[0] == "Binlog_snapshot_position" || row[0] == "binlog_snapshot_position")
      position.restart = position.current = static_cast<uint64_t>(number_in(row[1]));
  }
  if (position.file.empty()) return failed("The server does not tell where in its log a snapshot is");
  ++position.texts;
  SLUICE_RETURN_IF_ERROR(read_maria_gtids(session, position));
  return read_time(session, position);
}

Result<bool> has_gtids(Session& session) {
  if (session.is_mariadb()) return true;
  SLUICE_ASSIGN_OR_RETURN(const std::string mode, variable(session, "gtid_mode"));
  return mode == "ON";
}

Result<bool> has_log(Session& session, const Position& position, bool gtids) {
  if (gtids && !position.gtids.empty() && !session.is_mariadb()) {
    SLUICE_ASSIGN_OR_RETURN(const std::string purged, variable(session, "gtid_purged"));
    SLUICE_ASSIGN_OR_RETURN(const GtidSet gone, GtidSet::parse(Flavour::kMySql, purged));
    SLUICE_ASSIGN_OR_RETURN(const GtidSet seen, GtidSet::parse(Flavour::kMySql, position.gtids));
    return seen.contains(gone);
  }
  // MariaDB says so itself when it is asked for GTIDs that it no longer has.
  if (gtids && !position.gtids.empty()) return true;
  SLUICE_ASSIGN_OR_RETURN(const TextRows rows,
                          query_texts(session, "SHOW BINARY LOGS", "list the files of the binary log"));
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row[0] == position.file; });
}

Status check_log_settings(Session& session, bool wants_queries) {
  SLUICE_ASSIGN_OR_RETURN(const std::string on, variable(session, "log_bin"));
  if (on != "ON") return failed("The server writes no binary log; set log_bin in its configuration");
  SLUICE_ASSIGN_OR_RETURN(const std::string format, variable(session, "binlog_format"));
  if (!format.empty() && format != "ROW") {
    return failed(
        fmt::format("The server's binlog_format is {}, so its log does not have the rows that change; set "
                    "binlog_format = ROW and restart the server",
                    format));
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string image, variable(session, "binlog_row_image"));
  if (!image.empty() && image != "FULL") {
    log::warn("The server's binlog_row_image is {}: columns that it leaves out of its log are null in events",
              image);
  }
  if (!wants_queries) return {};
  const std::string name =
      session.is_mariadb() ? "binlog_annotate_row_events" : "binlog_rows_query_log_events";
  SLUICE_ASSIGN_OR_RETURN(const std::string queries, variable(session, name));
  if (queries != "ON") log::warn("include.query has no effect before the server has {} = ON", name);
  return {};
}

}  // namespace sluice::connectors::cdc::mysql
