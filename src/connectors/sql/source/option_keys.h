#pragma once
// The keys of the SQL source, as users write them. Only options*.cc and their tests name them.

#include <string_view>

namespace sluice::connectors::sql::keys {

inline constexpr std::string_view kCatalogPattern = "catalog.pattern";
inline constexpr std::string_view kSchemaPattern = "schema.pattern";
inline constexpr std::string_view kWhitelist = "table.whitelist";
inline constexpr std::string_view kBlacklist = "table.blacklist";
inline constexpr std::string_view kInclude = "table.include.list";
inline constexpr std::string_view kExclude = "table.exclude.list";
inline constexpr std::string_view kTableTypes = "table.types";
inline constexpr std::string_view kQuery = "query";
inline constexpr std::string_view kQueryMasked = "query.masked";
inline constexpr std::string_view kQuerySuffix = "query.suffix";
inline constexpr std::string_view kQueryRetries = "query.retry.attempts";
inline constexpr std::string_view kMode = "mode";
inline constexpr std::string_view kIncrementingColumn = "incrementing.column.name";
inline constexpr std::string_view kIncrementingMapping = "incrementing.column.mapping";
inline constexpr std::string_view kIncrementingInitial = "incrementing.initial";
inline constexpr std::string_view kTimestampColumn = "timestamp.column.name";
inline constexpr std::string_view kTimestampMapping = "timestamp.column.mapping";
inline constexpr std::string_view kTimestampInitial = "timestamp.initial";
inline constexpr std::string_view kTimestampInitialMs = "timestamp.initial.ms";
inline constexpr std::string_view kTimestampDelayMs = "timestamp.delay.interval.ms";
inline constexpr std::string_view kGranularity = "timestamp.granularity";
inline constexpr std::string_view kCalendar = "date.calendar.system";
inline constexpr std::string_view kTimezone = "db.timezone";
inline constexpr std::string_view kValidateNonNull = "validate.non.null";
inline constexpr std::string_view kNumericMapping = "numeric.mapping";
inline constexpr std::string_view kNumericPrecision = "numeric.precision.mapping";
inline constexpr std::string_view kQuoteIdentifiers = "quote.sql.identifiers";
inline constexpr std::string_view kQuoteIdentifiersAiven = "sql.quote.identifiers";
inline constexpr std::string_view kQualifyTables = "table.names.qualify";
inline constexpr std::string_view kIsolation = "transaction.isolation.mode";
inline constexpr std::string_view kPollIntervalMs = "poll.interval.ms";
inline constexpr std::string_view kBatchMaxRows = "batch.max.rows";
inline constexpr std::string_view kMaxBuffer = "max.buffer.size";
inline constexpr std::string_view kPollLingerMs = "poll.linger.ms";
inline constexpr std::string_view kTablePollIntervalMs = "table.poll.interval.ms";
inline constexpr std::string_view kStartupWaitMs = "table.monitoring.startup.polling.limit.ms";
inline constexpr std::string_view kTopicPrefix = "topic.prefix";
// Ours.
inline constexpr std::string_view kLateRowsWaitMs = "sluice.sql.late.rows.wait.max.ms";
inline constexpr std::string_view kSplitRows = "sluice.sql.split.rows";
inline constexpr std::string_view kUnmapped = "sluice.sql.unmapped.columns";

}  // namespace sluice::connectors::sql::keys
