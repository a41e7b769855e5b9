// The SQL source through ODBC drivers; see fixture.h for what it needs.

#include <fmt/core.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "connectors/sql/odbc/on_odbc.h"
#include "connectors/sql/sql_fixture.h"

namespace sluice::connectors::sql {
namespace {

using Texts = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

class OdbcSource : public OnOdbc, public SourceRuns {
 protected:
  void sql(const std::string& text) { database_->run(text); }
  sdk::Properties defaults() const override {
    sdk::Properties properties = database_->properties();
    properties.emplace("tables", is("mariadb") ? "`t`" : "\"t\"");
    properties.emplace("topic.prefix", "o-");
    return properties;
  }
  std::string timestamp_type() const {
    return is("postgres") ? "TIMESTAMP(6)" : is("mariadb") ? "DATETIME(6)" : "TIMESTAMP";
  }
};

TEST_P(OdbcSource, IncrementingReadsNewRows) {
  sql("CREATE TABLE t(id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL)");
  sql("INSERT INTO t VALUES (1,'a'),(2,'b')");
  auto run = start({{"mode", "incrementing"}, {"incrementing.column.name", "id"}});
  ASSERT_TRUE(run->poll_until(2).ok());
  sql("INSERT INTO t VALUES (3,'c')");
  ASSERT_TRUE(run->poll_until(3).ok());
  ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(values_of(*run), (Texts{"Struct{id=1,name=a}", "Struct{id=2,name=b}", "Struct{id=3,name=c}"}));
  EXPECT_EQ(run->records()[2].offset, R"({"incrementing":3})");
}

TEST_P(OdbcSource, TimestampsKeepWhatTheColumnKeeps) {
  sql("CREATE TABLE t(id INT NOT NULL, at " + timestamp_type() + " NOT NULL)");
  const bool micros = !is("sqlite");
  sql(micros ? "INSERT INTO t VALUES (1,'2024-01-01 00:00:00.000001'),(2,'2024-01-01 00:00:00.000002')"
             : "INSERT INTO t VALUES (1,'2024-01-01 00:00:00.001'),(2,'2024-01-01 00:00:00.002')");
  auto run = start({{"mode", "timestamp+incrementing"},
                    {"incrementing.column.name", "id"},
                    {"timestamp.column.name", "at"}});
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(run->records()[1].offset,
            micros ? R"({"incrementing":2,"timestamp":1704067200000,"timestamp_nanos":2000})"
                   : R"({"incrementing":2,"timestamp":1704067200002,"timestamp_nanos":2000000})");
  sql(micros ? "INSERT INTO t VALUES (3,'2024-01-01 00:00:00.000002'),(4,'2024-01-01 00:00:00.000003')"
             : "INSERT INTO t VALUES (3,'2024-01-01 00:00:00.002'),(4,'2024-01-01 00:00:00.003')");
  ASSERT_TRUE(run->poll_until(4).ok());
  ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(run->records().size(), 4U);
}

TEST_P(OdbcSource, ZonesAreHeeded) {
  if (is("sqlite")) GTEST_SKIP() << "has no zones";
  sql(is("postgres") ? "CREATE TABLE t(id INT NOT NULL, at TIMESTAMPTZ NOT NULL, bare TIMESTAMP)"
                     : "CREATE TABLE t(id INT NOT NULL, at TIMESTAMP NOT NULL, bare DATETIME)");
  sql(is("postgres")
          ? "INSERT INTO t VALUES (1,'2024-07-01 12:00+02','2024-07-01 12:00'),(2,'2024-07-01 13:00+02',NULL)"
          : "INSERT INTO t VALUES (1,'2024-07-01 10:00','2024-07-01 12:00'),(2,'2024-07-01 11:00',NULL)");
  auto run = start({{"mode", "timestamp+incrementing"},
                    {"incrementing.column.name", "id"},
                    {"timestamp.column.name", "at"},
                    {"timestamp.granularity", "micros_long"},
                    {"validate.non.null", is("mariadb") ? "false" : "true"},  // its driver errs on TIMESTAMPs
                    {"db.timezone", "Europe/Berlin"}});
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(run->records()[0].value, "Struct{id=1,at=1719828000000000,bare=1719828000000000}");
  ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(run->records().size(), 2U);
}

TEST_P(OdbcSource, TimestampModeKeepsGroupsWholeAcrossBlocks) {
  sql("CREATE TABLE t(n INT, at " + timestamp_type() + " NOT NULL)");
  for (int group = 0; group < 4; ++group) {
    std::string values;
    for (int i = 0; i < 250; ++i)
      values += fmt::format("{}({},'2024-01-01 00:00:0{}.000')", i > 0 ? "," : "", group * 250 + i, group);
    sql("INSERT INTO t VALUES " + values);
  }
  auto run = start({{"mode", "timestamp"}, {"timestamp.column.name", "at"}, {"batch.max.rows", "100"}});
  ASSERT_TRUE(run->poll_until(1000).ok());
  EXPECT_EQ(run->records().size(), 1000U);
  for (size_t i = 1; i < 1000; ++i) {
    if (i % 250 != 0) {
      EXPECT_EQ(run->records()[i].batch, run->records()[i - 1].batch) << i;
    }
  }
}

TEST_P(OdbcSource, TextsOfAllKindsAndLengths) {
  const std::string text = is("mariadb") ? "LONGTEXT" : "TEXT";
  sql("CREATE TABLE t(id INT NOT NULL, short VARCHAR(40), longer " + text + ")");
  const std::string wide = "Zoë 🌊 'quoted' 日本語";
  std::string longer;
  for (int i = 0; i < 20'000; ++i) longer += i % 100 == 0 ? "🌊" : i % 10 == 0 ? "é" : "x";
  auto connection = database_->open();
  const std::string insert = "INSERT INTO t VALUES (?,?,?)";
  for (int64_t id = 1; id <= 3; ++id) {
    const Scalar scalars[] = {id, id == 3 ? Scalar{} : Scalar{wide},
                              id == 2 ? Scalar{std::string()} : Scalar{longer}};
    const auto done = connection->execute(insert, scalars, "insert");
    ASSERT_TRUE(done.ok()) << done.error().message();
  }
  auto run = start({{"mode", "bulk"}});
  ASSERT_TRUE(run->poll_until(3).ok());
  EXPECT_EQ(run->records()[0].value, "Struct{id=1,short=" + wide + ",longer=" + longer + "}");
  EXPECT_EQ(run->records()[1].value, "Struct{id=2,short=" + wide + ",longer=}");
  EXPECT_EQ(run->records()[2].value, "Struct{id=3,longer=" + longer + "}");
}

TEST_P(OdbcSource, NamesAreQuoted) {
  const std::string odd = is("mariadb") ? "`o\"dd n``ame; 'é`" : "\"o\"\"dd n`ame; 'é\"";
  const std::string column = is("mariadb") ? "`I d`" : "\"I d\"";
  sql("CREATE TABLE " + odd + "(" + column + " INT NOT NULL)");
  sql("INSERT INTO " + odd + " VALUES (7)");
  auto run = start({{"mode", "incrementing"}, {"incrementing.column.name", "I d"}, {"tables", odd}});
  ASSERT_TRUE(run->poll_until(1).ok());
  EXPECT_EQ(run->records()[0].value, "Struct{I d=7}");
}

TEST_P(OdbcSource, StopIsHeardWhileTheDatabaseWorks) {
  const std::string query =
      is("postgres")  ? "SELECT pg_sleep(20), 1 AS id"
      : is("mariadb") ? "SELECT SLEEP(20), 1 AS id"
                      : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500000000)"
                        " SELECT count(*) AS id FROM n";
  auto connection = database_->open();
  std::thread stopper([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    database_->stop().request_stop();
  });
  const auto begin = Clock::now();
  const auto cursor = connection->query({query, {}, "the query"}, Zone(), 100);
  const auto took = Clock::now() - begin;
  stopper.join();
  ASSERT_FALSE(cursor.ok());
  EXPECT_EQ(cursor.error().kind(), ErrorKind::kClosed) << cursor.error().message();
  EXPECT_LT(took, std::chrono::milliseconds(1100));
  database_ = nullptr;
}

TEST_P(OdbcSource, StatementsThatTakeTooLongAreCutShort) {
  if (is("sqlite")) GTEST_SKIP() << "knows no sleep";
  ConnectionOptions options;
  options.statement_timeout_ms = 300;
  auto connection = database_->open(options);
  const auto answer =
      connection->execute(is("postgres") ? "SELECT pg_sleep(20)" : "SELECT SLEEP(20)", {}, "sleep");
  if (is("mariadb") && answer.ok()) return;  // a sleep that was cut short answers 1
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind(), ErrorKind::kRetry) << answer.error().message();
}

TEST_P(OdbcSource, ALostConnectionIsMadeAnew) {
  if (!is("postgres")) GTEST_SKIP() << "the statement that ends sessions is PostgreSQL's";
  sql("CREATE TABLE t(id INT NOT NULL)");
  sql("INSERT INTO t VALUES (1)");
  auto run = start({{"mode", "incrementing"}, {"incrementing.column.name", "id"}});
  ASSERT_TRUE(run->poll_until(1).ok());
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
      "backend_type = 'client backend' AND query NOT LIKE 'LISTEN%'");
  sql("INSERT INTO t VALUES (2)");
  ASSERT_TRUE(run->poll_until(2).ok());
}

TEST_P(OdbcSource, DescribesATableOfAnotherDatabase) {
  if (!is("mariadb")) GTEST_SKIP() << "names of two parts have a schema elsewhere";
  sql("CREATE TABLE t(id INT NOT NULL PRIMARY KEY)");
  const std::string here = database_->query("SELECT DATABASE()").at(0);
  const auto shape = database_->open()->describe({"", here, "t"});
  ASSERT_TRUE(shape.ok()) << shape.error().message();
  ASSERT_EQ(shape->columns.size(), 1U);
  EXPECT_EQ(shape->columns[0].key_position, 1);
}

TEST_P(OdbcSource, AFailedStatementLeavesNoTransaction) {
  const auto connection = database_->open();
  EXPECT_FALSE(connection->execute("SELECT * FROM nowhere", {}, "look").ok());
  const auto answer = connection->execute("SELECT 1", {}, "look");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->rows[0][0], "1");
}

int64_t resident_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(sizeof("VmRSS:") - 1));
  }
  return 0;
}

TEST_P(OdbcSource, LargeResultsAreStreamed) {
  if (!is("postgres")) GTEST_SKIP() << "this driver keeps whole results";
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "what is freed is kept";
#endif
  const std::string query =
      "SELECT i AS id, CAST(repeat('x', 200) AS VARCHAR(200)) AS t FROM generate_series(1,400000) i";
  auto connection = database_->open();
  const int64_t before = resident_kb();
  auto cursor = connection->query({query, {}, "the query"}, Zone(), 1000);
  ASSERT_TRUE(cursor.ok()) << cursor.error().message();
  const auto plan = make_row_plan((*cursor)->columns(), "", "the query", {}, {});
  ASSERT_TRUE((*cursor)->plan(*plan).ok());
  size_t count = 0;
  int64_t most = 0;
  for (auto outcome = ReadOutcome::kMore; outcome != ReadOutcome::kFinished;) {
    sdk::Arena arena;
    std::vector<Row> rows;
    const auto read = (*cursor)->read(1000, false, arena, rows);
    ASSERT_TRUE(read.ok()) << read.error().message();
    outcome = *read;
    count += rows.size();
    if (count % 20'000 == 0) most = std::max(most, resident_kb());
  }
  EXPECT_EQ(count, 400'000U);
  EXPECT_LT(most - before, 40'000);  // of more than 80 MB
}

TEST_P(OdbcSource, DescribesTables) {
  sql("CREATE TABLE t(id INT NOT NULL, b VARCHAR(10) DEFAULT 'x', c VARCHAR(5), PRIMARY KEY(id))");
  auto connection = database_->open();
  const auto shape = connection->describe({"", "", "t"});
  ASSERT_TRUE(shape.ok()) << shape.error().message();
  ASSERT_EQ(shape->columns.size(), 3U);
  EXPECT_EQ(shape->type, "TABLE");
  EXPECT_EQ(shape->columns[0].key_position, 1);
  EXPECT_FALSE(shape->columns[0].nullable);
  EXPECT_TRUE(shape->columns[1].nullable);
  EXPECT_TRUE(shape->columns[1].has_default);
  EXPECT_FALSE(shape->columns[2].has_default);
  EXPECT_EQ(shape->columns[0].type, is("sqlite") ? SqlType::kBigint : SqlType::kInteger);
  EXPECT_EQ(shape->columns[2].precision, 5);
  const auto none = connection->describe({"", "", "none"});
  ASSERT_TRUE(none.ok()) << none.error().message();
  EXPECT_FALSE(none->exists());
  const auto tables = connection->tables({std::nullopt, std::nullopt, {"TABLE"}});
  ASSERT_TRUE(tables.ok()) << tables.error().message();
  const auto is_t = [](const TableId& table) { return table.table == "t"; };
  EXPECT_EQ(std::count_if(tables->begin(), tables->end(), is_t), 1);
}

TEST_P(OdbcSource, TheClockIsUtc) {
  auto connection = database_->open();
  const auto now = connection->now();
  ASSERT_TRUE(now.ok()) << now.error().message();
  const auto here = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(here).count();
  EXPECT_NEAR(static_cast<double>(now->seconds), static_cast<double>(seconds), 5.0);
}

TEST_P(OdbcSource, TypesOfPostgres) {
  if (!is("postgres")) GTEST_SKIP() << "the types are PostgreSQL's";
  EXPECT_EQ(read_one("SELECT true AS b, 7::int2 AS i2, -8::int4 AS i4, 9::int8 AS i8, 1.5::float4 AS f4, "
                     "2.25::float8 AS f8, NULL::int AS n"),
            "Struct{b=true,i2=7,i4=-8,i8=9,f4=1.5,f8=2.25}");
  EXPECT_EQ(read_one("SELECT 'a'::char(3) AS c, 'v'::varchar AS v, 't'::text AS t, '{\"a\": 1}'::json AS j,"
                     " '0f8fad5b-d9cb-469f-a165-70867728950e'::uuid AS u, '\\x00ff'::bytea AS x"),
            "Struct{c=a  ,v=v,t=t,j={\"a\": 1},u=0f8fad5b-d9cb-469f-a165-70867728950e,x=AP8=}");
  EXPECT_EQ(read_one("SELECT date '2024-02-29' AS d, time '10:11:12.5' AS t,"
                     " timestamp '2024-02-29 10:11:12' AS ts, timestamptz '2024-02-29 10:11:12+01' AS tstz"),
            "Struct{d=Thu Feb 29 00:00:00 UTC 2024,t=Thu Jan 01 10:11:12 UTC 1970,"
            "ts=Thu Feb 29 10:11:12 UTC 2024,tstz=Thu Feb 29 09:11:12 UTC 2024}");
  EXPECT_EQ(read_one("SELECT 12.5::numeric(10,2) AS a, (-0.01)::numeric(10,2) AS b,"
                     " 123456789012345678901234567890.123456789::numeric(40,10) AS d"),
            "Struct{a=12.50,b=-0.01,d=123456789012345678901234567890.1234567890}");
}

TEST_P(OdbcSource, TypesOfMariaDb) {
  if (!is("mariadb")) GTEST_SKIP() << "the types are MariaDB's";
  sql("CREATE TABLE t(a TINYINT, b TINYINT UNSIGNED, c SMALLINT UNSIGNED, d INT UNSIGNED, e BIGINT,"
      " f FLOAT, g DOUBLE, h DECIMAL(10,2), i DATE, j TIME(3), k DATETIME(6), l VARBINARY(10), m YEAR,"
      " n BIT(1), o ENUM('x','y'), p BIGINT UNSIGNED)");
  sql("INSERT INTO t VALUES (-1,255,65535,4294967295,-9,1.5,2.25,12.5,'2024-02-29','10:11:12.5',"
      "'2024-02-29 10:11:12.000001',X'00FF',2024,1,'y',9223372036854775807)");
  auto run = start({{"mode", "bulk"}});
  ASSERT_TRUE(run->poll_until(1).ok());
  EXPECT_EQ(run->records()[0].value,
            "Struct{a=-1,b=255,c=65535,d=4294967295,e=-9,f=1.5,g=2.25,h=12.50,i=Thu Feb 29 00:00:00 UTC "
            "2024,j=Thu Jan 01 10:11:12 UTC 1970,k=Thu Feb 29 10:11:12 UTC 2024,l=AP8=,m=2024,n=1,o=y,"
            "p=9223372036854775807}");
}

INSTANTIATE_TEST_SUITE_P(Odbc, OdbcSource, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sluice::connectors::sql
