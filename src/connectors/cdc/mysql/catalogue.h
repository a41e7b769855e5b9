#pragma once
// What a server tells of itself: its tables, their definitions, where its log is. Runs on one session.

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/table_id.h"
#include "connectors/cdc/mysql/gtid_set.h"
#include "connectors/cdc/mysql/position.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::cdc::mysql {

/// Rows of texts; nulls are empty.
using TextRows = std::vector<std::vector<std::string>>;
Result<TextRows> query_texts(sluice::mysql::Session& session, const std::string& sql, std::string_view what);

/// Base tables of all databases but the server's own, by name.
Result<std::vector<TableId>> list_tables(sluice::mysql::Session& session);
/// The statement that makes the table.
Result<std::string> create_statement(sluice::mysql::Session& session, const TableId& table);
struct DatabaseLocale {
  std::string name;
  std::string charset;
  std::string collation;
};
Result<std::vector<DatabaseLocale>> list_databases(sluice::mysql::Session& session);
/// Of the server itself; without a name.
Result<DatabaseLocale> server_locale(sluice::mysql::Session& session);

/// Fills in file, place, GTIDs and time: the end of the log, which nothing may write to meanwhile.
Status read_log_end(sluice::mysql::Session& session, Position& position);
/// The same of MariaDB's transaction WITH CONSISTENT SNAPSHOT, whoever writes meanwhile.
Status read_snapshot_place(sluice::mysql::Session& session, Position& position);
/// Whether the log from the position on is still there; by file where `gtids` is false.
Result<bool> has_log(sluice::mysql::Session& session, const Position& position, bool gtids);
/// Whether the server writes global transaction ids.
Result<bool> has_gtids(sluice::mysql::Session& session);

/// Error kind kFailed where the server writes no log that rows can be read from, with what to set.
Status check_log_settings(sluice::mysql::Session& session, bool wants_queries);

}  // namespace sluice::connectors::cdc::mysql
