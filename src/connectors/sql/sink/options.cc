#include "connectors/sql/sink/options.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/java_regex.h"
#include "connectors/sql/connection_options.h"
#include "connectors/sql/letter_case.h"
#include "connectors/sql/sink/option_keys.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Config;

constexpr size_t kKafkaKeyColumns = 3;

PkMode pk_mode_of(const std::string& text) {
  const std::string mode = lower_case(text);
  if (mode == "kafka") return PkMode::kKafka;
  if (mode == "record_key") return PkMode::kRecordKey;
  if (mode == "record_value") return PkMode::kRecordValue;
  return mode == "record_header" ? PkMode::kRecordHeader : PkMode::kNone;
}

WriteKind insert_mode_of(const std::string& text) {
  const std::string mode = lower_case(text);
  if (mode == "upsert") return WriteKind::kUpsert;
  return mode == "update" ? WriteKind::kUpdate : WriteKind::kInsert;  // multi: each insert here is one
}

/// The first of two names that is set: a new one and an old one.
std::string first_set(const Config& config, std::string_view key, std::string_view old_key,
                      std::string_view otherwise) {
  for (const auto name : {key, old_key}) {
    if (config.has(name) && !config.get_string(name).empty()) return config.get_string(name);
  }
  return std::string(otherwise);
}

void read_jdbc(const Config& config, SinkFlavour flavour, SinkOptions& options) {
  options.connecting.attempts = static_cast<int>(config.get_int(keys::kAttempts));
  options.connecting.backoff_ms = config.get_int(keys::kBackoffMs);
  options.max_retries = static_cast<int>(config.get_int(keys::kMaxRetries));
  options.retry_backoff_ms = config.get_int(keys::kRetryBackoffMs);
  options.pk_mode = pk_mode_of(config.get_string(keys::kPkMode));
  options.pk_fields = config.get_list(keys::kPkFields);
  options.fields = config.get_list(keys::kFieldsWhitelist);
  options.table_format = config.get_string(keys::kTableNameFormat);
  options.table_types = config.get_list(keys::kSinkTableTypes);
  options.auto_create = config.get_boolean(keys::kAutoCreate);
  options.auto_evolve = config.get_boolean(keys::kAutoEvolve);
  options.unwrap_envelopes = config.get_string(keys::kEnvelope) == "debezium";
  options.debezium_types = options.unwrap_envelopes;
  if (flavour == SinkFlavour::kAiven) {
    options.quote_identifiers = config.get_boolean(keys::kSinkQuoteAiven);
    options.normalize_table = config.get_boolean(keys::kNormalizeTable);
    for (const std::string& pair : config.get_list(keys::kTopicsToTables)) {
      const size_t colon = pair.find(':');
      if (colon != std::string::npos)
        options.topics_to_tables[pair.substr(0, colon)] = pair.substr(colon + 1);
    }
    return;
  }
  options.quote_identifiers = lower_case(config.get_string(keys::kSinkQuote)) != "never";
  options.replace_null_with_default = config.get_boolean(keys::kReplaceNull);
  options.timestamp_fields = config.get_list(keys::kTimestampFields);
  options.timestamp_unit = lower_case(config.get_string(keys::kTimestampPrecision)) == "nanoseconds"
                               ? TimeUnit::kNanos
                               : TimeUnit::kMicros;
  options.string_column = config.get_string(keys::kStringColumn);
  options.write.legacy_calendar = config.get_string(keys::kSinkCalendar) == "LEGACY";
  options.write.merge_holdlock = config.get_boolean(keys::kHoldlock);
}

void read_debezium(const Config& config, SinkOptions& options) {
  options.max_retries = static_cast<int>(config.get_int(keys::kFlushMaxRetries));
  options.retry_backoff_ms = config.get_int(keys::kFlushRetryDelayMs);
  options.truncate_enabled = config.get_boolean(keys::kTruncateEnabled);
  options.pk_mode = pk_mode_of(config.get_string(keys::kPrimaryKeyMode));
  options.pk_fields = config.get_list(keys::kPrimaryKeyFields);
  options.include_fields = config.get_list(keys::kFieldInclude);
  options.exclude_fields = config.get_list(keys::kFieldExclude);
  options.table_format = first_set(config, keys::kCollectionNameFormat, keys::kTableNameFormat, "${topic}");
  options.dots_to_underscores = true;
  options.quote_identifiers = config.get_boolean(keys::kQuoteDebezium);
  const bool evolves = lower_case(config.get_string(keys::kSchemaEvolution)) == "basic";
  options.auto_create = evolves;
  options.auto_evolve = evolves;
  options.unwrap_envelopes = true;
  options.debezium_types = true;
}

void check_keys(const SinkOptions& options, SinkFlavour flavour, std::vector<OptionProblem>& problems) {
  const bool debezium = flavour == SinkFlavour::kDebezium;
  const auto mode_key = debezium ? keys::kPrimaryKeyMode : keys::kPkMode;
  const auto fields_key = debezium ? keys::kPrimaryKeyFields : keys::kPkFields;
  if (options.delete_enabled && options.pk_mode != PkMode::kRecordKey) {
    problems.push_back(
        {keys::kDeleteEnabled,
         fmt::format("Primary key mode must be 'record_key' when delete support is enabled ({})", mode_key)});
  }
  if (options.insert_mode != WriteKind::kInsert && options.pk_mode == PkMode::kNone) {
    problems.push_back({mode_key,
                        "must not be none: the insert mode finds rows by their primary key; set record_key, "
                        "record_value or kafka"});
  }
  if (options.pk_mode == PkMode::kKafka && options.pk_fields.size() != kKafkaKeyColumns) {
    problems.push_back(
        {fields_key,
         fmt::format("names {} columns; the mode kafka has three: for topic, partition and offset",
                     options.pk_fields.size())});
  }
}

void check_naming(const Config& config, std::vector<OptionProblem>& problems) {
  for (const auto key : {keys::kCollectionNaming, keys::kTableNaming, keys::kColumnNaming}) {
    const std::string& name = config.get_string(key);
    if (name.ends_with(".DefaultCollectionNamingStrategy") || name.ends_with(".DefaultTableNamingStrategy") ||
        name.ends_with(".DefaultColumnNamingStrategy")) {
      continue;
    }
    problems.push_back(
        {key, "only the default strategy is known here; rename with a transform, or in the format"});
  }
  const auto& include = config.get_list(keys::kFieldInclude);
  const auto& exclude = config.get_list(keys::kFieldExclude);
  if (!include.empty() && !exclude.empty())
    problems.push_back({keys::kFieldExclude, "cannot be set together with field.include.list"});
  for (const auto& [key, list] :
       {std::pair(keys::kFieldInclude, &include), std::pair(keys::kFieldExclude, &exclude)}) {
    for (const std::string& regex : *list) {
      const auto compiled = JavaRegex::compile(regex);
      if (!compiled.ok()) problems.push_back({key, compiled.error().message()});
    }
  }
}

Result<SinkOptions> read(const Config& config, SinkFlavour flavour) {
  SinkOptions options;
  const auto& originals = config.originals();
  const std::string* name = sdk::find(originals, "name");
  const std::string* group = sdk::find(originals, "consumer.override.group.id");
  options.connector = name == nullptr ? "sql" : *name;
  options.group_id = group == nullptr ? "connect-" + options.connector : *group;
  options.connecting = read_connection(config);
  options.insert_mode = insert_mode_of(config.get_string(keys::kInsertMode));
  options.delete_enabled = config.get_boolean(keys::kDeleteEnabled);
  options.exactly_once = config.get_string(keys::kDelivery) == "exactly-once";
  options.offset_table = config.get_string(keys::kOffsetTable);
  const auto rows = static_cast<size_t>(config.get_int(keys::kSinkBatchSize));
  options.write.rows_per_statement = std::max<size_t>(rows, 1);
  std::string zone;
  if (flavour == SinkFlavour::kDebezium) {
    read_debezium(config, options);
    zone = first_set(config, keys::kUseTimezone, keys::kDatabaseTimezone, "UTC");
  } else {
    read_jdbc(config, flavour, options);
    zone = config.get_string(keys::kSinkTimezone);
  }
  if (options.pk_mode == PkMode::kKafka && options.pk_fields.empty())
    options.pk_fields = {"__connect_topic", "__connect_partition", "__connect_offset"};
  SLUICE_ASSIGN_OR_RETURN(options.write.zone, Zone::find(zone));
  return options;
}

std::vector<OptionProblem> check_between(const Config& config, SinkFlavour flavour) {
  std::vector<OptionProblem> problems;
  check_connection(config, problems);
  if (flavour == SinkFlavour::kDebezium) check_naming(config, problems);
  if (!problems.empty()) return problems;
  if (const auto options = read(config, flavour); options.ok()) check_keys(*options, flavour, problems);
  return problems;
}

}  // namespace

std::vector<sdk::ConfigValue> validate_sink(SinkFlavour flavour, const sdk::Properties& properties) {
  auto values = sink_options(flavour).validate(properties);
  const auto parsed = sink_options(flavour).parse(properties);
  if (parsed.ok()) add_problems(check_between(*parsed, flavour), values);
  return values;
}

Result<SinkOptions> parse_sink(SinkFlavour flavour, const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const Config config, sink_options(flavour).parse(properties));
  SLUICE_RETURN_IF_ERROR(first_problem(check_between(config, flavour)));
  return read(config, flavour);
}

}  // namespace sluice::connectors::sql
