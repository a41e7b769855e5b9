// The parts between options and rows: options, table filters, names, conditions, offsets, the watch over
// tables.

#include <gtest/gtest.h>

#include <thread>

#include "connectors/sql/source/connector.h"
#include "connectors/sql/source/criteria.h"
#include "connectors/sql/source/offsets.h"
#include "connectors/sql/source/options.h"
#include "connectors/sql/source/table_list.h"
#include "connectors/sql/sql_fixture.h"
#include "connectors/sql/table_name.h"

namespace sluice::connectors::sql {
namespace {

using Texts = std::vector<std::string>;

SourceOptions options(sdk::Properties properties) {
  properties.emplace("connection.url", "jdbc:sqlite:/x.db");
  properties.emplace("mode", "bulk");
  auto parsed = parse_source(Flavour::kConfluent, properties);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message());
  return std::move(parsed).value();
}

std::string refusal(const sdk::Properties& properties, Flavour flavour = Flavour::kConfluent) {
  const auto parsed = parse_source(flavour, properties);
  return parsed.ok() ? "" : parsed.error().message();
}

TEST(SqlOptions, OtherDatabasesAreToldWhatToUseInstead) {
  const std::string other = refusal({{"connection.url", "jdbc:teradata://h/d"}, {"mode", "bulk"}});
  EXPECT_NE(other.find("'jdbc:teradata:' have no dialect here"), std::string::npos) << other;
  EXPECT_NE(
      refusal({{"connection.url", "jdbc:sqlite:/x"}, {"mode", "bulk"}, {"dialect.name", "MyDatabaseDialect"}})
          .find("There is no dialect 'MyDatabaseDialect' here"),
      std::string::npos);
}

TEST(SqlOptions, WhatModesNeedAndFiltersExclude) {
  const std::string url = "jdbc:sqlite:/x.db";
  const auto with = [&](sdk::Properties more) {
    more.emplace("connection.url", url);
    more.emplace("mode", "bulk");
    return refusal(more);
  };
  EXPECT_NE(with({{"mode", "timestamp"}}).find("timestamp.column.name: must be set: the mode is timestamp"),
            std::string::npos);
  EXPECT_NE(
      with({{"mode", "incrementing"}, {"query", "SELECT 1"}}).find("incrementing.column.name: must be set"),
      std::string::npos);
  EXPECT_NE(with({{"query", "SELECT 1"}, {"query.masked", "SELECT 2"}}).find("together with query"),
            std::string::npos);
  EXPECT_NE(with({{"table.include.list", "a("}}).find("Unclosed group"), std::string::npos);
  EXPECT_NE(with({{"timestamp.column.mapping", "no colon"}}).find("not of the form regex:column"),
            std::string::npos);
  EXPECT_EQ(with({{"query.masked", "SELECT 1"}}), "");
}

TEST(SqlOptions, FlavoursHaveTheirOwnKeysAndDefaults) {
  const sdk::Properties properties{{"connection.url", "jdbc:sqlite:/x.db"},
                                   {"mode", "incrementing"},
                                   {"topic.prefix", "p"},
                                   {"incrementing.initial", "41"},
                                   {"sql.quote.identifiers", "false"},
                                   {"connection.tcpKeepAlive", "true"}};
  const auto aiven = *parse_source(Flavour::kAiven, properties);
  EXPECT_EQ(aiven.incrementing_initial, 41);
  EXPECT_FALSE(aiven.quote_identifiers);
  EXPECT_EQ(aiven.batch_max_rows, 100);
  EXPECT_EQ(aiven.connecting.options.driver, (sdk::Properties{{"tcpKeepAlive", "true"}}));
  const auto confluent = *parse_source(Flavour::kConfluent, properties);
  EXPECT_EQ(confluent.incrementing_initial, -1);
  EXPECT_TRUE(confluent.quote_identifiers);
  EXPECT_EQ(confluent.batch_max_rows, 1000);
  EXPECT_NE(refusal({{"connection.url", "jdbc:sqlite:/x.db"}, {"mode", "bulk"}}, Flavour::kAiven)
                .find("topic.prefix"),
            std::string::npos);
}

TEST(SqlNames, QuotingSurvivesTheWayToTheTask) {
  const Dialect& dialect = sqlite_dialect();
  const std::vector<TableId> tables{{"", "", "plain"}, {"", "my \"schema\"", "a,b"}, {"cat", "s.x", "t"}};
  const std::string text = join_tables(dialect, tables);
  EXPECT_EQ(text, R"("plain","my ""schema"""."a,b","cat"."s.x"."t")");
  EXPECT_EQ(split_tables(text), tables);
  EXPECT_EQ(split_tables("public.orders,users"),
            (std::vector<TableId>{{"", "public", "orders"}, {"", "", "users"}}));
  EXPECT_TRUE(split_tables("").empty());
}

TEST(SqlNames, GroupsAreContiguousAndEven) {
  std::vector<TableSlice> tables;
  for (const char* name : {"a", "b", "c", "d", "e"}) tables.push_back({{"", "", name}, {}});
  const auto groups = group_tables(tables, 3);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].size(), 2U);
  EXPECT_EQ(groups[1].size(), 2U);
  EXPECT_EQ(groups[2].size(), 1U);
  EXPECT_EQ(groups[2][0].table.table, "e");
  EXPECT_EQ(group_tables(tables, 9).size(), 5U);
  EXPECT_TRUE(group_tables({}, 3).empty());
}

TEST(SqlCriteria, WritesTheConditionsOfEachMode) {
  const auto sql = [](const sdk::Properties& properties, Subject subject) {
    const SourceOptions parsed = options(properties);
    subject.id_column = parsed.uses_id() ? "id" : "";
    return Criteria(parsed, sqlite_dialect(), std::move(subject))
        .statement({Instant{5, 0}, 7}, HighWater::Bound{Instant{9, 0}, {}}, {})
        .sql;
  };
  Subject table;
  table.table = {"", "s", "t"};
  table.timestamp_columns = {"a"};
  Subject two;
  two.table = {"", "", "t"};
  two.timestamp_columns = {"a", "b"};
  EXPECT_EQ(sql({}, table), R"(SELECT * FROM "s"."t")");
  EXPECT_EQ(sql({{"mode", "incrementing"}}, table),
            R"(SELECT * FROM "s"."t" WHERE "id" > ?1 ORDER BY "id" ASC)");
  EXPECT_EQ(sql({{"mode", "timestamp"}, {"timestamp.column.name", "a"}, {"query.suffix", "LIMIT 5"}}, table),
            R"(SELECT * FROM "s"."t" WHERE "a" > ?1 AND "a" < ?2 ORDER BY "a" ASC LIMIT 5)");
  EXPECT_EQ(
      sql({{"mode", "timestamp+incrementing"}, {"timestamp.column.name", "a,b"}}, two),
      R"(SELECT * FROM "t" WHERE COALESCE("a","b") < ?1 AND ((COALESCE("a","b") = ?2 AND "id" > ?3) OR )"
      R"(COALESCE("a","b") > ?4) ORDER BY COALESCE("a","b"),"id" ASC)");
  EXPECT_EQ(sql({{"mode", "incrementing"}, {"quote.sql.identifiers", "never"}}, table),
            "SELECT * FROM s.t WHERE id > ?1 ORDER BY id ASC");
}

TEST(SqlOffsets, AreReadAsTheyAreWrittenAndByHand) {
  sdk::Arena arena;
  const SourceOffset offset{Instant{-1, 999'000'001}, 42};
  const SourceOffset read = *read_offset(make_offset(arena, offset));
  EXPECT_EQ(read.timestamp, offset.timestamp);
  EXPECT_EQ(read.id, 42);
  const auto only_ms = read_offset(sdk::single_entry_map(arena, "timestamp", sdk::Value::int64(1500)));
  EXPECT_EQ(only_ms->timestamp, (Instant{1, 500'000'000}));
  EXPECT_FALSE(read_offset(sdk::single_entry_map(arena, "incrementing", sdk::Value::string("7"))).ok());
}

TEST(SqlTables, FiltersAndTheirErrors) {
  SqliteFile file;
  file.run(
      "CREATE TABLE orders(id INT); CREATE TABLE orders_old(id INT); CREATE TABLE users(id INT);"
      "CREATE VIEW v AS SELECT 1");
  const StopSignal stop;
  ConnectionOptions connect;
  connect.url = file.url();
  const auto connection = *sqlite_driver().connect(connect, stop);
  std::vector<std::string> missing;
  const auto names = [&](const sdk::Properties& properties) {
    std::string text;
    const auto tables = find_tables(*connection, options(properties), missing);
    EXPECT_TRUE(tables.ok());
    for (const TableId& table : *tables) text += plain_name(table) + " ";
    return text;
  };
  EXPECT_EQ(names({}), "orders orders_old users ");
  EXPECT_EQ(names({{"table.whitelist", "users, nowhere"}}), "users ");
  EXPECT_EQ(missing, (Texts{"nowhere"}));
  EXPECT_EQ(names({{"table.blacklist", "users"}}), "orders orders_old ");
  EXPECT_EQ(names({{"table.include.list", "orders.*"}, {"table.exclude.list", ".*_old"}}), "orders ");
  EXPECT_EQ(names({{"table.types", "VIEW"}}), "v ");
}

TEST(SqlTables, ANewTableAsksForNewTasks) {
  SqliteFile file;
  file.run("CREATE TABLE a(id INTEGER PRIMARY KEY)");
  sdk::testkit::FakeConnectorContext context;
  SqlSourceConnector connector(Flavour::kConfluent);
  ASSERT_TRUE(connector
                  .start({{"connection.url", file.url()},
                          {"mode", "incrementing"},
                          {"incrementing.column.name", "id"},
                          {"table.poll.interval.ms", "30"}},
                         context)
                  .ok());
  EXPECT_EQ(connector.task_configs(5)->size(), 1U);
  EXPECT_EQ(context.requests(), 0);
  file.run("CREATE TABLE b(id INTEGER PRIMARY KEY)");
  for (int i = 0; i < 200 && context.requests() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(context.requests(), 1);
  const auto configs = connector.task_configs(5);
  ASSERT_EQ(configs->size(), 2U);
  EXPECT_EQ((*configs)[1].at("tables"), "\"b\"");
  EXPECT_TRUE(connector.stop().ok());
}

TEST(SqlTables, ADatabaseThatCannotBeOpenedFailsTheConnector) {
  sdk::testkit::FakeConnectorContext context;
  SqlSourceConnector connector(Flavour::kConfluent);
  ASSERT_TRUE(
      connector.start({{"connection.url", "jdbc:sqlite:/no/such/file.db"}, {"mode", "bulk"}}, context).ok());
  const auto configs = connector.task_configs(1);
  ASSERT_TRUE(configs.ok());
  EXPECT_EQ((*configs)[0].at("tables.fetched"), "false");
  for (int i = 0; i < 200 && !context.raised(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(context.raised().has_value());
  EXPECT_NE(context.raised()->message().find("/no/such/file.db"), std::string::npos);
  EXPECT_TRUE(connector.stop().ok());
}

}  // namespace
}  // namespace sluice::connectors::sql
