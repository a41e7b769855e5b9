#pragma once
// The keys of the SQL sink, as users write them. Only options*.cc and their tests name them.

#include <string_view>

namespace sluice::connectors::sql::keys {

inline constexpr std::string_view kInsertMode = "insert.mode";
inline constexpr std::string_view kSinkBatchSize = "batch.size";
inline constexpr std::string_view kDeleteEnabled = "delete.enabled";
inline constexpr std::string_view kSinkTableTypes = "table.types";
inline constexpr std::string_view kTableNameFormat = "table.name.format";
inline constexpr std::string_view kPkMode = "pk.mode";
inline constexpr std::string_view kPkFields = "pk.fields";
inline constexpr std::string_view kFieldsWhitelist = "fields.whitelist";
inline constexpr std::string_view kAutoCreate = "auto.create";
inline constexpr std::string_view kAutoEvolve = "auto.evolve";
inline constexpr std::string_view kSinkQuote = "quote.sql.identifiers";
inline constexpr std::string_view kSinkTimezone = "db.timezone";
inline constexpr std::string_view kDateTimezone = "date.timezone";
inline constexpr std::string_view kSinkCalendar = "date.calendar.system";
inline constexpr std::string_view kTimestampFields = "timestamp.fields.list";
inline constexpr std::string_view kTimestampPrecision = "timestamp.precision.mode";
inline constexpr std::string_view kReplaceNull = "replace.null.with.default";
inline constexpr std::string_view kStringColumn = "string.output.value.column.name";
inline constexpr std::string_view kHoldlock = "mssql.use.merge.holdlock";
inline constexpr std::string_view kMaxRetries = "max.retries";
inline constexpr std::string_view kRetryBackoffMs = "retry.backoff.ms";
inline constexpr std::string_view kTrimSensitiveLog = "trim.sensitive.log";
// Aiven's.
inline constexpr std::string_view kSinkQuoteAiven = "sql.quote.identifiers";
inline constexpr std::string_view kNormalizeTable = "table.name.normalize";
inline constexpr std::string_view kTopicsToTables = "topics.to.tables.mapping";
// Debezium's.
inline constexpr std::string_view kTruncateEnabled = "truncate.enabled";
inline constexpr std::string_view kCollectionNameFormat = "collection.name.format";
inline constexpr std::string_view kPrimaryKeyMode = "primary.key.mode";
inline constexpr std::string_view kPrimaryKeyFields = "primary.key.fields";
inline constexpr std::string_view kSchemaEvolution = "schema.evolution";
inline constexpr std::string_view kQuoteDebezium = "quote.identifiers";
inline constexpr std::string_view kCollectionNaming = "collection.naming.strategy";
inline constexpr std::string_view kTableNaming = "table.naming.strategy";
inline constexpr std::string_view kColumnNaming = "column.naming.strategy";
inline constexpr std::string_view kUseTimezone = "use.time.zone";
inline constexpr std::string_view kDatabaseTimezone = "database.time_zone";
inline constexpr std::string_view kFieldInclude = "field.include.list";
inline constexpr std::string_view kFieldExclude = "field.exclude.list";
inline constexpr std::string_view kFlushMaxRetries = "flush.max.retries";
inline constexpr std::string_view kFlushRetryDelayMs = "flush.retry.delay.ms";
// Ours.
inline constexpr std::string_view kDelivery = "sluice.delivery";
inline constexpr std::string_view kOffsetTable = "sluice.sql.offset.table";
inline constexpr std::string_view kEnvelope = "sluice.sql.envelope";

}  // namespace sluice::connectors::sql::keys
