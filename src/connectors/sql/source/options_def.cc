// The definitions themselves: names, defaults, texts.

#include <fmt/core.h>

#include "connectors/sql/connection_options.h"
#include "connectors/sql/source/option_keys.h"
#include "connectors/sql/source/options.h"

namespace sluice::connectors::sql {
namespace {

using sdk::ConfigDef;
using sdk::ConfigDefault;
using sdk::ConfigItem;
using sdk::ConfigType;
using sdk::Importance;
using sdk::Validator;
using sdk::Width;

constexpr size_t kTopicPrefixMax = 249;

Validator topic_prefix_check() {
  return {[](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
            const auto& prefix = std::get<std::string>(item);
            if (prefix.size() > kTopicPrefixMax)
              return fmt::format("Must have at most {} characters", kTopicPrefixMax);
            for (const char c : prefix) {
              const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
              if (!letter && c != '.' && c != '_' && c != '-')
                return "Must hold only letters, digits, '.', '_' and '-'";
            }
            return std::nullopt;
          },
          "up to 249 of [A-Za-z0-9._-]"};
}

void add_database(ConfigDef& def, Flavour flavour) {
  OptionGroup group(def, "Database");
  define_login(group);
  define_attempts(group);
  group
      .add(keys::kCatalogPattern, ConfigType::kString, nullptr, Importance::kMedium, "Catalog pattern",
           Width::kShort, "Catalog whose tables are looked at. Empty: those without a catalog; not set: all.")
      .add(keys::kSchemaPattern, ConfigType::kString, nullptr, Importance::kHigh, "Schema pattern",
           Width::kShort,
           "Schema whose tables are looked at, a LIKE pattern. Empty: those without a schema; not set: all.")
      .add(keys::kWhitelist, ConfigType::kList, "", Importance::kMedium, "Table Whitelist", Width::kLong,
           "List of tables to copy. Not together with ``table.blacklist``.")
      .add(keys::kBlacklist, ConfigType::kList, "", Importance::kMedium, "Table Blacklist", Width::kLong,
           "List of tables not to copy. Not together with ``table.whitelist``.")
      .add(keys::kNumericPrecision, ConfigType::kBoolean, "false", Importance::kLow,
           "Map Numeric Values By Precision (deprecated)", Width::kShort,
           "Deprecated: true is ``numeric.mapping=precision_only``.")
      .add(
          keys::kNumericMapping, ConfigType::kString, nullptr, Importance::kLow,
          "Map Numeric Values, Integral or Decimal, By Precision and Scale", Width::kShort,
          "What NUMERIC columns become. none: Connect's Decimal. precision_only: integers where the scale "
          "is 0. "
          "best_fit: integers or FLOAT64 up to 18 digits. best_fit_eager_double: FLOAT64 wherever there is "
          "a scale.",
          open_or(sdk::one_of_ignoring_case({"none", "precision_only", "best_fit", "best_fit_eager_double"})),
          {"none", "precision_only", "best_fit", "best_fit_eager_double"});
  define_dialect(group);
  define_statement_timeout(group);
  if (flavour == Flavour::kAiven) {
    group
        .add(keys::kQuoteIdentifiersAiven, ConfigType::kBoolean, "true", Importance::kMedium,
             "Quote SQL Identifiers", Width::kShort,
             "Whether to quote the names of tables and columns in SQL.")
        .add(keys::kQualifyTables, ConfigType::kBoolean, "true", Importance::kLow, "Qualify table names",
             Width::kShort, "Whether table names carry their schema.");
    return;
  }
  group
      .add(keys::kInclude, ConfigType::kList, "", Importance::kMedium, "Table Include List", Width::kLong,
           "Regular expressions of the full names of tables to copy, case-sensitive. Not together with "
           "``table.whitelist`` and ``table.blacklist``.")
      .add(keys::kExclude, ConfigType::kList, "", Importance::kMedium, "Table Exclude List", Width::kLong,
           "Regular expressions of the full names of tables not to copy; needs ``table.include.list``.")
      .add(keys::kQuoteIdentifiers, ConfigType::kString, "ALWAYS", Importance::kMedium, "Quote Identifiers",
           Width::kMedium, "When to quote the names of tables and columns in SQL.",
           sdk::one_of_ignoring_case({"always", "never"}), {"always", "never"});
  define_credentials_provider(group);
}

void add_mode(ConfigDef& def, Flavour flavour) {
  OptionGroup group(def, "Mode");
  group
      .add(keys::kMode, ConfigType::kString, sdk::NoDefault{}, Importance::kHigh, "Table Loading Mode",
           Width::kMedium,
           "How a table is read each time. bulk: all of it. incrementing: rows with a higher id. timestamp: "
           "rows with a "
           "later timestamp. timestamp+incrementing: both, which tells every row from every other.",
           sdk::one_of({"bulk", "timestamp", "incrementing", "timestamp+incrementing"}),
           {"bulk", "timestamp", "incrementing", "timestamp+incrementing"})
      .add(keys::kIncrementingColumn, ConfigType::kString, "", Importance::kMedium,
           "Incrementing Column Name", Width::kMedium,
           "Column that only grows. Empty: the table's one auto-incrementing column. Not nullable.")
      .add(keys::kTimestampColumn, ConfigType::kList, "", Importance::kMedium, "Timestamp Column Name",
           Width::kMedium,
           "One or more timestamp columns, joined by COALESCE. At least one should not be nullable.")
      .add(keys::kTimestampDelayMs, ConfigType::kLong, "0", Importance::kHigh, "Delay Interval (ms)",
           Width::kMedium,
           "How long a row waits after its timestamp before it is read, so that transactions with earlier "
           "timestamps "
           "can end.",
           sdk::at_least(int64_t{0}))
      .add(keys::kTimezone, ConfigType::kString, "UTC", Importance::kMedium, "DB time zone", Width::kMedium,
           "Time zone in which the database writes timestamps without one.", timezone_check())
      .add(keys::kValidateNonNull, ConfigType::kBoolean, "true", Importance::kLow, "Validate Non Null",
           Width::kShort, "Whether to refuse id and timestamp columns that may be null.")
      .add(keys::kQuery, ConfigType::kString, "", Importance::kMedium, "Query", Width::kShort,
           "A query to read instead of tables. A WHERE clause is appended to it unless the mode is bulk: "
           "wrap a query "
           "that has one as SELECT * FROM (…) AS q.");
  if (flavour == Flavour::kAiven) {
    group
        .add(keys::kTimestampInitialMs, ConfigType::kLong, "0", Importance::kLow,
             "Initial timestamp (ms) since epoch", Width::kMedium,
             "First lower bound of timestamps, in milliseconds since 1970.")
        .add(keys::kIncrementingInitial, ConfigType::kLong, "-1", Importance::kLow,
             "Initial incrementing value", Width::kMedium,
             "First lower bound of ids; rows above it are read.");
    return;
  }
  group
      .add(keys::kIncrementingMapping, ConfigType::kList, "", Importance::kMedium,
           "Incrementing Column Mapping", Width::kLong,
           "``regex:column`` pairs; each table must match exactly one.")
      .add(keys::kTimestampMapping, ConfigType::kList, "", Importance::kMedium, "Timestamp Column Mapping",
           Width::kLong, "``regex:[column|column]`` pairs; each table must match exactly one.")
      .add(keys::kTimestampInitial, ConfigType::kLong, nullptr, Importance::kLow,
           "Unix time value of initial timestamp", Width::kMedium,
           "First lower bound of timestamps, in milliseconds since 1970. -1: the database's now.")
      .add(keys::kQuerySuffix, ConfigType::kString, "", Importance::kLow, "Query suffix", Width::kShort,
           "Text put after each generated query. A LIMIT can lose rows of equal timestamps.")
      .add(keys::kQueryMasked, ConfigType::kPassword, "", Importance::kMedium, "Query (masked)",
           Width::kShort, "As ``query``, hidden in logs and answers. Not together with it.")
      .add(keys::kQueryRetries, ConfigType::kInt, "-1", Importance::kLow, "Query Retry Attempts",
           Width::kShort, "How often a query is tried again after an error that may pass. -1: without end.");
}

void add_connector(ConfigDef& def, Flavour flavour) {
  OptionGroup group(def, "Connector");
  const bool aiven = flavour == Flavour::kAiven;
  group
      .add(keys::kTableTypes, ConfigType::kList, "TABLE", Importance::kLow, "Table Types", Width::kMedium,
           "Kinds of tables to look at: TABLE, VIEW, SYSTEM TABLE and what else the database calls them.")
      .add(keys::kPollIntervalMs, ConfigType::kInt, "5000", Importance::kHigh, "Poll Interval (ms)",
           Width::kShort, "Pause before a table is queried again.", sdk::at_least(int64_t{0}))
      .add(keys::kBatchMaxRows, ConfigType::kInt, aiven ? "100" : "1000", Importance::kLow,
           "Max Rows Per Batch", Width::kShort, "Most rows that one poll returns.", sdk::at_least(int64_t{1}))
      .add(keys::kTablePollIntervalMs, ConfigType::kLong, "60000", Importance::kLow,
           "Metadata Change Monitoring Interval (ms)", Width::kShort,
           "How often new and dropped tables are looked for.", sdk::at_least(int64_t{1}))
      .add(keys::kTopicPrefix, ConfigType::kString,
           aiven ? ConfigDefault(sdk::NoDefault{}) : ConfigDefault(""), Importance::kHigh, "Topic Prefix",
           Width::kMedium, "What topic names have before the table's name; for a query the whole topic name.",
           topic_prefix_check());
  if (aiven) return;
  group
      .add(keys::kIsolation, ConfigType::kString, "DEFAULT", Importance::kLow, "Transaction Isolation Mode",
           Width::kMedium, "Isolation level of reading transactions. The spelling is the Java connector's.",
           sdk::one_of({"DEFAULT", "READ_UNCOMMITED", "READ_COMMITED", "REPEATABLE_READ", "SERIALIZABLE",
                        "SQL_SERVER_SNAPSHOT"}))
      .add(keys::kGranularity, ConfigType::kString, "connect_logical", Importance::kLow,
           "Timestamp granularity", Width::kMedium,
           "What timestamp columns become: Connect's Timestamp, or a finer number or text.",
           sdk::one_of_ignoring_case({"connect_logical", "micros_long", "micros_string",
                                      "micros_iso_datetime_string", "nanos_long", "nanos_string",
                                      "nanos_iso_datetime_string"}))
      .add(keys::kCalendar, ConfigType::kString, "LEGACY", Importance::kLow, "Date Calendar System",
           Width::kMedium,
           "How days before 1582-10-15 are counted: LEGACY as Java's calendar (Julian then), or "
           "PROLEPTIC_GREGORIAN.",
           sdk::one_of({"LEGACY", "PROLEPTIC_GREGORIAN"}))
      .add(keys::kMaxBuffer, ConfigType::kInt, "0", Importance::kLow, "Max buffer size", Width::kShort,
           "Without effect here: rows are read when they are polled.", sdk::at_least(int64_t{0}))
      .add(keys::kPollLingerMs, ConfigType::kLong, "5000", Importance::kLow, "Poll linger (ms)",
           Width::kShort, "Without effect here: an empty poll ends within a second.",
           sdk::at_least(int64_t{0}))
      .add(keys::kStartupWaitMs, ConfigType::kLong, "10000", Importance::kLow, "Startup polling limit (ms)",
           Width::kShort, "How long the start waits for the first list of tables.",
           sdk::at_least(int64_t{0}));
}

void add_ours(ConfigDef& def) {
  OptionGroup group(def, "Sluice");
  group
      .add(keys::kLateRowsWaitMs, ConfigType::kLong, "60000", Importance::kMedium, "Wait for late rows (ms)",
           Width::kShort,
           "Rows get their timestamp or id before they are committed. Reading stops short of what "
           "transactions that "
           "still run may yet commit, and waits for one of them this long at most. 0: does not wait, and "
           "loses such "
           "rows, as the Java connector does. Where the database tells which transactions run: PostgreSQL, "
           "MariaDB.",
           sdk::at_least(int64_t{0}))
      .add(keys::kSplitRows, ConfigType::kLong, "0", Importance::kMedium, "Split tables (rows)",
           Width::kShort,
           "In bulk mode: tables with a whole-numbered primary key are read in ranges of about so many keys "
           "by "
           "several tasks at once. 0: tables stay whole.",
           sdk::at_least(int64_t{0}))
      .add(keys::kUnmapped, ConfigType::kString, "skip", Importance::kLow, "Columns without a Connect type",
           Width::kShort,
           "What becomes of columns of types that Connect does not have, like arrays, intervals and "
           "addresses. skip: "
           "left out, with a warning. text: read as the database writes them. Of tables only; CAST them in "
           "queries.",
           sdk::one_of({"skip", "text"}), {"skip", "text"});
}

ConfigDef make(Flavour flavour) {
  ConfigDef def;
  add_database(def, flavour);
  add_mode(def, flavour);
  add_connector(def, flavour);
  add_ours(def);
  return def;
}

}  // namespace

const ConfigDef& source_options(Flavour flavour) {
  static const ConfigDef confluent = make(Flavour::kConfluent);
  static const ConfigDef aiven = make(Flavour::kAiven);
  return flavour == Flavour::kConfluent ? confluent : aiven;
}

}  // namespace sluice::connectors::sql
