#include "connectors/sql/source/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/java_regex.h"
#include "connectors/sql/connection_options.h"
#include "connectors/sql/letter_case.h"
#include "connectors/sql/source/option_keys.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Config;
using sdk::Properties;

using Problem = OptionProblem;

Mode mode_of(std::string_view text) {
  if (text == "incrementing") return Mode::kIncrementing;
  if (text == "timestamp") return Mode::kTimestamp;
  return text == "timestamp+incrementing" ? Mode::kTimestampIncrementing : Mode::kBulk;
}

NumericMapping numeric_of(const Config& config) {
  const std::string mapping = lower_case(config.get_string(keys::kNumericMapping));
  if (mapping == "precision_only") return NumericMapping::kPrecisionOnly;
  if (mapping == "best_fit") return NumericMapping::kBestFit;
  if (mapping == "best_fit_eager_double") return NumericMapping::kBestFitEagerDouble;
  // The deprecated key counts only where the new one is not set.
  const bool by_precision = mapping.empty() && config.get_boolean(keys::kNumericPrecision);
  return by_precision ? NumericMapping::kPrecisionOnly : NumericMapping::kNone;
}

TimestampForm granularity_of(const std::string& text) {
  static constexpr std::string_view kNames[] = {"connect_logical",
                                                "micros_long",
                                                "micros_string",
                                                "micros_iso_datetime_string",
                                                "nanos_long",
                                                "nanos_string",
                                                "nanos_iso_datetime_string"};
  const auto found = std::find(std::begin(kNames), std::end(kNames), text);
  return static_cast<TimestampForm>(found == std::end(kNames) ? 0 : found - std::begin(kNames));
}

std::string query_of(const Config& config, Flavour flavour) {
  std::string query = config.get_string(keys::kQuery);
  if (query.empty() && flavour == Flavour::kConfluent) query = config.get_string(keys::kQueryMasked);
  const auto is_end = [](char c) { return c == ';' || std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!query.empty() && is_end(query.back())) query.pop_back();
  return query;
}

/// "regex:column" or "regex:[column|column]"; the column is what follows the last colon.
std::optional<ColumnMapping> read_mapping(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  ColumnMapping mapping{text.substr(0, colon), {}};
  std::string_view columns = std::string_view(text).substr(colon + 1);
  if (columns.starts_with('[') && columns.ends_with(']')) columns = columns.substr(1, columns.size() - 2);
  while (!columns.empty()) {
    const size_t bar = columns.find('|');
    std::string_view column = columns.substr(0, bar);
    columns = bar == std::string_view::npos ? std::string_view() : columns.substr(bar + 1);
    while (column.starts_with(' ')) column.remove_prefix(1);
    while (column.ends_with(' ')) column.remove_suffix(1);
    if (column.empty()) return std::nullopt;
    mapping.columns.emplace_back(column);
  }
  if (mapping.columns.empty() || !JavaRegex::compile(mapping.table_regex).ok()) return std::nullopt;
  return mapping;
}

void check_filters(const Config& config, bool has_query, std::vector<Problem>& problems) {
  const auto& whitelist = config.get_list(keys::kWhitelist);
  const auto& blacklist = config.get_list(keys::kBlacklist);
  if (!whitelist.empty() && !blacklist.empty()) {
    problems.push_back({keys::kWhitelist, "table.blacklist and table.whitelist are exclusive"});
  }
  const auto& include = config.get_list(keys::kInclude);
  const auto& exclude = config.get_list(keys::kExclude);
  if (!include.empty() && (!whitelist.empty() || !blacklist.empty())) {
    problems.push_back({keys::kInclude, "cannot be set together with table.whitelist or table.blacklist"});
  }
  if (!exclude.empty() && include.empty()) problems.push_back({keys::kExclude, "needs table.include.list"});
  if (has_query && !(whitelist.empty() && blacklist.empty() && include.empty() && exclude.empty())) {
    problems.push_back(
        {keys::kQuery, "a query and table filters are exclusive: query mode reads the query alone"});
  }
  for (const auto& [key, list] : {std::pair(keys::kInclude, &include), std::pair(keys::kExclude, &exclude)}) {
    for (const std::string& regex : *list) {
      if (const auto compiled = JavaRegex::compile(regex); !compiled.ok()) {
        problems.push_back({key, compiled.error().message()});
      }
    }
  }
}

void check_mappings(const Config& config, std::vector<Problem>& problems) {
  for (const auto& [mapping, column] : {std::pair(keys::kIncrementingMapping, keys::kIncrementingColumn),
                                        std::pair(keys::kTimestampMapping, keys::kTimestampColumn)}) {
    const auto& entries = config.get_list(mapping);
    const bool named = column == keys::kTimestampColumn ? !config.get_list(column).empty()
                                                        : !config.get_string(column).empty();
    if (!entries.empty() && named)
      problems.push_back({mapping, fmt::format("cannot be set together with {}", column)});
    for (const std::string& entry : entries) {
      const auto read = read_mapping(entry);
      if (!read || (mapping == keys::kIncrementingMapping && read->columns.size() != 1)) {
        problems.push_back({mapping, fmt::format("'{}' is not of the form regex:column", entry)});
      }
    }
  }
}

void check_columns(const Config& config, Flavour flavour, bool has_query, std::vector<Problem>& problems) {
  const Mode mode = mode_of(config.get_string(keys::kMode));
  const bool confluent = flavour == Flavour::kConfluent;
  const bool time_named = !config.get_list(keys::kTimestampColumn).empty() ||
                          (confluent && !config.get_list(keys::kTimestampMapping).empty());
  const bool id_named = !config.get_string(keys::kIncrementingColumn).empty() ||
                        (confluent && !config.get_list(keys::kIncrementingMapping).empty());
  const bool uses_time = mode == Mode::kTimestamp || mode == Mode::kTimestampIncrementing;
  const bool uses_id = mode == Mode::kIncrementing || mode == Mode::kTimestampIncrementing;
  if (uses_time && !time_named) {
    problems.push_back(
        {keys::kTimestampColumn, fmt::format("must be set: the mode is {}", config.get_string(keys::kMode))});
  }
  if (uses_id && has_query && !id_named) {
    problems.push_back({keys::kIncrementingColumn, "must be set: it cannot be detected in a query"});
  }
}

std::vector<Problem> check_between(const Config& config, Flavour flavour) {
  std::vector<Problem> problems;
  const bool has_query = !query_of(config, flavour).empty();
  if (flavour == Flavour::kConfluent) {
    if (!config.get_string(keys::kQuery).empty() && !config.get_string(keys::kQueryMasked).empty()) {
      problems.push_back({keys::kQueryMasked, "cannot be set together with query"});
    }
    check_filters(config, has_query, problems);
    check_mappings(config, problems);
  } else if (!config.get_list(keys::kWhitelist).empty() && !config.get_list(keys::kBlacklist).empty()) {
    problems.push_back({keys::kWhitelist, "table.blacklist and table.whitelist are exclusive"});
  }
  check_connection(config, problems);
  check_columns(config, flavour, has_query, problems);
  return problems;
}

std::vector<ColumnMapping> mappings_of(const std::vector<std::string>& entries) {
  std::vector<ColumnMapping> mappings;
  for (const std::string& entry : entries) mappings.push_back(*read_mapping(entry));
  return mappings;
}

void read_confluent(const Config& config, SourceOptions& options) {
  options.connecting.options.isolation = config.get_string(keys::kIsolation);
  options.query_retries = static_cast<int>(config.get_int(keys::kQueryRetries));
  options.query_suffix = config.get_string(keys::kQuerySuffix);
  options.incrementing_mapping = mappings_of(config.get_list(keys::kIncrementingMapping));
  options.timestamp_mapping = mappings_of(config.get_list(keys::kTimestampMapping));
  if (config.has(keys::kTimestampInitial))
    options.timestamp_initial_ms = config.get_int(keys::kTimestampInitial);
  options.quote_identifiers = lower_case(config.get_string(keys::kQuoteIdentifiers)) != "never";
  options.include = config.get_list(keys::kInclude);
  options.exclude = config.get_list(keys::kExclude);
  options.startup_wait_ms = config.get_int(keys::kStartupWaitMs);
  options.mapping.timestamps = granularity_of(lower_case(config.get_string(keys::kGranularity)));
  options.mapping.legacy_calendar = config.get_string(keys::kCalendar) == "LEGACY";
}

void read_aiven(const Config& config, SourceOptions& options) {
  options.timestamp_initial_ms = config.get_int(keys::kTimestampInitialMs);
  options.incrementing_initial = config.get_int(keys::kIncrementingInitial);
  options.quote_identifiers = config.get_boolean(keys::kQuoteIdentifiersAiven);
}

}  // namespace

std::vector<sdk::ConfigValue> validate_source(Flavour flavour, const Properties& properties) {
  auto values = source_options(flavour).validate(properties);
  const auto parsed = source_options(flavour).parse(properties);
  if (!parsed.ok()) return values;
  add_problems(check_between(*parsed, flavour), values);
  return values;
}

Result<SourceOptions> parse_source(Flavour flavour, const Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const Config config, source_options(flavour).parse(properties));
  SLUICE_RETURN_IF_ERROR(first_problem(check_between(config, flavour)));
  SourceOptions options;
  options.connecting = read_connection(config);
  options.connecting.attempts = static_cast<int>(config.get_int(keys::kAttempts));
  options.connecting.backoff_ms = config.get_int(keys::kBackoffMs);
  options.mode = mode_of(config.get_string(keys::kMode));
  options.query = query_of(config, flavour);
  options.incrementing_column = config.get_string(keys::kIncrementingColumn);
  options.timestamp_columns = config.get_list(keys::kTimestampColumn);
  options.timestamp_delay_ms = config.get_int(keys::kTimestampDelayMs);
  options.validate_non_null = config.get_boolean(keys::kValidateNonNull);
  if (config.has(keys::kCatalogPattern)) options.pattern.catalog = config.get_string(keys::kCatalogPattern);
  if (config.has(keys::kSchemaPattern)) options.pattern.schema = config.get_string(keys::kSchemaPattern);
  options.pattern.types = config.get_list(keys::kTableTypes);
  options.whitelist = config.get_list(keys::kWhitelist);
  options.blacklist = config.get_list(keys::kBlacklist);
  options.poll_interval_ms = config.get_int(keys::kPollIntervalMs);
  options.batch_max_rows = static_cast<int>(config.get_int(keys::kBatchMaxRows));
  options.table_poll_interval_ms = config.get_int(keys::kTablePollIntervalMs);
  options.topic_prefix = config.get_string(keys::kTopicPrefix);
  options.late_rows_wait_ms = config.get_int(keys::kLateRowsWaitMs);
  options.split_rows = config.get_int(keys::kSplitRows);
  options.unmapped_as_text = config.get_string(keys::kUnmapped) == "text";
  options.mapping.numeric = numeric_of(config);
  SLUICE_ASSIGN_OR_RETURN(options.mapping.zone, Zone::find(config.get_string(keys::kTimezone)));
  if (flavour == Flavour::kConfluent) {
    read_confluent(config, options);
  } else {
    read_aiven(config, options);
  }
  return options;
}

}  // namespace sluice::connectors::sql
