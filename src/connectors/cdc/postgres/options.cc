#include "connectors/cdc/postgres/options.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/common/option_table.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Config;

// Texts that values are read from; lc_monetary: without currencies and separators of a language.
constexpr const char* kSettings =
    "-c datestyle=ISO,MDY -c intervalstyle=postgres -c timezone=UTC -c bytea_output=hex -c lc_monetary=C"
    " -c extra_float_digits=1";

sluice::postgres::Target target_of(const Config& config) {
  sluice::postgres::Target target;
  const std::string port = std::to_string(config.get_int("database.port"));
  const std::string& host = config.get_string("database.hostname");
  const std::string& database = config.get_string("database.dbname");
  const auto add = [&](const char* keyword, const std::string& value) {
    if (!value.empty()) target.keywords.emplace_back(keyword, value);
  };
  add("host", host);
  add("port", port);
  add("dbname", database);
  add("user", config.get_string("database.user"));
  add("password", config.get_string("database.password"));
  add("sslmode", config.get_string("database.sslmode"));
  add("sslcert", config.get_string("database.sslcert"));
  add("sslkey", config.get_string("database.sslkey"));
  add("sslpassword", config.get_string("database.sslpassword"));
  add("sslrootcert", config.get_string("database.sslrootcert"));
  add("keepalives", config.get_boolean("database.tcpKeepAlive") ? "1" : "0");
  add("application_name", "sluice");
  add("client_encoding", "UTF8");
  add("options", kSettings);
  target.place = fmt::format("{}:{}/{}", host, port, database);
  return target;
}

/// "hex:DEADBEEF" or the text itself.
Result<std::string> placeholder_of(const std::string& text) {
  if (!text.starts_with("hex:")) return text;
  std::string bytes;
  for (size_t i = 4; i + 1 < text.size(); i += 2) {
    const std::string pair = text.substr(i, 2);
    char* end = nullptr;
    bytes += static_cast<char>(std::strtol(pair.c_str(), &end, 16));
    if (end != pair.c_str() + 2)
      return bad_config("unavailable.value.placeholder: hex: is not followed by hexadecimal digits");
  }
  return bytes;
}

std::vector<OptionProblem> missing_of(const Config& config) {
  return missing_options(config, {"topic.prefix", "database.hostname", "database.user", "database.dbname"});
}

Status check_plugin(const Config& config) {
  const auto given = config.originals().find("plugin.name");
  if (given == config.originals().end() || given->second == "pgoutput") return {};
  return bad_config(
      fmt::format("The 'plugin.name' value is invalid: {} needs a plugin of the server's that is not part of "
                  "PostgreSQL; use pgoutput, with a slot of its own (slot.name)",
                  given->second));
}

Status parse_slot(const Config& config, Options& options) {
  options.slot = config.get_string("slot.name");
  const bool valid =
      !options.slot.empty() && std::all_of(options.slot.begin(), options.slot.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  if (!valid) {
    return bad_config(
        "The 'slot.name' value is invalid: Valid replication slot name must contain only digits, lowercase "
        "characters and underscores with length <= 63");
  }
  options.drop_slot = config.get_boolean("slot.drop.on.stop");
  options.failover_slot = config.get_boolean("slot.failover");
  options.stream_parameters = config.get_string("slot.stream.params");
  options.slot_retries = static_cast<int>(config.get_int("slot.max.retries"));
  options.slot_retry_ms = config.get_int("slot.retry.delay.ms");
  options.publication = config.get_string("publication.name");
  const std::string& autocreate = config.get_string("publication.autocreate.mode");
  options.autocreate = autocreate == "disabled"    ? Autocreate::kDisabled
                       : autocreate == "filtered"  ? Autocreate::kFiltered
                       : autocreate == "no_tables" ? Autocreate::kNoTables
                                                   : Autocreate::kAllTables;
  options.via_root = config.get_boolean("publish.via.partition.root");
  return {};
}

Status parse_values(const Config& config, Options& options) {
  ValueOptions& values = options.values;
  values.decimals = options.decimals;
  values.binaries = options.binaries;
  values.times = options.times;
  values.hstore_as_map = config.get_string("hstore.handling.mode") == "map";
  values.interval_as_text = config.get_string("interval.handling.mode") == "string";
  values.unknown_types = config.get_boolean("include.unknown.datatypes");
  const std::string digits = original_or(config, "money.fraction.digits", "2");
  values.money_digits = std::atoi(digits.c_str());
  SLUICE_ASSIGN_OR_RETURN(values.placeholder,
                          placeholder_of(config.get_string("unavailable.value.placeholder")));
  return {};
}

Status parse_messages(const Config& config, Options& options) {
  const auto list = [&](const char* key) { return RegexList::parse(original_or(config, key, "")); };
  SLUICE_ASSIGN_OR_RETURN(options.included_messages, list("message.prefix.include.list"));
  SLUICE_ASSIGN_OR_RETURN(options.excluded_messages, list("message.prefix.exclude.list"));
  for (const std::string& entry : split_list(config.get_string("replica.identity.autoset.values"))) {
    const size_t colon = entry.rfind(':');
    if (colon == std::string::npos)
      return bad_config("replica.identity.autoset.values: '" + entry + "' is not of the form table:identity");
    options.replica_identities.emplace_back(entry.substr(0, colon), entry.substr(colon + 1));
  }
  return {};
}

}  // namespace

Result<Options> parse_options(const Config& config) {
  const auto missing = missing_of(config);
  if (!missing.empty()) return bad_config(missing[0].text);
  Options options;
  SLUICE_RETURN_IF_ERROR(check_plugin(config));
  SLUICE_ASSIGN_OR_RETURN(static_cast<CommonOptions&>(options), parse_common(config, "schema"));
  SLUICE_RETURN_IF_ERROR(parse_slot(config, options));
  SLUICE_RETURN_IF_ERROR(parse_values(config, options));
  SLUICE_RETURN_IF_ERROR(parse_messages(config, options));
  options.target = target_of(config);
  options.database = config.get_string("database.dbname");
  options.initial_statements = split_statements(config.get_string("database.initial.statements"));
  options.status_interval_ms = config.get_int("status.update.interval.ms");
  const std::string& flush = config.get_string("lsn.flush.mode");
  options.acknowledges = flush.empty() ? config.get_boolean("flush.lsn.source") : flush != "manual";
  options.follows_keepalives = flush == "connector_and_driver";
  options.xmin_interval_ms = config.get_int("xmin.fetch.interval.ms");
  options.checks_position = config.get_boolean("internal.log.position.check.enable");
  options.isolation = config.get_string("snapshot.isolation.mode");
  options.snapshot_selects = properties_below(config, kSnapshotSelectPrefix);
  return options;
}

std::vector<sdk::ConfigValue> validate_options(const sdk::Properties& properties) {
  auto values = option_definitions().validate(properties);
  const auto parsed = option_definitions().parse(properties);
  if (!parsed.ok()) return values;
  std::vector<OptionProblem> problems = missing_of(*parsed);
  if (const auto options = parse_options(*parsed); problems.empty() && !options.ok())
    problems.push_back({"", options.error().message()});
  place_problems(problems, values);
  return values;
}

}  // namespace sluice::connectors::cdc::postgres
