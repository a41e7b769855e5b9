#include <array>
#include <vector>

#include "connectors/cdc/common/option_table.h"
#include "connectors/cdc/mysql/options.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::ConfigType;
using sdk::Importance;
using sdk::Width;

constexpr OptionRow kShared[] = {
    {"database.port", ConfigType::kInt, "3306", Importance::kHigh, Width::kShort, "Port", "Server port."},
    {"database.server.id", ConfigType::kLong, nullptr, Importance::kHigh, Width::kLong, "Cluster ID",
     "Replica server id, unique in the topology; unset = random 5400..6400."},
    {"database.server.id.offset", ConfigType::kLong, "10000", Importance::kHigh, Width::kLong,
     "Cluster ID offset", "Step between ids when several connections are opened."},
    {"database.ssl.keystore", ConfigType::kString, nullptr, Importance::kMedium, Width::kLong, "SSL Keystore",
     "Client key store."},
    {"database.ssl.keystore.password", ConfigType::kPassword, nullptr, Importance::kMedium, Width::kMedium,
     "SSL Keystore Password", "Its password."},
    {"database.ssl.truststore", ConfigType::kString, nullptr, Importance::kMedium, Width::kLong,
     "SSL Truststore", "Trust store."},
    {"database.ssl.truststore.password", ConfigType::kPassword, nullptr, Importance::kMedium, Width::kMedium,
     "SSL Truststore Password", "Its password."},
    {"connect.timeout.ms", ConfigType::kInt, "30000", Importance::kMedium, Width::kShort,
     "Connection Timeout (ms)", "Connection timeout."},
    {"connect.keep.alive", ConfigType::kBoolean, "true", Importance::kLow, Width::kShort,
     "Keep connection alive (true/false)", "Keep-alive thread on the binlog connection."},
    {"connect.keep.alive.interval.ms", ConfigType::kLong, "60000", Importance::kLow, Width::kShort,
     "Keep alive interval (ms)", "Its period."},
    {"use.nongraceful.disconnect", ConfigType::kBoolean, "false", Importance::kMedium, Width::kShort,
     "Use Non-graceful Disconnect", "Linger 0 when the keep-alive closes a stale link."},
    {"binlog.net.write.timeout", ConfigType::kLong, "0", Importance::kMedium, Width::kShort,
     "Binlog Net Write Timeout", "Connection variable net_write_timeout, seconds; 0 = server default."},
    {"binlog.net.read.timeout", ConfigType::kLong, "0", Importance::kMedium, Width::kShort,
     "Binlog Net Read Timeout", "Connection variable net_read_timeout, seconds."},
    {"snapshot.mode", ConfigType::kString, "initial", Importance::kLow, Width::kShort, "Snapshot mode",
     "When a snapshot is taken: initial (once, if there is no offset), always, initial_only, "
     "no_data, when_needed, configuration_based."},
    {"bigint.unsigned.handling.mode", ConfigType::kString, "long", Importance::kMedium, Width::kShort,
     "The mode for handling bigint-unsigned values", "Long or precise."},
    {"time.precision.mode", ConfigType::kString, "adaptive_time_microseconds", Importance::kMedium,
     Width::kShort, "The time precision mode to be used", "TIMESTAMP(p) without zone."},
    {"enable.time.adjuster", ConfigType::kBoolean, "true", Importance::kLow, Width::kShort,
     "Enable Time Adjuster", "2-digit years to 1970-2069."},
    {"min.row.count.to.stream.results", ConfigType::kInt, "1000", Importance::kLow, Width::kMedium,
     "Stream result set of size", "Rows above which a snapshot result is streamed."},
    {"incremental.snapshot.allow.schema.changes", ConfigType::kBoolean, "false", Importance::kLow,
     Width::kShort, "Allow schema changes during incremental snapshot if supported.",
     "Re-select a chunk when the table changed under it."},
    {"schema.history.internal", ConfigType::kClass, "io.debezium.storage.kafka.history.KafkaSchemaHistory",
     Importance::kLow, Width::kLong, "Database schema history class",
     "Store class: Kafka, file, memory, JDBC, Redis, S3, Azure, RocketMQ."},
    {"schema.history.internal.skip.unparseable.ddl", ConfigType::kBoolean, "false", Importance::kLow,
     Width::kShort, "Skip DDL statements that cannot be parsed", "Ignore DDL the parser cannot read."},
    {"schema.history.internal.store.only.captured.tables.ddl", ConfigType::kBoolean, "false",
     Importance::kLow, Width::kShort,
     "Store only DDL that modifies tables that are captured based on include/exclude lists",
     "History only for captured tables."},
    {"schema.history.internal.store.only.captured.databases.ddl", ConfigType::kBoolean, "false",
     Importance::kLow, Width::kShort,
     "Store only DDL that modifies tables of databases that are captured based on include/exclude lists",
     "History only for captured databases."},
    {"include.schema.changes", ConfigType::kBoolean, "true", Importance::kMedium, Width::kShort,
     "Include database schema changes", "Publish DDL to the topic named <topic.prefix>."},
    {"include.query", ConfigType::kBoolean, "false", Importance::kMedium, Width::kShort,
     "Include original SQL query with in change events",
     "Put the SQL text in source.query (needs rows-query events on the server)."},
    {"database.include.list", ConfigType::kList, nullptr, Importance::kHigh, Width::kLong,
     "Include Databases", "Regex list of databases."},
    {"database.exclude.list", ConfigType::kList, nullptr, Importance::kMedium, Width::kLong,
     "Exclude Databases", "The opposite."},
    {"binlog.buffer.size", ConfigType::kInt, "0", Importance::kMedium, Width::kMedium,
     "Binlog reader buffer size", "Look-ahead for rolled back transactions; 0 = off."},
    {"event.deserialization.failure.handling.mode", ConfigType::kString, "fail", Importance::kMedium,
     Width::kShort, "Event deserialization failure handling", "Fail, warn, ignore."},
    {"inconsistent.schema.handling.mode", ConfigType::kString, "fail", Importance::kMedium, Width::kShort,
     "Inconsistent schema failure handling", "Fail, warn, skip when a row event has no known table."},
    {"gtid.source.filter.dml.events", ConfigType::kBoolean, "true", Importance::kMedium, Width::kShort,
     "Filter DML events", "Drop rows from servers outside the GTID filter."},
    {"gtid.source.includes", ConfigType::kList, nullptr, Importance::kHigh, Width::kLong,
     "Include GTID sources", "Server UUID regexes used when finding the start position."},
    {"gtid.source.excludes", ConfigType::kString, nullptr, Importance::kMedium, Width::kLong,
     "Exclude GTID sources", "The opposite."},
};

constexpr OptionRow kMySql[] = {
    {"database.jdbc.driver", ConfigType::kClass, "com.mysql.cj.jdbc.Driver", Importance::kLow, Width::kMedium,
     "JDBC Driver Class Name", "Java driver class (accept, ignore)."},
    {"database.protocol", ConfigType::kString, "jdbc:mysql", Importance::kLow, Width::kMedium,
     "JDBC Protocol", "JDBC URL protocol (accept, ignore)."},
    {"database.ssl.mode", ConfigType::kString, "preferred", Importance::kMedium, Width::kMedium, "SSL mode",
     "Disabled, preferred, required, verify_ca, verify_identity (MariaDB: disable, trust, "
     "verify-ca, verify-full)."},
    {"snapshot.locking.mode", ConfigType::kString, "minimal", Importance::kLow, Width::kShort,
     "Snapshot locking mode",
     "PG: none, shared, custom. MySQL: minimal, minimal_percona, "
     "minimal_percona_no_table_locks, extended, none, custom."},
    {"sourceinfo.struct.maker", ConfigType::kClass, "io.debezium.connector.mysql.MySqlSourceInfoStructMaker",
     Importance::kLow, Width::kMedium, "Source info struct maker class", "Class."},
};

constexpr OptionRow kMariaDb[] = {
    {"database.ssl.mode", ConfigType::kString, "disable", Importance::kMedium, Width::kMedium, "SSL mode",
     "Disabled, preferred, required, verify_ca, verify_identity (MariaDB: disable, trust, "
     "verify-ca, verify-full)."},
    {"snapshot.locking.mode", ConfigType::kString, "minimal", Importance::kLow, Width::kNone,
     "Snapshot locking mode",
     "PG: none, shared, custom. MySQL: minimal, minimal_percona, "
     "minimal_percona_no_table_locks, extended, none, custom."},
    {"sourceinfo.struct.maker", ConfigType::kClass,
     "io.debezium.connector.mariadb.MariaDbSourceInfoStructMaker", Importance::kLow, Width::kMedium,
     "Source info struct maker class", "Class."},
};

constexpr const char* kMySqlNames[] = {"topic.prefix",
                                       "database.hostname",
                                       "database.port",
                                       "database.user",
                                       "database.password",
                                       "database.query.timeout.ms",
                                       "database.initial.statements",
                                       "database.server.id",
                                       "database.server.id.offset",
                                       "database.ssl.keystore",
                                       "database.ssl.keystore.password",
                                       "database.ssl.truststore",
                                       "database.ssl.truststore.password",
                                       "database.jdbc.driver",
                                       "database.protocol",
                                       "database.ssl.mode"};

constexpr const char* kConnector[] = {"event.processing.failure.handling.mode",
                                      "max.batch.size",
                                      "max.queue.size",
                                      "poll.interval.ms",
                                      "max.queue.size.in.bytes",
                                      "provide.transaction.metadata",
                                      "skipped.operations",
                                      "snapshot.delay.ms",
                                      "streaming.delay.ms",
                                      "snapshot.include.collection.list",
                                      "snapshot.fetch.size",
                                      "snapshot.max.threads",
                                      "snapshot.max.threads.multiplier",
                                      "internal.legacy.snapshot.max.threads",
                                      "snapshot.mode.custom.name",
                                      "snapshot.mode.configuration.based.snapshot.data",
                                      "snapshot.mode.configuration.based.snapshot.schema",
                                      "snapshot.mode.configuration.based.start.stream",
                                      "snapshot.mode.configuration.based.snapshot.on.schema.error",
                                      "snapshot.mode.configuration.based.snapshot.on.data.error",
                                      "retriable.restart.connector.wait.ms",
                                      "query.fetch.size",
                                      "errors.max.retries",
                                      "incremental.snapshot.watermarking.strategy",
                                      "internal.log.position.check.enable",
                                      "internal.advanced.metrics.enable",
                                      "connection.validation.timeout.ms",
                                      "executor.shutdown.timeout.ms",
                                      "openlineage.integration.enabled",
                                      "openlineage.integration.config.file.path",
                                      "openlineage.integration.job.namespace",
                                      "openlineage.integration.job.description",
                                      "openlineage.integration.job.tags",
                                      "openlineage.integration.job.owners",
                                      "openlineage.integration.dataset.kafka.bootstrap.servers",
                                      "extended.headers.enabled",
                                      "guardrail.collections.max",
                                      "guardrail.collections.limit.action",
                                      "custom.sanitize.pattern",
                                      "decimal.handling.mode",
                                      "snapshot.lock.timeout.ms",
                                      "connect.timeout.ms",
                                      "connect.keep.alive",
                                      "connect.keep.alive.interval.ms",
                                      "use.nongraceful.disconnect",
                                      "binlog.net.write.timeout",
                                      "binlog.net.read.timeout",
                                      "snapshot.mode",
                                      "snapshot.query.mode",
                                      "snapshot.query.mode.custom.name",
                                      "bigint.unsigned.handling.mode",
                                      "time.precision.mode",
                                      "enable.time.adjuster",
                                      "schema.name.adjustment.mode",
                                      "min.row.count.to.stream.results",
                                      "incremental.snapshot.chunk.size",
                                      "incremental.snapshot.allow.schema.changes",
                                      "snapshot.locking.mode"};

constexpr const char* kHistoryStorage[] = {"schema.history.internal",
                                           "schema.history.internal.skip.unparseable.ddl",
                                           "schema.history.internal.store.only.captured.tables.ddl",
                                           "schema.history.internal.store.only.captured.databases.ddl"};

constexpr const char* kEvents[] = {"converters",
                                   "post.processors",
                                   "tombstones.on.delete",
                                   "heartbeat.interval.ms",
                                   "heartbeat.topics.prefix",
                                   "signal.data.collection",
                                   "signal.poll.interval.ms",
                                   "signal.enabled.channels",
                                   "topic.naming.strategy",
                                   "notification.enabled.channels",
                                   "notification.sink.topic.name",
                                   "transaction.metadata.factory",
                                   "custom.metric.tags",
                                   "column.include.list",
                                   "column.exclude.list",
                                   "table.include.list",
                                   "table.exclude.list",
                                   "message.key.columns",
                                   "snapshot.select.statement.overrides",
                                   "column.mask.hash.([^.]+).with.salt.(.+)",
                                   "column.mask.with.(d+).chars",
                                   "column.truncate.to.(d+).chars",
                                   "include.schema.changes",
                                   "include.schema.comments",
                                   "column.propagate.source.type",
                                   "datatype.propagate.source.type",
                                   "internal.snapshot.scan.all.columns.force",
                                   "snapshot.tables.order.by.row.count",
                                   "heartbeat.action.query",
                                   "include.query",
                                   "table.ignore.builtin",
                                   "database.include.list",
                                   "database.exclude.list",
                                   "binlog.buffer.size",
                                   "event.deserialization.failure.handling.mode",
                                   "inconsistent.schema.handling.mode",
                                   "gtid.source.filter.dml.events",
                                   "gtid.source.includes",
                                   "gtid.source.excludes",
                                   "sourceinfo.struct.maker"};

constexpr const char* kMariaDbNames[] = {"topic.prefix",
                                         "database.hostname",
                                         "database.port",
                                         "database.user",
                                         "database.password",
                                         "database.query.timeout.ms",
                                         "database.initial.statements",
                                         "database.server.id",
                                         "database.server.id.offset",
                                         "database.ssl.keystore",
                                         "database.ssl.keystore.password",
                                         "database.ssl.truststore",
                                         "database.ssl.truststore.password",
                                         "database.ssl.mode"};

std::vector<OptionRow> with_shared(std::span<const OptionRow> own) {
  std::vector<OptionRow> rows(std::begin(kShared), std::end(kShared));
  rows.insert(rows.end(), own.begin(), own.end());
  return rows;
}

}  // namespace

const sdk::ConfigDef& mysql_options() {
  static const sdk::ConfigDef definitions =
      define_options(with_shared(kMySql), {{"MySQL", kMySqlNames},
                                           {"Connector", kConnector},
                                           {"History Storage", kHistoryStorage},
                                           {"Events", kEvents}});
  return definitions;
}

const sdk::ConfigDef& mariadb_options() {
  static const sdk::ConfigDef definitions =
      define_options(with_shared(kMariaDb), {{"MariaDB", kMariaDbNames},
                                             {"Connector", kConnector},
                                             {"History Storage", kHistoryStorage},
                                             {"Events", kEvents}});
  return definitions;
}

}  // namespace sluice::connectors::cdc::mysql
