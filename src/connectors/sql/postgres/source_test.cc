// The SQL source on PostgreSQL; needs SLUICE_TEST_POSTGRES (tests/system/test_sql_units.py gives it).

#include <fmt/core.h>

#include <future>
#include <thread>

#include "connectors/sql/postgres/fixture.h"
#include "connectors/sql/sql_fixture.h"

namespace sluice::connectors::sql {
namespace {

using sdk::testkit::OffsetMemory;
using Texts = std::vector<std::string>;

class PostgresSource : public testing::Test, public SourceRuns {
 protected:
  void SetUp() override {
    if (postgres_conninfo() == nullptr) GTEST_SKIP() << "SLUICE_TEST_POSTGRES is not set";
    schema_ = std::make_unique<PostgresSchema>();
  }
  void sql(const std::string& text) { schema_->run(text); }

  sdk::Properties defaults() const override {
    sdk::Properties properties = schema_->connection();
    properties.emplace("tables", "\"" + schema_->name() + "\".\"t\"");
    properties.emplace("topic.prefix", "pg-");
    return properties;
  }
  std::string read_error(const std::string& query) {
    return message_of(poll_to_error(*start({{"mode", "bulk"}, {"query", query}})));
  }

  std::unique_ptr<PostgresSchema> schema_;
};

TEST_F(PostgresSource, IncrementingReadsNewRowsAndOffsetsNameTheSchema) {
  sql("CREATE TABLE t(id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL); INSERT INTO t(name) VALUES ('a'),('b')");
  auto run = start({{"mode", "incrementing"}});
  ASSERT_TRUE(run->poll_until(2).ok());
  sql("INSERT INTO t(name) VALUES ('c')");
  ASSERT_TRUE(run->poll_until(3).ok());
  EXPECT_EQ(values_of(*run), (Texts{"Struct{id=1,name=a}", "Struct{id=2,name=b}", "Struct{id=3,name=c}"}));
  EXPECT_EQ(run->records()[0].topic, "pg-t");
  EXPECT_EQ(run->records()[0].partition,
            fmt::format(R"({{"protocol":"1","table":"{}.t"}})", schema_->name()));
  EXPECT_EQ(run->records()[2].offset, R"({"incrementing":3})");
}

TEST_F(PostgresSource, TimestampsKeepTheirMicroseconds) {
  sql("CREATE TABLE t(id INT NOT NULL, at TIMESTAMP NOT NULL);"
      "INSERT INTO t VALUES (1,'2024-01-01 00:00:00.000001'),(2,'2024-01-01 00:00:00.000002')");
  auto run = start(by_both_);
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(run->records()[1].offset,
            R"({"incrementing":2,"timestamp":1704067200000,"timestamp_nanos":2000})");
  sql("INSERT INTO t VALUES (3,'2024-01-01 00:00:00.000002'),(4,'2024-01-01 00:00:00.000003')");
  ASSERT_TRUE(run->poll_until(4).ok());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(run->records().size(), 4U);
}

TEST_F(PostgresSource, ColumnsWithAndWithoutAZoneAreComparedRightly) {
  for (const char* type : {"TIMESTAMP", "TIMESTAMPTZ"}) {
    sql(fmt::format(
        "DROP TABLE IF EXISTS t; CREATE TABLE t(id SERIAL PRIMARY KEY, at {} NOT NULL);"
        "SET timezone='Europe/Berlin'; INSERT INTO t(at) VALUES ('2024-07-01 12:00'),('2024-07-01 13:00')",
        type));
    sdk::Properties properties = by_both_;
    properties["db.timezone"] = "Europe/Berlin";
    offsets_ = OffsetMemory();
    auto run = start(properties);
    ASSERT_TRUE(run->poll_until(2).ok()) << type;
    EXPECT_EQ(run->records()[0].offset, R"({"incrementing":1,"timestamp":1719828000000,"timestamp_nanos":0})")
        << type;
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(run->poll().ok());
    EXPECT_EQ(run->records().size(), 2U) << type;
  }
}

TEST_F(PostgresSource, TimestampModeKeepsGroupsWholeAcrossBlocks) {
  sql("CREATE TABLE t(n INT, at TIMESTAMPTZ NOT NULL);"
      "INSERT INTO t SELECT g, timestamptz '2024-01-01' + (g/250) * interval '1 second' FROM "
      "generate_series(1,1000) g");
  auto run = start({{"mode", "timestamp"}, {"timestamp.column.name", "at"}, {"batch.max.rows", "100"}});
  ASSERT_TRUE(run->poll_until(1000).ok());
  for (size_t i = 1; i < 1000; ++i) {
    const bool same_time = (i + 1) / 250 == i / 250;  // n is i + 1
    if (same_time) {
      EXPECT_EQ(run->records()[i].batch, run->records()[i - 1].batch) << "a group is torn at " << i;
    }
  }
  EXPECT_EQ(run->records()[998].offset, R"({"timestamp":1704067203000,"timestamp_nanos":0})");
  EXPECT_EQ(run->records()[997].offset, R"({"timestamp":1704067202000,"timestamp_nanos":0})");
}

TEST_F(PostgresSource, EveryTypeOfTheServer) {
  EXPECT_EQ(read_one("SELECT true AS b, 7::int2 AS i2, -8::int4 AS i4, 9::int8 AS i8, 1.5::float4 AS f4, "
                     "2.25::float8 AS f8"),
            "Struct{b=true,i2=7,i4=-8,i8=9,f4=1.5,f8=2.25}");
  EXPECT_EQ(
      read_one(
          "SELECT 'a'::char(3) AS c, 'v'::varchar AS v, 't'::text AS t, 'n'::name AS n, 'x'::\"char\" AS x,"
          " '<a/>'::xml AS m, '{\"a\": 1}'::json AS j, '{\"a\":1}'::jsonb AS jb,"
          " '0f8fad5b-d9cb-469f-a165-70867728950e'::uuid AS u"),
      "Struct{c=a  ,v=v,t=t,n=n,x=x,m=<a/>,j={\"a\": 1},jb={\"a\": "
      "1},u=0f8fad5b-d9cb-469f-a165-70867728950e}");
  EXPECT_EQ(read_one("SELECT '\\x00ff'::bytea AS x, B'1'::bit AS one, B'101'::bit(3) AS three, 42::oid AS o,"
                     " 12.34::numeric::money AS m"),
            "Struct{x=AP8=,one=true,three=5,o=42,m=12.34}");
  EXPECT_EQ(
      read_one("SELECT date '2024-02-29' AS d, time '10:11:12.5' AS t, timetz '10:00:00+02' AS tz,"
               " timestamp '2024-02-29 10:11:12' AS ts, timestamptz '2024-02-29 10:11:12+01' AS tstz"),
      "Struct{d=Thu Feb 29 00:00:00 UTC 2024,t=Thu Jan 01 10:11:12 UTC 1970,tz=Thu Jan 01 08:00:00 UTC 1970,"
      "ts=Thu Feb 29 10:11:12 UTC 2024,tstz=Thu Feb 29 09:11:12 UTC 2024}");
  sql("CREATE TYPE mood AS ENUM ('sad','ok'); CREATE DOMAIN small AS int CHECK (value < 100)");
  EXPECT_EQ(
      read_one(fmt::format("SELECT 'ok'::{0}.mood AS m, 7::{0}.small AS s, NULL::int AS n", schema_->name())),
      "Struct{m=ok,s=7}");
}

TEST_F(PostgresSource, TypesWithoutAConnectTypeAreLeftOut) {
  EXPECT_EQ(
      read_one("SELECT 1 AS a, ARRAY[1,2] AS b, interval '1 day' AS c, '1.2.3.4'::inet AS d, point(1,2) AS e,"
               " int4range(1,2) AS f, row(1,2) AS g, 'x'::tsvector AS h"),
      "Struct{a=1}");
}

TEST_F(PostgresSource, NumericsAreExact) {
  EXPECT_EQ(read_one("SELECT 12.5::numeric(10,2) AS a, (-0.01)::numeric(10,2) AS b, 0::numeric(5,3) AS c,"
                     " 123456789012345678901234567890.123456789::numeric(40,10) AS d, 7::numeric AS e,"
                     " 10000::numeric(9,0) AS f, (-99999999.9999)::numeric(12,4) AS g"),
            "Struct{a=12.50,b=-0.01,c=0.000,d=123456789012345678901234567890.1234567890,e=7,f=10000,g=-"
            "99999999.9999}");
  EXPECT_EQ(
      read_one(
          "SELECT 7::numeric(2,0) AS a, 7::numeric(4,0) AS b, 7::numeric(9,0) AS c, 7::numeric(18,0) AS d,"
          " 7::numeric(19,0) AS e, 1.5::numeric(5,2) AS f, 1.25::numeric AS g, 'NaN'::numeric AS h",
          {{"numeric.mapping", "best_fit"}}),
      "Struct{a=7,b=7,c=7,d=7,e=7,f=1.5,g=1.25,h=NaN}");
}

TEST_F(PostgresSource, WhatNoValueCanHoldIsAnErrorThatNamesTheColumn) {
  EXPECT_NE(read_error("SELECT 1.5::numeric AS price")
                .find("Column 'price' (type 1700) of the query: 1.5 does not fit a Decimal of scale 0"),
            std::string::npos)
      << read_error("SELECT 1.5::numeric AS price");
  EXPECT_NE(read_error("SELECT 'NaN'::numeric(5,2) AS n").find("NaN is no decimal number"),
            std::string::npos);
  EXPECT_NE(read_error("SELECT 'infinity'::date AS d").find("the date is infinity"), std::string::npos);
}

TEST_F(PostgresSource, InfiniteTimestampsAreTheDriversConstants) {
  EXPECT_EQ(read_one("SELECT 'infinity'::timestamptz AS a, '-infinity'::timestamp AS b",
                     {{"timestamp.granularity", "micros_long"}}),
            "Struct{a=9223372036854775807,b=-9223372036854775808}");
}

TEST_F(PostgresSource, OldDatesFollowTheCalendarAsked) {
  const std::string query = "SELECT (date '1500-01-01')::timestamp AS t";
  const sdk::Properties micros{{"timestamp.granularity", "micros_long"}};
  sdk::Properties proleptic = micros;
  proleptic["date.calendar.system"] = "PROLEPTIC_GREGORIAN";
  EXPECT_EQ(read_one(query, micros), fmt::format("Struct{{t={}}}", -171'655LL * 86'400'000'000));
  EXPECT_EQ(read_one(query, proleptic), fmt::format("Struct{{t={}}}", -171'664LL * 86'400'000'000));
}

TEST_F(PostgresSource, ColumnsAreOptionalAsDeclared) {
  sql("CREATE TABLE t(id INT PRIMARY KEY, a INT, b INT NOT NULL); INSERT INTO t VALUES (1,NULL,2)");
  SqlSourceTask task(Flavour::kConfluent);
  sdk::testkit::FakeSourceContext context(offsets_);
  sdk::Properties properties = by_id_;
  properties.merge(schema_->connection());
  properties["tables"] = schema_->name() + ".t";
  ASSERT_TRUE(task.start(properties, context).ok());
  sdk::RecordBatch batch;
  ASSERT_TRUE(task.poll(batch).ok());
  const auto& fields = batch.records().at(0).value_schema->fields();
  EXPECT_EQ(*batch.records()[0].value_schema->name(), "t");
  EXPECT_FALSE(fields[0].schema->optional());
  EXPECT_TRUE(fields[1].schema->optional());
  EXPECT_FALSE(fields[2].schema->optional());
}

TEST_F(PostgresSource, TheSchemaStaysTheSameObjectBetweenQueries) {
  sql("CREATE TABLE t(id SERIAL PRIMARY KEY); INSERT INTO t DEFAULT VALUES");
  SqlSourceTask task(Flavour::kConfluent);
  sdk::testkit::FakeSourceContext context(offsets_);
  sdk::Properties properties = by_id_;
  properties.merge(schema_->connection());
  properties["tables"] = schema_->name() + ".t";
  properties["poll.interval.ms"] = "1";
  ASSERT_TRUE(task.start(properties, context).ok());
  const sdk::Schema* first = nullptr;
  sdk::RecordBatch batch;
  for (int i = 0; i < 3; ++i) {
    batch.clear();
    while (batch.empty()) ASSERT_TRUE(task.poll(batch).ok());
    if (first == nullptr) first = batch.records()[0].value_schema;
    EXPECT_EQ(batch.records()[0].value_schema, first);
    sql("INSERT INTO t DEFAULT VALUES");
  }
}

TEST_F(PostgresSource, AMissingTableOrColumnIsNamed) {
  auto run = make(by_id_);
  EXPECT_NE(message_of(run->start()).find(fmt::format("There is no table '{}.t'", schema_->name())),
            std::string::npos);
  sql("CREATE TABLE t(id INT NOT NULL); INSERT INTO t VALUES (1)");
  auto live = start(by_id_);
  ASSERT_TRUE(live->poll_until(1).ok());
  sql("ALTER TABLE t RENAME id TO key");
  const std::string column = message_of(poll_to_error(*live));
  EXPECT_NE(column.find("column \"id\" does not exist' (SQLSTATE 42703); was the column dropped"),
            std::string::npos)
      << column;
  EXPECT_NE(column.find("t: PostgreSQL says"), std::string::npos);
}

TEST_F(PostgresSource, ADroppedTableIsWaitedFor) {
  sql("CREATE TABLE t(id INT NOT NULL); INSERT INTO t VALUES (1)");
  auto run = start(by_id_);
  ASSERT_TRUE(run->poll_until(1).ok());
  sql("DROP TABLE t");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(run->poll().ok());
  sql("CREATE TABLE t(id INT NOT NULL, name TEXT); INSERT INTO t VALUES (1, 'old'), (2, 'new')");
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values_of(*run).back(), "Struct{id=2,name=new}");
}

TEST_F(PostgresSource, RowsCommittedLateAreWaitedFor) {
  sql("CREATE TABLE t(id SERIAL PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now()); INSERT INTO t DEFAULT "
      "VALUES");
  for (const sdk::Properties& mode :
       {by_id_, sdk::Properties{{"mode", "timestamp+incrementing"}, {"timestamp.column.name", "at"}}}) {
    offsets_ = {};
    sql("TRUNCATE t RESTART IDENTITY; INSERT INTO t DEFAULT VALUES");
    auto run = start(mode);
    ASSERT_TRUE(run->poll_until(1).ok());
    PostgresSchema late(schema_->name());
    late.run("BEGIN; INSERT INTO t DEFAULT VALUES");
    sql("INSERT INTO t DEFAULT VALUES");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(run->poll().ok());
    EXPECT_EQ(values_of(*run).size(), 1U);
    late.run("COMMIT");
    ASSERT_TRUE(run->poll_until(3).ok());
    EXPECT_EQ(values_of(*run)[1].substr(0, 11), "Struct{id=2");
    EXPECT_EQ(values_of(*run)[2].substr(0, 11), "Struct{id=3");
  }
}

TEST_F(PostgresSource, AnEmptyTableOfSmallIdsIsWatched) {
  sql("CREATE TABLE t(id SMALLSERIAL PRIMARY KEY)");
  auto run = start(by_id_);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(run->poll().ok());
  sql("INSERT INTO t DEFAULT VALUES");
  EXPECT_TRUE(run->poll_until(1).ok());
}

TEST_F(PostgresSource, ATransactionIsNotWaitedForForEver) {
  sql("CREATE TABLE t(id SERIAL PRIMARY KEY); INSERT INTO t DEFAULT VALUES");
  sdk::Properties properties = by_id_;
  properties["sluice.sql.late.rows.wait.max.ms"] = "200";
  PostgresSchema late(schema_->name());
  late.run("BEGIN; SELECT txid_current()");
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(1).ok());
  late.run("ROLLBACK");
}

TEST_F(PostgresSource, RowsWithoutATimeAreReadByTheirIds) {
  sql("CREATE TABLE t(id SERIAL PRIMARY KEY, at TIMESTAMP); INSERT INTO t(at) VALUES ('2024-01-01'), (NULL)");
  auto run = start(
      {{"mode", "timestamp+incrementing"}, {"timestamp.column.name", "at"}, {"validate.non.null", "false"}});
  ASSERT_TRUE(run->poll_until(2).ok());
  sql("INSERT INTO t(at) VALUES (NULL), ('2024-01-02')");
  ASSERT_TRUE(run->poll_until(4).ok());
  Texts values = values_of(*run);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(values[1], "Struct{id=2}");
  EXPECT_EQ(values[2], "Struct{id=3}");
}

TEST_F(PostgresSource, ColumnsWithoutATypeHereAreTextsWhereAskedFor) {
  sql("CREATE TABLE t(id INT PRIMARY KEY, tags TEXT[], took INTERVAL, host INET, span INT4RANGE, name TEXT);"
      "INSERT INTO t VALUES (1, '{a,\"b c\"}', '1 day 02:03:04', '10.0.0.1', '[1,5)', 'n')");
  auto run = start({{"mode", "bulk"}, {"sluice.sql.unmapped.columns", "text"}});
  ASSERT_TRUE(run->poll_until(1).ok());
  EXPECT_EQ(values_of(*run)[0],
            R"x(Struct{id=1,tags={a,"b c"},took=1 day 02:03:04,host=10.0.0.1/32,span=[1,5),name=n})x");
}

TEST_F(PostgresSource, ARangeOfATableIsReadInBulk) {
  sql("CREATE TABLE t(id INT PRIMARY KEY); INSERT INTO t SELECT * FROM generate_series(1, 30)");
  sdk::Properties properties{{"mode", "bulk"}, {"poll.interval.ms", "100000"}};
  properties["tables.ranges"] = "10:20";
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(10).ok());
  EXPECT_TRUE(run->poll().ok());
  EXPECT_EQ(values_of(*run).size(), 10U);
  EXPECT_EQ(values_of(*run)[0], "Struct{id=11}");
}

TEST_F(PostgresSource, ALostConnectionIsOpenedAgainAndNothingIsLostOrDoubled) {
  sql("CREATE TABLE t(id SERIAL PRIMARY KEY); INSERT INTO t SELECT FROM generate_series(1,1000)");
  sdk::Properties properties = by_id_;
  properties["batch.max.rows"] = "100";
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(300).ok());
  schema_->kill_others();
  const Status polled = run->poll_until(1000);
  ASSERT_TRUE(polled.ok()) << message_of(polled);
  for (size_t i = 0; i < 1000; ++i) EXPECT_EQ(run->records()[i].value, fmt::format("Struct{{id={}}}", i + 1));
}

TEST_F(PostgresSource, AWrongPasswordOrPortIsAClearErrorWithoutThePassword) {
  sdk::Properties properties = by_id_;
  properties["connection.url"] = "jdbc:postgresql://127.0.0.1:1/nowhere?password=very-secret";
  properties["connection.attempts"] = "2";
  properties["connection.backoff.ms"] = "10";
  const std::string message = message_of(make(properties)->start());
  EXPECT_NE(message.find("Cannot connect to PostgreSQL at 127.0.0.1:1/nowhere"), std::string::npos)
      << message;
  EXPECT_NE(message.find("Gave up after 2 attempts"), std::string::npos);
  EXPECT_EQ(message.find("secret"), std::string::npos);
}

TEST_F(PostgresSource, StopEndsALongQueryOnTheServer) {
  auto run = start({{"mode", "bulk"}, {"query", "SELECT pg_sleep(60)"}});
  auto polled = std::async(std::launch::async, [&] { return run->poll(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const auto before = std::chrono::steady_clock::now();
  run->context().request_stop();
  EXPECT_TRUE(polled.get().ok());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(900));
}

TEST_F(PostgresSource, NamesWithQuotesAndBlanks) {
  sql("CREATE TABLE \"my \"\"odd\"\" table\"(\"the id\" SERIAL PRIMARY KEY); INSERT INTO \"my \"\"odd\"\" "
      "table\" DEFAULT VALUES");
  auto run = start({{"mode", "incrementing"},
                    {"incrementing.column.name", "the id"},
                    {"tables", "\"" + schema_->name() + "\".\"my \"\"odd\"\" table\""}});
  ASSERT_TRUE(run->poll_until(1).ok());
  EXPECT_EQ(run->records()[0].value, "Struct{the id=1}");
}

}  // namespace
}  // namespace sluice::connectors::sql
