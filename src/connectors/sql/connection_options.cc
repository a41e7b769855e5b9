#include "connectors/sql/connection_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace sluice::connectors::sql {
namespace {

using sdk::ConfigItem;
using sdk::ConfigType;
using sdk::Importance;
using sdk::Width;

sdk::Validator url_check() {
  return {[](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
            const auto& url = std::get<std::string>(item);
            const auto driver = find_driver(url);
            const Status checked = driver.ok() ? (*driver)->check_url(url) : Status(driver.error());
            return checked.ok() ? std::optional<std::string>() : checked.error().message();
          },
          url_forms()};
}

/// Keys under "connection." that are no driver properties.
bool is_ours(std::string_view key) {
  static const std::set<std::string_view> kOurs{
      keys::kUrl,      keys::kUser,      keys::kUserDebezium,           keys::kPassword,
      keys::kAttempts, keys::kBackoffMs, "connection.restart.on.errors"};
  return kOurs.count(key) != 0 || key.starts_with("connection.pool.");
}

}  // namespace

void define_login(OptionGroup& group, std::string_view user_key) {
  group
      .add(keys::kUrl, ConfigType::kString, sdk::NoDefault{}, Importance::kHigh, "JDBC URL", Width::kLong,
           "JDBC connection URL, e.g. ``jdbc:postgresql://host:port/database?sslmode=verify-full``; for "
           "databases "
           "without a driver here ``odbc:`` and an ODBC connection string.",
           url_check())
      .add(user_key, ConfigType::kString, nullptr, Importance::kHigh, "JDBC User", Width::kMedium,
           "JDBC connection user.")
      .add(keys::kPassword, ConfigType::kPassword, nullptr, Importance::kHigh, "JDBC Password", Width::kShort,
           "JDBC connection password.");
}

void define_attempts(OptionGroup& group) {
  group
      .add(keys::kAttempts, ConfigType::kInt, "3", Importance::kLow, "JDBC connection attempts",
           Width::kShort,
           "Maximum number of attempts to retrieve a valid JDBC connection. Must be a positive integer.",
           sdk::at_least(int64_t{1}))
      .add(keys::kBackoffMs, ConfigType::kLong, "10000", Importance::kLow,
           "JDBC connection backoff in milliseconds", Width::kShort,
           "Backoff time in milliseconds between connection attempts.", sdk::at_least(int64_t{0}));
}

void define_credentials_provider(OptionGroup& group) {
  group.add(keys::kCredentialsProvider, ConfigType::kClass,
            "io.confluent.connect.jdbc.util.DefaultJdbcCredentialsProvider", Importance::kLow,
            "JDBC Credentials Provider Class", Width::kLong,
            "Only the default is known here. Keep secrets out of the configuration with a config provider.");
}

void define_dialect(OptionGroup& group) {
  group.add(keys::kDialect, ConfigType::kString, "", Importance::kLow, "Database Dialect", Width::kLong,
            "Name of the dialect, if the URL and the database are not to decide.", std::nullopt,
            dialect_names());
}

void define_statement_timeout(OptionGroup& group) {
  group.add(keys::kStatementTimeoutMs, ConfigType::kLong, "0", Importance::kLow, "Statement timeout (ms)",
            Width::kShort,
            "How long the database may work on one statement; it is tried again then. 0: no limit.",
            sdk::at_least(int64_t{0}));
}

void check_connection(const sdk::Config& config, std::vector<OptionProblem>& problems) {
  if (const auto driver = find_driver(config.get_string(keys::kUrl)); !driver.ok()) {
    problems.push_back({keys::kUrl, driver.error().message()});
  }
  const auto& originals = config.originals();
  if (const std::string* name = sdk::find(originals, keys::kDialect); name != nullptr && !name->empty()) {
    const auto dialect = find_dialect(*name);
    if (!dialect.ok()) problems.push_back({keys::kDialect, dialect.error().message()});
  }
  const std::string* provider = sdk::find(originals, keys::kCredentialsProvider);
  if (provider != nullptr && !provider->ends_with("DefaultJdbcCredentialsProvider")) {
    problems.push_back({keys::kCredentialsProvider,
                        "only the default provider is known here; use a config provider for the password"});
  }
}

Connecting read_connection(const sdk::Config& config) {
  Connecting how;
  how.driver = *find_driver(config.get_string(keys::kUrl));
  ConnectionOptions& options = how.options;
  options.url = config.get_string(keys::kUrl);
  const auto& originals = config.originals();
  const auto original = [&](std::string_view key) {
    const std::string* text = sdk::find(originals, key);
    return text == nullptr ? std::optional<std::string>() : *text;
  };
  options.dialect_name = original(keys::kDialect).value_or("");
  options.user = original(keys::kUser);
  if (!options.user) options.user = original(keys::kUserDebezium);
  options.password = original(keys::kPassword);
  for (const auto& [name, value] : sdk::with_prefix(originals, "connection.")) {
    if (!is_ours("connection." + name)) options.driver.emplace(name, value);
  }
  options.statement_timeout_ms = config.get_int(keys::kStatementTimeoutMs);
  return how;
}

void add_problems(const std::vector<OptionProblem>& problems, std::vector<sdk::ConfigValue>& values) {
  for (const OptionProblem& problem : problems) {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const sdk::ConfigValue& value) { return value.name == problem.key; });
    if (found == values.end()) continue;
    found->errors.push_back(
        fmt::format("Invalid value for configuration {}: {}", problem.key, problem.reason));
  }
}

Status first_problem(const std::vector<OptionProblem>& problems) {
  if (problems.empty()) return {};
  return bad_config(
      fmt::format("Invalid value for configuration {}: {}", problems[0].key, problems[0].reason));
}

}  // namespace sluice::connectors::sql
