#pragma once
// The options that say how to reach the database: the same for the source and the sink.

#include <string_view>
#include <vector>

#include "connectors/sql/connecting.h"
#include "connectors/sql/option_group.h"

namespace sluice::connectors::sql {

namespace keys {
inline constexpr std::string_view kUrl = "connection.url";
inline constexpr std::string_view kUser = "connection.user";
inline constexpr std::string_view kUserDebezium = "connection.username";
inline constexpr std::string_view kPassword = "connection.password";
inline constexpr std::string_view kAttempts = "connection.attempts";
inline constexpr std::string_view kBackoffMs = "connection.backoff.ms";
inline constexpr std::string_view kCredentialsProvider = "jdbc.credentials.provider.class";
inline constexpr std::string_view kDialect = "dialect.name";
inline constexpr std::string_view kStatementTimeoutMs = "sluice.sql.statement.timeout.ms";
}  // namespace keys

/// `user_key` is the Java connector's: connection.user, or Debezium's connection.username.
void define_login(OptionGroup& group, std::string_view user_key = keys::kUser);
/// connection.attempts and connection.backoff.ms.
void define_attempts(OptionGroup& group);
void define_credentials_provider(OptionGroup& group);
void define_dialect(OptionGroup& group);
void define_statement_timeout(OptionGroup& group);

/// What is wrong between these options, as (key, reason).
struct OptionProblem {
  std::string_view key;
  std::string reason;
};
void check_connection(const sdk::Config& config, std::vector<OptionProblem>& problems);
/// After check_connection() found nothing.
Connecting read_connection(const sdk::Config& config);

/// The errors of `problems`, worded as the definition words its own, put beside those of `values`.
void add_problems(const std::vector<OptionProblem>& problems, std::vector<sdk::ConfigValue>& values);
/// The first one as an error of kind kBadConfig.
Status first_problem(const std::vector<OptionProblem>& problems);

}  // namespace sluice::connectors::sql
