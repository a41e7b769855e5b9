#pragma once
// Options of the MySQL and MariaDB connectors (io.debezium.connector.mysql, io.debezium.connector.mariadb).

#include <string>
#include <vector>

#include "connectors/cdc/common/options.h"
#include "connectors/cdc/common/regex_list.h"
#include "connectors/cdc/mysql/column_decoder.h"
#include "connectors/cdc/mysql/gtid_set.h"
#include "drivers/mysql/target.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::connectors::cdc::mysql {

enum class LockMode : uint8_t { kMinimal, kExtended, kNone, kBackup };
enum class HistoryStore : uint8_t { kKafka, kFile, kMemory };

struct Options : CommonOptions {
  Flavour flavour = Flavour::kMySql;
  ValueOptions values;
  sluice::mysql::Target target;
  std::vector<std::string> initial_statements;

  uint32_t server_id = 0;
  bool include_query = false;
  bool include_schema_changes = true;
  FailureMode inconsistent_schema = FailureMode::kFail;
  FailureMode unreadable_events = FailureMode::kFail;
  RegexList included_sources;  // of GTIDs
  RegexList excluded_sources;
  bool filters_sources = true;  // gtid.source.filter.dml.events

  LockMode locks = LockMode::kMinimal;
  sdk::Properties snapshot_selects;  // by "database.table"

  HistoryStore history = HistoryStore::kKafka;
  std::string history_topic;
  std::string history_file;
  sdk::Properties history_client;  // of the history's own producer and consumer
  bool history_captured_tables = false;
  bool history_captured_databases = false;
  bool skip_unparseable = false;
  RegexList ignored_ddl;

  std::string connector_name() const { return flavour == Flavour::kMySql ? "mysql" : "mariadb"; }
};

const sdk::ConfigDef& mysql_options();
const sdk::ConfigDef& mariadb_options();
const sdk::ConfigDef& options_of(Flavour flavour);
/// Error kind kBadConfig with the first problem.
Result<Options> parse_options(const sdk::Config& config, Flavour flavour);
/// Everything wrong with `properties`, by key.
std::vector<sdk::ConfigValue> validate_options(const sdk::Properties& properties, Flavour flavour);

}  // namespace sluice::connectors::cdc::mysql
