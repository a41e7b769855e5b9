// Reading MySQL and MariaDB; needs SLUICE_TEST_MARIADB
// (tests/system/test_sql_units.py gives it).

#include <chrono>
#include <thread>

#include "connectors/sql/mariadb/fixture.h"
#include "connectors/sql/sql_fixture.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using Texts = std::vector<std::string>;

class MariaDbSource : public MariaDbTest {
 protected:
  /// Rows of a query as Java prints structs, or the error; the schema's types
  /// in `types_`.
  Texts read(const std::string& sql, size_t rows_max = 100, const Zone& zone = {}) {
    sdk::Arena arena;
    auto cursor = connection_->query({sql, {}, "the query"}, zone, rows_max);
    if (!cursor.ok()) return {cursor.error().message()};
    MappingOptions mapping;
    mapping.zone = zone;
    mapping.legacy_calendar = false;
    mapping.timestamps = TimestampForm::kMicrosIso;
    auto plan = make_row_plan((*cursor)->columns(), "", "the query", {}, mapping);
    if (!plan.ok() || !(*cursor)->plan(*plan).ok()) return {"no plan"};
    types_.clear();
    for (const auto& field : (*plan)->schema->fields())
      types_ +=
          fmt::format("{}{} ", sdk::type_name(field.schema->type()), field.schema->optional() ? "?" : "");
    Texts texts;
    for (;;) {
      std::vector<Row> rows;
      const auto outcome = (*cursor)->read(rows_max, false, arena, rows);
      if (!outcome.ok()) return {outcome.error().message()};
      for (const Row& row : rows) {
        std::string& text = texts.emplace_back();
        sdk::append_java_text(text, sdk::Value::structure(row.value));
      }
      if (*outcome == ReadOutcome::kFinished) return texts;
    }
  }
  std::string types_;
};

TEST_F(MariaDbSource, ReadsNumbers) {
  database_->run(
      "CREATE TABLE t(a TINYINT NOT NULL, b TINYINT UNSIGNED, c "
      "SMALLINT, d SMALLINT UNSIGNED, e MEDIUMINT, f "
      "MEDIUMINT UNSIGNED, g INT, h INT UNSIGNED, i BIGINT, j "
      "BIGINT UNSIGNED, k FLOAT, l DOUBLE, m "
      "DECIMAL(65,30), n DECIMAL(5,0), o TINYINT(1), p BIT(1), q "
      "BIT(8), r BIT(20))");
  database_->run(
      "INSERT INTO t VALUES(-128, 255, -32768, 65535, -8388608, 16777215, "
      "-2147483648, 4294967295, "
      "-9223372036854775808, 9223372036854775807, 0.5, -1e300, "
      "-12345678901234567890123456789012345.012345678901234567890123456789, "
      "12345, 1, b'1', b'1010', b'1')");
  EXPECT_EQ(read("SELECT * FROM t"), (Texts{"Struct{a=-128,b=255,c=-32768,d=65535,e=-8388608,f=16777215,g=-"
                                            "2147483648,h=4294967295,"
                                            "i=-9223372036854775808,j=9223372036854775807,k=0.5,l=-1.0E300,"
                                            "m=-12345678901234567890123456789012345."
                                            "012345678901234567890123456789,n=12345,o=1,p=1,"
                                            "q=10,r=AAAB}"}));
  EXPECT_EQ(types_,
            "INT8 INT16? INT16? INT32? INT32? INT64? INT32? INT64? "
            "INT64? INT64? FLOAT32? FLOAT64? BYTES? "
            "BYTES? INT8? INT8? INT8? BYTES? ");
  database_->run("UPDATE t SET j = 18446744073709551615");
  EXPECT_NE(read("SELECT j FROM t")[0].find("18446744073709551615 does not fit"), std::string::npos);
  connect("transformedBitIsBoolean=true");
  EXPECT_EQ(read("SELECT o, p FROM t"), (Texts{"Struct{o=true,p=true}"}));
}

TEST_F(MariaDbSource, ReadsTextsAndBytes) {
  database_->run(
      "CREATE TABLE t(a CHAR(5), b VARCHAR(20), c LONGTEXT, d "
      "ENUM('x','ÿ'), e SET('p','q'), f JSON, g BINARY(2), "
      "h BLOB, i GEOMETRY, j VARCHAR(9) CHARACTER SET latin1)");
  database_->run(
      "INSERT INTO t VALUES('ab', 'Zoë 🌊', REPEAT('x', 70000), "
      "'ÿ', 'p,q', '{\"a\": 1}', 'a', x'00ff', "
      "ST_GeomFromText('POINT(1 2)'), 'é')");
  EXPECT_EQ(read("SELECT a, b, LENGTH(c) AS c, d, e, f, g, h, LENGTH(i) AS i, "
                 "j FROM t"),
            (Texts{"Struct{a=ab,b=Zoë 🌊,c=70000,d=ÿ,e=p,q,f={\"a\": "
                   "1},g=YQA=,h=AP8=,i=25,j=é}"}));
  EXPECT_EQ(read("SELECT c FROM t")[0].size(), 70'000 + sizeof("Struct{c=}") - 1);
  (void)read("SELECT f, h, i FROM t");
  EXPECT_EQ(types_, "STRING? BYTES? BYTES? ");
  if (!database_->is_mariadb()) return;
  EXPECT_EQ(read("SELECT CAST('123e4567-e89b-12d3-a456-426655440000' AS UUID) "
                 "u, CAST('::1' AS INET6) i"),
            (Texts{"Struct{u=123e4567-e89b-12d3-a456-426655440000,i=::1}"}));
}

TEST_F(MariaDbSource, ReadsTimes) {
  database_->run(
      "CREATE TABLE t(d DATE, t TIME(6), dt DATETIME(6), ts "
      "TIMESTAMP(3) NULL, y YEAR)");
  database_->run(
      "INSERT INTO t VALUES('2024-05-01', '23:59:59.999', "
      "'2024-05-01 10:00:00.123456', '2024-05-01 10:00:00.5', "
      "2024)");
  EXPECT_EQ(read("SELECT * FROM t"),
            (Texts{"Struct{d=Wed May 01 00:00:00 UTC 2024,t=Thu Jan 01 23:59:59 UTC 1970,"
                   "dt=2024-05-01T10:00:00.123456,ts=2024-05-01T10:00:00.500000,"
                   "y=Mon Jan 01 00:00:00 UTC 2024}"}));
  // A DATETIME shows the zone's clock, a TIMESTAMP is a point in time.
  const Zone berlin = *Zone::find("Europe/Berlin");
  EXPECT_EQ(read("SELECT dt, ts FROM t", 10, berlin),
            (Texts{"Struct{dt=2024-05-01T10:00:00.123456,ts=2024-05-01T12:00:00.500000}"}));
  connect("yearIsDateType=false");
  EXPECT_EQ(read("SELECT y FROM t"), (Texts{"Struct{y=2024}"}));
}

TEST_F(MariaDbSource, SaysWhatIsWrongWithTimes) {
  database_->run("SET sql_mode = ''");
  database_->run("CREATE TABLE t(d DATETIME, t TIME)");
  database_->run("INSERT INTO t VALUES('0000-00-00', '-01:00:00')");
  EXPECT_NE(read("SELECT d FROM t")[0].find("zeroDateTimeBehavior"), std::string::npos);
  connect();
  EXPECT_NE(read("SELECT t FROM t")[0].find("-01:00:00 is no time of day"), std::string::npos);
  connect("zeroDateTimeBehavior=CONVERT_TO_NULL");
  EXPECT_EQ(read("SELECT d FROM t"), (Texts{"Struct{}"}));
  connect("zeroDateTimeBehavior=ROUND");
  EXPECT_EQ(read("SELECT d FROM t"), (Texts{"Struct{d=0001-01-01T00:00:00.000000}"}));
}

TEST_F(MariaDbSource, ListsAndDescribesTables) {
  database_->run(
      "CREATE TABLE `we``ird.\"name\"`(id INT UNSIGNED AUTO_INCREMENT, `o'k` "
      "VARCHAR(10) NOT NULL DEFAULT 'x', g INT "
      "AS (1 + 1), ts TIMESTAMP(6) NULL, amount DECIMAL(10,2), PRIMARY "
      "KEY(`o'k`, id), KEY(id))");
  database_->run("CREATE VIEW v AS SELECT 1 AS one");
  const auto tables = connection_->tables({std::nullopt, std::nullopt, {"TABLE"}});
  ASSERT_TRUE(tables.ok());
  EXPECT_EQ(*tables, (std::vector<TableId>{{database_->name(), "", "we`ird.\"name\""}}));
  EXPECT_EQ(connection_->tables({database_->name(), std::nullopt, {"VIEW"}})->size(), 1U);
  const auto shape = connection_->describe((*tables)[0]);
  ASSERT_TRUE(shape.ok()) << shape.error().message();
  std::string text = shape->type;
  for (const Column& column : shape->columns)
    text += fmt::format(" {}:{}:{}:{}{}{}{}:{}", column.name, column.precision, column.scale,
                        column.nullable ? "n" : "", column.auto_increment ? "a" : "",
                        column.has_default ? "d" : "", column.is_unsigned ? "u" : "", column.key_position);
  EXPECT_EQ(text, "TABLE id:0:0:adu:2 o'k:10:0:d:1 g:0:0:nd:0 ts:0:6:n:0 amount:10:2:n:0");
  EXPECT_FALSE(connection_->describe({"", "", "none"})->exists());
  EXPECT_EQ(read("SELECT * FROM " + mysql_dialect().quote((*tables)[0])), Texts{});
}

TEST_F(MariaDbSource, StreamsInConstantMemory) {
  if (!database_->is_mariadb()) GTEST_SKIP() << "needs MariaDB's sequence engine";
  database_->run(
      "CREATE TABLE t AS SELECT seq AS id, REPEAT('x', 100) AS text "
      "FROM seq_1_to_1000000");
  const auto resident = [] {
    long pages = 0;
    long skipped = 0;
    FILE* file = std::fopen("/proc/self/statm", "r");
    EXPECT_EQ(std::fscanf(file, "%ld %ld", &skipped, &pages), 2);
    std::fclose(file);
    return pages * 4096;
  };
  auto cursor = connection_->query({"SELECT * FROM t", {}, "table t"}, {}, 1000);
  ASSERT_TRUE(cursor.ok());
  ASSERT_TRUE((*cursor)->plan(*make_row_plan((*cursor)->columns(), "t", "table t", {}, {})).ok());
  sdk::Arena arena;
  std::vector<Row> rows;
  long before = 0;
  size_t read = 0;
  for (ReadOutcome outcome = ReadOutcome::kMore; outcome == ReadOutcome::kMore;) {
    rows.clear();
    arena.reset();
    const auto result = (*cursor)->read(1000, false, arena, rows);
    ASSERT_TRUE(result.ok());
    outcome = *result;
    read += rows.size();
    if (read == 10'000) before = resident();
  }
  EXPECT_EQ(read, 1'000'000U);
  EXPECT_LT(resident() - before, 4 << 20);
  cursor->reset();
  EXPECT_TRUE(connection_->now().ok());
}

TEST_F(MariaDbSource, StopEndsALongQueryOnTheServerToo) {
  std::thread stopper([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop_.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = connection_->execute("SELECT SLEEP(30)", {}, "sleep");
  const auto took = std::chrono::steady_clock::now() - begin;
  stopper.join();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind(), ErrorKind::kClosed);
  EXPECT_LT(took, std::chrono::milliseconds(800));
  EXPECT_FALSE(connection_->usable());
  Texts running;
  for (int attempt = 0; attempt < 100; ++attempt) {
    running = database_->query(
        "SELECT info FROM information_schema.processlist "
        "WHERE info LIKE 'SELECT SLEEP%'");
    if (running.empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(running, Texts{});
}

TEST_F(MariaDbSource, ALeftResultEndsTheSession) {
  if (!database_->is_mariadb()) GTEST_SKIP() << "needs MariaDB's sequence engine";
  {
    auto cursor = connection_->query({"SELECT seq FROM seq_1_to_100000000", {}, "much"}, {}, 10);
    ASSERT_TRUE(cursor.ok());
  }
  EXPECT_FALSE(connection_->usable());
  connection_->rollback();
  EXPECT_EQ(connection_->now().error().kind(), ErrorKind::kRetry);
}

TEST_F(MariaDbSource, AKilledSessionIsWorthAnotherTry) {
  database_->kill_others();
  const auto now = connection_->now();
  ASSERT_FALSE(now.ok());
  EXPECT_EQ(now.error().kind(), ErrorKind::kRetry) << now.error().message();
  EXPECT_FALSE(connection_->usable());
}

TEST_F(MariaDbSource, ErrorsSayWhatToDo) {
  EXPECT_NE(read("SELECT * FROM none")[0].find("error 1146, SQLSTATE 42S02); is the table there"),
            std::string::npos);
  auto options = database_->options();
  options.password = "wrong";
  const auto refused = mariadb_driver().connect(options, stop_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kFailed);
  EXPECT_EQ(refused.error().message().find("wrong"), std::string::npos);
  options.url = "jdbc:mariadb://127.0.0.1:1/x?connectTimeout=500";
  EXPECT_EQ(mariadb_driver().connect(options, stop_).error().kind(), ErrorKind::kRetry);
}

TEST_F(MariaDbSource, UsersWithoutRightsAreNotToldWhichTransactionsRun) {
  const std::string user = database_->name() + "_reader";
  database_->run("CREATE USER " + user + " IDENTIFIED BY 'pw'");
  database_->run("GRANT SELECT ON " + database_->name() + ".* TO " + user);
  ConnectionOptions options = database_->options();
  options.user = user;
  options.password = "pw";
  const auto connection = mariadb_driver().connect(options, stop_);
  ASSERT_TRUE(connection.ok()) << connection.error().message();
  for (int i = 0; i < 2; ++i) {
    const auto running = (*connection)->running_transactions();
    ASSERT_TRUE(running.ok()) << running.error().message();
    EXPECT_FALSE(running->has_value());
  }
  database_->run("DROP USER " + user);
}

TEST_F(MariaDbSource, TakesNewRowsByTimeAndId) {
  database_->run(
      "CREATE TABLE orders(id INT PRIMARY KEY AUTO_INCREMENT, "
      "changed TIMESTAMP(6) NOT NULL, item TEXT)");
  database_->run(
      "INSERT INTO orders VALUES(1, '2024-01-01 00:00:00.000001', 'a'), "
      "(2, '2024-01-01 00:00:00.000002', 'b')");
  sdk::Properties properties = database_->connection();
  properties["poll.interval.ms"] = "20";
  properties["mode"] = "timestamp+incrementing";
  properties["timestamp.column.name"] = "changed";
  properties["incrementing.column.name"] = "id";
  properties["db.timezone"] = "Europe/Berlin";
  properties["tables"] = fmt::format("\"{}\".\"orders\"", database_->name());
  sdk::testkit::OffsetMemory offsets;
  auto run = sql_run(properties, offsets);
  EXPECT_EQ(message_of(run->start()), "");
  EXPECT_EQ(message_of(run->poll_until(2)), "");
  EXPECT_EQ(values_of(*run).size(), 2U);
  database_->run("INSERT INTO orders VALUES(3, '2024-01-01 00:00:00.000002', 'c')");
  EXPECT_EQ(message_of(run->poll_until(3)), "");
  EXPECT_EQ(values_of(*run).size(), 3U);
}

}  // namespace
}  // namespace sluice::connectors::sql
