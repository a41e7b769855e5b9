#pragma once
// Options of the SQL source under its two names: Confluent's keys, and Aiven's older ones.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/sql/connecting.h"
#include "sdk/config/config_def.h"

namespace sluice::connectors::sql {

enum class Flavour : uint8_t { kConfluent, kAiven };

enum class Mode : uint8_t { kBulk, kIncrementing, kTimestamp, kTimestampIncrementing };

// Keys that the connector adds to task configurations.
inline constexpr std::string_view kTables = "tables";
inline constexpr std::string_view kTablesFetched = "tables.fetched";
inline constexpr std::string_view kTableRanges = "tables.ranges";

/// One entry of incrementing.column.mapping or timestamp.column.mapping.
struct ColumnMapping {
  std::string table_regex;
  std::vector<std::string> columns;
};

struct SourceOptions {
  Connecting connecting;
  int query_retries = -1;

  Mode mode = Mode::kBulk;
  std::string query;  // empty: tables
  std::string query_suffix;
  std::string incrementing_column;  // empty: detected
  std::vector<std::string> timestamp_columns;
  std::vector<ColumnMapping> incrementing_mapping;
  std::vector<ColumnMapping> timestamp_mapping;
  std::optional<int64_t> timestamp_initial_ms;  // -1: the database's now
  int64_t incrementing_initial = -1;
  int64_t timestamp_delay_ms = 0;
  int64_t late_rows_wait_ms = 60'000;  // 0: rows committed late are not waited for
  bool unmapped_as_text = false;
  int64_t split_rows = 0;  // of bulk mode; 0: tables stay whole
  bool validate_non_null = true;
  bool quote_identifiers = true;

  TablePattern pattern;
  std::vector<std::string> whitelist;
  std::vector<std::string> blacklist;
  std::vector<std::string> include;  // regular expressions
  std::vector<std::string> exclude;

  int64_t poll_interval_ms = 5000;
  int batch_max_rows = 100;
  int64_t table_poll_interval_ms = 60'000;
  int64_t startup_wait_ms = 10'000;
  std::string topic_prefix;
  MappingOptions mapping;

  bool uses_time() const { return mode == Mode::kTimestamp || mode == Mode::kTimestampIncrementing; }
  bool uses_id() const { return mode == Mode::kIncrementing || mode == Mode::kTimestampIncrementing; }
};

const sdk::ConfigDef& source_options(Flavour flavour);

/// Everything wrong with `properties`, by key: the definition's checks and those between keys.
std::vector<sdk::ConfigValue> validate_source(Flavour flavour, const sdk::Properties& properties);
/// Error kind kBadConfig with the first problem.
Result<SourceOptions> parse_source(Flavour flavour, const sdk::Properties& properties);

}  // namespace sluice::connectors::sql
