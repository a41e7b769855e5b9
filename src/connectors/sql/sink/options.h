#pragma once
// Options of the SQL sink under its three names: Confluent's keys, Aiven's, and those of Debezium's JDBC
// sink.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "connectors/sql/connecting.h"
#include "connectors/sql/table_write.h"
#include "sdk/config/config_def.h"

namespace sluice::connectors::sql {

enum class SinkFlavour : uint8_t { kConfluent, kAiven, kDebezium };

enum class PkMode : uint8_t { kNone, kKafka, kRecordKey, kRecordValue, kRecordHeader };

struct SinkOptions {
  std::string connector;  // its name
  std::string group_id;   // of its consumers: what the offset table goes by
  Connecting connecting;
  int max_retries = 10;
  int64_t retry_backoff_ms = 3000;

  WriteKind insert_mode = WriteKind::kInsert;
  PkMode pk_mode = PkMode::kNone;
  std::vector<std::string> pk_fields;
  bool delete_enabled = false;
  bool truncate_enabled = false;
  bool unwrap_envelopes = false;    // Debezium's
  bool debezium_types = false;      // io.debezium.time.… are times, io.debezium.data.… what they say
  std::vector<std::string> fields;  // of values, besides the key; empty: all
  std::vector<std::string> include_fields;  // regular expressions of "topic:field"
  std::vector<std::string> exclude_fields;
  bool replace_null_with_default = true;
  std::vector<std::string> timestamp_fields;
  TimeUnit timestamp_unit = TimeUnit::kMicros;
  std::string string_column;  // of values that are a bare string

  std::string table_format;          // with ${topic}
  bool dots_to_underscores = false;  // in topics
  bool normalize_table = false;
  std::map<std::string, std::string> topics_to_tables;
  std::vector<std::string> table_types;
  bool quote_identifiers = true;  // false: names are folded as the database folds bare ones
  bool auto_create = false;
  bool auto_evolve = false;

  bool exactly_once = false;
  std::string offset_table;
  WriteOptions write;
};

const sdk::ConfigDef& sink_options(SinkFlavour flavour);

/// Everything wrong with `properties`, by key: the definition's checks and those between keys.
std::vector<sdk::ConfigValue> validate_sink(SinkFlavour flavour, const sdk::Properties& properties);
/// Error kind kBadConfig with the first problem.
Result<SinkOptions> parse_sink(SinkFlavour flavour, const sdk::Properties& properties);

}  // namespace sluice::connectors::sql
