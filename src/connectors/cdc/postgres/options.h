#pragma once
// Options of the PostgreSQL connector (io.debezium.connector.postgresql).

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/cdc/common/options.h"
#include "connectors/cdc/common/regex_list.h"
#include "connectors/cdc/postgres/column_decoder.h"
#include "drivers/postgres/session.h"
#include "sdk/config/config_def.h"

namespace sluice::connectors::cdc::postgres {

enum class Autocreate : uint8_t { kAllTables, kDisabled, kFiltered, kNoTables };

struct Options : CommonOptions {
  ValueOptions values;
  sluice::postgres::Target target;
  std::string database;
  std::vector<std::string> initial_statements;

  std::string slot = "debezium";
  bool drop_slot = false;
  bool failover_slot = false;
  std::string stream_parameters;  // "k=v;k=v"
  int slot_retries = 6;
  int64_t slot_retry_ms = 10'000;
  std::string publication = "dbz_publication";
  Autocreate autocreate = Autocreate::kAllTables;
  bool via_root = false;

  int64_t status_interval_ms = 10'000;
  bool acknowledges = true;         // lsn.flush.mode is not manual
  bool follows_keepalives = false;  // connector_and_driver
  int64_t xmin_interval_ms = 0;
  bool checks_position = true;
  std::string isolation = "serializable";  // of a snapshot that has no slot to start from
  RegexList included_messages;
  RegexList excluded_messages;
  std::vector<std::pair<std::string, std::string>> replica_identities;  // table regex, identity
  sdk::Properties snapshot_selects;                                     // by "schema.table"
};

const sdk::ConfigDef& option_definitions();
/// Error kind kBadConfig with the first problem.
Result<Options> parse_options(const sdk::Config& config);
/// Everything wrong with `properties`, by key.
std::vector<sdk::ConfigValue> validate_options(const sdk::Properties& properties);

}  // namespace sluice::connectors::cdc::postgres
