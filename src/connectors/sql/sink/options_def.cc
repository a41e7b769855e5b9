// The definitions themselves: names, defaults, texts.

#include "connectors/sql/connection_options.h"
#include "connectors/sql/sink/option_keys.h"
#include "connectors/sql/sink/options.h"

namespace sluice::connectors::sql {
namespace {

using sdk::ConfigDef;
using sdk::ConfigType;
using sdk::Importance;
using sdk::Width;

using Texts = std::vector<std::string>;

sdk::Validator not_empty() { return sdk::non_empty(); }

void add_writes(ConfigDef& def, SinkFlavour flavour) {
  OptionGroup group(def, "Writes");
  const Texts modes = flavour == SinkFlavour::kAiven ? Texts{"insert", "multi", "upsert", "update"}
                                                     : Texts{"insert", "upsert", "update"};
  group
      .add(keys::kInsertMode, ConfigType::kString, "insert", Importance::kHigh, "Insert Mode", Width::kMedium,
           "insert: plain inserts. upsert: insert, or update the row that has the key. update: only update "
           "rows "
           "that exist.",
           sdk::one_of_ignoring_case(modes), modes)
      .add(keys::kSinkBatchSize, ConfigType::kInt, flavour == SinkFlavour::kDebezium ? "500" : "3000",
           Importance::kMedium, "Batch Size", Width::kShort,
           "Most rows in one statement, where the database is not given them as a stream.",
           sdk::at_least(int64_t{0}))
      .add(keys::kDeleteEnabled, ConfigType::kBoolean, "false", Importance::kMedium, "Enable deletes",
           Width::kShort,
           "Whether a record without a value deletes the row that has its key. Needs the primary key mode "
           "record_key.");
}

void add_delivery(ConfigDef& def) {
  OptionGroup group(def, "Delivery");
  group
      .add(
          keys::kDelivery, ConfigType::kString, "at-least-once", Importance::kMedium, "Delivery guarantee",
          Width::kMedium,
          "exactly-once keeps the next offset of each partition in a table of the target database, written "
          "in "
          "the transaction that writes the rows: after a crash nothing is doubled, whatever the insert mode.",
          sdk::one_of({"at-least-once", "exactly-once"}), {"at-least-once", "exactly-once"})
      .add(keys::kOffsetTable, ConfigType::kString, "sluice_offsets", Importance::kLow, "Offset table",
           Width::kMedium,
           "Where exactly-once delivery keeps offsets; created if missing. Connectors may share it.",
           not_empty());
}

void add_names_and_keys(ConfigDef& def) {
  OptionGroup group(def, "Data Mapping");
  const Texts pk_modes{"none", "kafka", "record_key", "record_value"};
  group
      .add(
          keys::kTableNameFormat, ConfigType::kString, "${topic}", Importance::kMedium, "Table Name Format",
          Width::kLong,
          "Name of the table for a topic; ``${topic}`` stands for the topic. May name a schema and a catalog "
          "too, with points between them.",
          not_empty())
      .add(keys::kPkMode, ConfigType::kString, "none", Importance::kHigh, "Primary Key Mode", Width::kMedium,
           "Where the primary key comes from. none: there is none. kafka: topic, partition and offset. "
           "record_key: the record's key. record_value: fields of its value.",
           sdk::one_of_ignoring_case(pk_modes), pk_modes)
      .add(keys::kPkFields, ConfigType::kList, "", Importance::kMedium, "Primary Key Fields", Width::kLong,
           "Names of the key columns: three for kafka (default ``__connect_topic``, ``__connect_partition``, "
           "``__connect_offset``), one for a primitive record key, else fields of the key or the value, all "
           "of "
           "them where empty.")
      .add(keys::kFieldsWhitelist, ConfigType::kList, "", Importance::kMedium, "Fields Whitelist",
           Width::kLong, "Fields of the value that are written, besides the key. Empty: all.");
}

void add_times(OptionGroup& group) {
  group
      .add(keys::kDateTimezone, ConfigType::kString, "DB_TIMEZONE", Importance::kMedium, "Date timezone",
           Width::kMedium, "Without effect: a Date is written as the day that it is, in any zone.",
           sdk::one_of_ignoring_case({"DB_TIMEZONE", "UTC"}))
      .add(keys::kSinkCalendar, ConfigType::kString, "LEGACY", Importance::kLow, "Date Calendar System",
           Width::kMedium,
           "How days before 1582-10-15 are counted: LEGACY as Java's calendar (Julian then), or "
           "PROLEPTIC_GREGORIAN.",
           sdk::one_of({"LEGACY", "PROLEPTIC_GREGORIAN"}))
      .add(keys::kTimestampFields, ConfigType::kList, "", Importance::kMedium, "Timestamp Fields",
           Width::kLong,
           "Fields of type INT64 or STRING that hold counts since 1970 and are written as timestamps.")
      .add(keys::kTimestampPrecision, ConfigType::kString, "microseconds", Importance::kMedium,
           "Timestamp Precision Mode", Width::kMedium, "The unit of those counts.",
           sdk::one_of_ignoring_case({"microseconds", "nanoseconds"}), {"microseconds", "nanoseconds"});
}

void add_tables(ConfigDef& def, SinkFlavour flavour) {
  OptionGroup group(def, "DDL Support");
  group
      .add(keys::kAutoCreate, ConfigType::kBoolean, "false", Importance::kMedium, "Auto-Create",
           Width::kShort, "Whether a missing table is created from the record's schema.")
      .add(keys::kAutoEvolve, ConfigType::kBoolean, "false", Importance::kMedium, "Auto-Evolve",
           Width::kShort,
           "Whether columns are added for new fields that are optional or have a default. Nothing is ever "
           "dropped or changed.");
  const Texts choices{"always", "never"};
  if (flavour == SinkFlavour::kAiven) {
    group.add(keys::kSinkQuoteAiven, ConfigType::kBoolean, "true", Importance::kMedium,
              "Quote SQL Identifiers", Width::kShort,
              "Whether names are taken letter for letter; else as the database takes bare names.");
  } else {
    group.add(
        keys::kSinkQuote, ConfigType::kString, "ALWAYS", Importance::kMedium, "Quote Identifiers",
        Width::kMedium,
        "always: names are taken letter for letter. never: as the database takes bare names, in lower or "
        "upper case.",
        sdk::one_of_ignoring_case(choices), choices);
  }
}

void add_retries(ConfigDef& def) {
  OptionGroup group(def, "Retries");
  group
      .add(keys::kMaxRetries, ConfigType::kInt, "10", Importance::kMedium, "Maximum Retries", Width::kShort,
           "How often writing is tried again in a row after errors that may pass, before the task fails.",
           sdk::at_least(int64_t{0}))
      .add(keys::kRetryBackoffMs, ConfigType::kInt, "3000", Importance::kMedium, "Retry Backoff (millis)",
           Width::kShort, "Pause before the next try.", sdk::at_least(int64_t{0}));
}

void add_confluent_only(ConfigDef& def) {
  OptionGroup group(def, "Data Mapping");
  group.add(keys::kReplaceNull, ConfigType::kBoolean, "true", Importance::kMedium,
            "Replace null with default", Width::kShort,
            "Whether a null becomes its field's default, where there is one.");
  add_times(group);
  group
      .add(keys::kStringColumn, ConfigType::kString, "record_value", Importance::kLow, "String value column",
           Width::kMedium, "Column for values that are a bare string.", not_empty())
      .add(keys::kHoldlock, ConfigType::kBoolean, "true", Importance::kLow,
           "SQL Server - Use HOLDLOCK in MERGE", Width::kShort,
           "Whether SQL Server's MERGE locks against racing inserts of one key.")
      .add(keys::kTrimSensitiveLog, ConfigType::kBoolean, "false", Importance::kLow, "Trim sensitive log",
           Width::kShort, "Without effect: values are never logged.");
}

void add_aiven_only(ConfigDef& def) {
  OptionGroup group(def, "Data Mapping");
  group
      .add(keys::kNormalizeTable, ConfigType::kBoolean, "false", Importance::kMedium, "Table Names Normalize",
           Width::kShort,
           "Whether characters of table names that are no letter, digit, point or underscore "
           "become underscores.")
      .add(keys::kTopicsToTables, ConfigType::kList, "", Importance::kMedium, "Topics To Tables Mapping",
           Width::kLong, "``topic:table`` pairs; other topics follow ``table.name.format``.");
}

ConfigDef make_jdbc(SinkFlavour flavour) {
  ConfigDef def;
  {
    OptionGroup group(def, "Connection");
    define_login(group);
    define_dialect(group);
    define_attempts(group);
    if (flavour == SinkFlavour::kConfluent) define_credentials_provider(group);
    define_statement_timeout(group);
  }
  add_writes(def, flavour);
  {
    OptionGroup group(def, "Writes");
    group.add(keys::kSinkTableTypes, ConfigType::kList, "TABLE", Importance::kLow, "Table Types",
              Width::kMedium, "Kinds of tables that may be written: TABLE, PARTITIONED TABLE, VIEW.");
    group.add(
        keys::kEnvelope, ConfigType::kString, "none", Importance::kMedium, "Envelope", Width::kMedium,
        "debezium: records are Debezium's change events, whose rows are written: c, u and r by the insert "
        "mode, d as deletes.",
        sdk::one_of({"none", "debezium"}), {"none", "debezium"});
  }
  add_names_and_keys(def);
  {
    OptionGroup group(def, "Data Mapping");
    group.add(keys::kSinkTimezone, ConfigType::kString, "UTC", Importance::kMedium, "DB Time Zone",
              Width::kMedium, "Time zone on whose clock times are written to columns without one.",
              timezone_check());
  }
  if (flavour == SinkFlavour::kConfluent) add_confluent_only(def);
  if (flavour == SinkFlavour::kAiven) add_aiven_only(def);
  add_tables(def, flavour);
  add_retries(def);
  add_delivery(def);
  return def;
}

void add_debezium_names(OptionGroup& group) {
  const Texts pk_modes{"none", "kafka", "record_key", "record_value", "record_header"};
  group
      .add(keys::kCollectionNameFormat, ConfigType::kString, nullptr, Importance::kMedium,
           "Collection name format", Width::kLong,
           "Name of the table for a topic; ``${topic}`` stands for the topic, points in it as underscores "
           "(default ``${topic}``). ``${source.db}`` and the like stand for fields of the event's source.")
      .add(keys::kTableNameFormat, ConfigType::kString, nullptr, Importance::kLow, "Table name format",
           Width::kLong, "The old name of ``collection.name.format``.")
      .add(keys::kPrimaryKeyMode, ConfigType::kString, "none", Importance::kHigh, "Primary key mode",
           Width::kMedium,
           "Where the primary key comes from: none, kafka (topic, partition and offset), record_key, "
           "record_value "
           "or record_header.",
           sdk::one_of_ignoring_case(pk_modes), pk_modes)
      .add(keys::kPrimaryKeyFields, ConfigType::kList, "", Importance::kMedium, "Primary key fields",
           Width::kLong, "Names of the key columns, as the mode has them. Empty: all fields.")
      .add(keys::kFieldInclude, ConfigType::kList, "", Importance::kMedium, "Fields to include", Width::kLong,
           "Fields that are written, as regular expressions of ``topic:field`` or ``field``. Empty: all.")
      .add(keys::kFieldExclude, ConfigType::kList, "", Importance::kMedium, "Fields to exclude", Width::kLong,
           "Fields that are not written. Not together with ``field.include.list``.");
  for (const auto key : {keys::kCollectionNaming, keys::kTableNaming}) {
    group.add(key, ConfigType::kString, "io.debezium.sink.naming.DefaultCollectionNamingStrategy",
              Importance::kLow, "Naming strategy of tables", Width::kLong, "Only the default is known here.");
  }
  group.add(keys::kColumnNaming, ConfigType::kString,
            "io.debezium.connector.jdbc.naming.DefaultColumnNamingStrategy", Importance::kLow,
            "Naming strategy of columns", Width::kLong, "Only the default is known here.");
}

/// Keys of Debezium's that need nothing here.
void add_debezium_accepted(OptionGroup& group) {
  const std::string one = "Without effect: each task has one connection.";
  for (const char* key :
       {"connection.pool.min_size", "connection.pool.max_size", "connection.pool.acquire_increment"}) {
    group.add(key, ConfigType::kInt, key == std::string_view("connection.pool.min_size") ? "5" : "32",
              Importance::kLow, "Connection pool", Width::kShort, one);
  }
  group
      .add("connection.pool.timeout", ConfigType::kLong, "1800", Importance::kLow, "Connection pool",
           Width::kShort, one)
      .add("connection.restart.on.errors", ConfigType::kBoolean, "false", Importance::kLow, "Reconnect",
           Width::kShort, "Without effect: a lost connection is always opened again.")
      .add("dialect.postgres.unnest.insert.enabled", ConfigType::kBoolean, "false", Importance::kLow,
           "PostgreSQL arrays", Width::kShort, "Without effect: rows always go in one statement per block.");
}

ConfigDef make_debezium() {
  ConfigDef def;
  {
    OptionGroup group(def, "Connection");
    define_login(group, keys::kUserDebezium);
    define_dialect(group);
    define_statement_timeout(group);
  }
  add_writes(def, SinkFlavour::kDebezium);
  OptionGroup group(def, "Sink");
  group.add(keys::kTruncateEnabled, ConfigType::kBoolean, "false", Importance::kMedium, "Enable truncates",
            Width::kShort, "Whether truncate events empty the table.");
  add_debezium_names(group);
  group
      .add(keys::kSchemaEvolution, ConfigType::kString, "none", Importance::kMedium, "Schema evolution",
           Width::kMedium, "basic: missing tables are created and missing columns added.",
           sdk::one_of_ignoring_case({"none", "basic"}), {"none", "basic"})
      .add(keys::kQuoteDebezium, ConfigType::kBoolean, "false", Importance::kMedium, "Quote identifiers",
           Width::kShort, "Whether names are taken letter for letter; else as the database takes bare names.")
      .add(keys::kUseTimezone, ConfigType::kString, nullptr, Importance::kMedium, "Time zone", Width::kMedium,
           "Time zone on whose clock points in time are written to columns without one (default UTC).",
           open_or(timezone_check()))
      .add(keys::kDatabaseTimezone, ConfigType::kString, nullptr, Importance::kLow, "Database time zone",
           Width::kMedium, "The old name of ``use.time.zone``.", open_or(timezone_check()))
      .add(keys::kFlushMaxRetries, ConfigType::kInt, "5", Importance::kMedium, "Maximum retries",
           Width::kShort,
           "How often writing is tried again in a row after errors that may pass, before the task fails.",
           sdk::at_least(int64_t{0}))
      .add(keys::kFlushRetryDelayMs, ConfigType::kLong, "1000", Importance::kMedium, "Retry delay (ms)",
           Width::kShort, "Pause before the next try.", sdk::at_least(int64_t{0}));
  add_debezium_accepted(group);
  add_delivery(def);
  return def;
}

}  // namespace

const ConfigDef& sink_options(SinkFlavour flavour) {
  static const ConfigDef confluent = make_jdbc(SinkFlavour::kConfluent);
  static const ConfigDef aiven = make_jdbc(SinkFlavour::kAiven);
  static const ConfigDef debezium = make_debezium();
  if (flavour == SinkFlavour::kDebezium) return debezium;
  return flavour == SinkFlavour::kConfluent ? confluent : aiven;
}

}  // namespace sluice::connectors::sql
