// The SQL source on SQLite: modes, types, bad inputs.

#include <fmt/core.h>

#include <future>
#include <thread>

#include "connectors/sql/source/connector.h"
#include "connectors/sql/sql_fixture.h"

namespace sluice::connectors::sql {
namespace {

using Texts = std::vector<std::string>;

class SqliteSource : public testing::Test, public SourceRuns {
 protected:
  sdk::Properties defaults() const override {
    return {{"connection.url", file_.url()}, {"tables", "\"t\""}, {"topic.prefix", "db-"}};
  }
  Status start_error(const sdk::Properties& properties) { return make(properties)->start(); }
  Texts read(const sdk::Properties& properties, size_t count) {
    auto run = start(properties);
    const Status polled = run->poll_until(count);
    EXPECT_TRUE(polled.ok()) << message_of(polled);
    return values_of(*run);
  }

  SqliteFile file_;
};

TEST_F(SqliteSource, IncrementingReadsNewRowsOnlyAndOffsetsAreJavas) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO t VALUES (1,'a'),(5,'b')");
  auto run = start(by_id_);
  ASSERT_TRUE(run->poll_until(2).ok());
  file_.run("INSERT INTO t VALUES (3,'below'),(6,'c')");
  ASSERT_TRUE(run->poll_until(3).ok());
  EXPECT_EQ(values_of(*run), (Texts{"Struct{id=1,name=a}", "Struct{id=5,name=b}", "Struct{id=6,name=c}"}));
  EXPECT_EQ(run->records()[0].topic, "db-t");
  EXPECT_EQ(run->records()[0].partition, R"({"protocol":"1","table":"t"})");
  EXPECT_EQ(run->records()[1].offset, R"({"incrementing":5})");
}

TEST_F(SqliteSource, TakesOffsetsOfTheOldProtocol) {
  file_.run("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1),(2),(3)");
  sdk::Arena arena;
  offsets_.store(old_table_partition(arena, {"", "", "t"}), make_offset(arena, {{}, 2}));
  EXPECT_EQ(read(by_id_, 1), (Texts{"Struct{id=3}"}));
}

TEST_F(SqliteSource, FindsTheAutoIncrementColumn) {
  file_.run(
      "CREATE TABLE t(name TEXT, key INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t(name) VALUES ('x')");
  EXPECT_EQ(read({{"mode", "incrementing"}}, 1), (Texts{"Struct{name=x,key=1}"}));
  file_.run("DROP TABLE t; CREATE TABLE t(id INT NOT NULL)");
  EXPECT_NE(message_of(start_error({{"mode", "incrementing"}})).find("set incrementing.column.name"),
            std::string::npos);
}

TEST_F(SqliteSource, TimestampMovesTheOffsetWithTheLastRowOfATime) {
  file_.run(
      "CREATE TABLE t(n INT, at TIMESTAMP NOT NULL);"
      "INSERT INTO t VALUES (1,1000),(2,2000),(3,2000),(4,2000),(5,3000)");
  sdk::Properties properties = by_time_;
  properties["batch.max.rows"] = "2";
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(5).ok());
  Texts offsets;
  for (const auto& record : run->records()) offsets.push_back(record.offset);
  EXPECT_EQ(offsets,
            (Texts{R"({"timestamp":1000,"timestamp_nanos":0})", R"({"timestamp":1000,"timestamp_nanos":0})",
                   R"({"timestamp":1000,"timestamp_nanos":0})", R"({"timestamp":2000,"timestamp_nanos":0})",
                   R"({"timestamp":3000,"timestamp_nanos":0})"}));
  EXPECT_EQ(run->records()[3].batch, run->records()[1].batch) << "a batch ends with a whole group";
  EXPECT_NE(run->records()[4].batch, run->records()[1].batch);
}

TEST_F(SqliteSource, TimestampIncrementingTellsRowsOfOneTimeApart) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL); INSERT INTO t VALUES "
      "(1,5000),(2,5000)");
  auto run = start(by_both_);
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(run->records()[0].offset, R"({"incrementing":1,"timestamp":5000,"timestamp_nanos":0})");
  file_.run("INSERT INTO t VALUES (3,5000); UPDATE t SET at=6000 WHERE id=1; INSERT INTO t VALUES (4,4000)");
  ASSERT_TRUE(run->poll_until(4).ok());
  EXPECT_EQ(values_of(*run)[2].substr(0, 11), "Struct{id=3");
  EXPECT_EQ(values_of(*run)[3].substr(0, 11), "Struct{id=1") << "an update is seen, an earlier time is not";
}

TEST_F(SqliteSource, TimesWrittenAsTextAreComparedAsTheyAreWritten) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
      "INSERT INTO t VALUES (1,'2024-01-01 10:00:00'),(2,'2024-01-01 10:00:01')");
  auto run = start(by_both_);
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(run->records()[1].offset, R"({"incrementing":2,"timestamp":1704103201000,"timestamp_nanos":0})");
  file_.run("INSERT INTO t VALUES (3,'2024-01-01 10:00:01'),(4,'2024-01-01 10:00:02')");
  ASSERT_TRUE(run->poll_until(4).ok());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(run->records().size(), 4U) << "nothing comes again and again";
}

TEST_F(SqliteSource, TimesOfTheZoneOfTheDatabase) {
  file_.run(
      "CREATE TABLE t(at TIMESTAMP NOT NULL); INSERT INTO t VALUES ('2024-07-01 12:00:00'),('2024-10-27 "
      "02:30:00')");
  sdk::Properties properties = by_time_;
  properties["db.timezone"] = "Europe/Berlin";
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(run->records()[0].offset, R"({"timestamp":1719828000000,"timestamp_nanos":0})");
  EXPECT_EQ(run->records()[1].offset, R"({"timestamp":1729992600000,"timestamp_nanos":0})")
      << "twice: standard time";
}

TEST_F(SqliteSource, SeveralTimestampColumnsAndTheInitialTime) {
  file_.run(
      "CREATE TABLE t(id INT, changed TIMESTAMP, at TIMESTAMP NOT NULL);"
      "INSERT INTO t VALUES (1,NULL,1000),(2,9000,2000),(3,NULL,3000)");
  sdk::Properties properties{
      {"mode", "timestamp"}, {"timestamp.column.name", "changed,at"}, {"timestamp.initial", "2500"}};
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values_of(*run)[0].substr(0, 11), "Struct{id=3");
  EXPECT_EQ(values_of(*run)[1].substr(0, 11), "Struct{id=2");
}

TEST_F(SqliteSource, TheDelayHoldsYoungRowsBack) {
  file_.run(
      "CREATE TABLE t(n INT, at TIMESTAMP NOT NULL);"
      "INSERT INTO t VALUES (1,1000),(2,strftime('%s','now')*1000)");
  sdk::Properties properties = by_time_;
  properties["timestamp.delay.interval.ms"] = "60000";
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(1).ok());
  ASSERT_TRUE(run->poll().ok());
  EXPECT_EQ(run->records().size(), 1U);
}

TEST_F(SqliteSource, BulkReadsEverythingEachTime) {
  file_.run("CREATE TABLE t(n INT); INSERT INTO t VALUES (1),(2)");
  auto run = start({{"mode", "bulk"}});
  ASSERT_TRUE(run->poll_until(4).ok());
  EXPECT_EQ(values_of(*run)[2], "Struct{n=1}");
  EXPECT_EQ(run->records()[0].offset, "null");
  EXPECT_EQ(run->records()[0].partition, R"({"table":"t"})");
}

TEST_F(SqliteSource, AQueryIsReadWithItsConditionAppended) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, n INT); CREATE TABLE u(id INT, label TEXT);"
      "INSERT INTO t VALUES (1,10),(2,20); INSERT INTO u VALUES (1,'one'),(2,'two')");
  auto run =
      start({{"mode", "incrementing"},
             {"incrementing.column.name", "key"},
             {"query", "SELECT * FROM (SELECT t.id AS key, label, n*2 AS d FROM t JOIN u ON t.id=u.id) ;"},
             {"query.suffix", "LIMIT 1"}});
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values_of(*run), (Texts{"Struct{key=1,label=one,d=20}", "Struct{key=2,label=two,d=40}"}));
  EXPECT_EQ(run->records()[0].topic, "db-");
  EXPECT_EQ(run->records()[0].partition, R"({"query":"query"})");
}

TEST_F(SqliteSource, EveryTypeBecomesWhatItsDeclarationSays) {
  file_.run(
      "CREATE TABLE t(b BOOLEAN, i8 TINYINT, i16 SMALLINT, i32 INTEGER, i64 BIGINT, r REAL, d DOUBLE,"
      " dec DECIMAL(10,2), num NUMERIC(9,0), free NUMERIC, s VARCHAR(20), x BLOB, day DATE, at DATETIME, "
      "any);"
      "INSERT INTO t VALUES (1,-7,300,70000,5000000000,1.5,2.5,12.5,42,0.25,'text',x'00ff','2024-02-29',"
      "'2024-02-29 10:11:12.345','free text')");
  EXPECT_EQ(
      read({{"mode", "bulk"}}, 1)[0],
      "Struct{b=true,i8=-7,i16=300,i32=70000,i64=5000000000,r=1.5,d=2.5,dec=12.50,num=42,free=0.25,s=text,"
      "x=AP8=,day=Thu Feb 29 00:00:00 UTC 2024,at=Thu Feb 29 10:11:12 UTC 2024,any=free text}");
  const auto best_fit = read({{"mode", "bulk"}, {"numeric.mapping", "best_fit"}}, 1)[0];
  EXPECT_NE(best_fit.find("dec=12.50,num=42"), std::string::npos) << best_fit;
}

TEST_F(SqliteSource, TimestampsOfEveryGranularity) {
  file_.run("CREATE TABLE t(at TIMESTAMP); INSERT INTO t VALUES ('2024-02-29 10:11:12.345678')");
  const auto as = [&](const char* granularity) {
    return read({{"mode", "bulk"}, {"timestamp.granularity", granularity}, {"db.timezone", "+02:00"}}, 1)[0];
  };
  EXPECT_EQ(as("micros_long"), "Struct{at=1709194272345678}");
  EXPECT_EQ(as("micros_string"), "Struct{at=1709194272345678}");
  EXPECT_EQ(as("micros_iso_datetime_string"), "Struct{at=2024-02-29T10:11:12.345678}");
  EXPECT_EQ(as("nanos_long"), "Struct{at=1709194272345678000}");
  EXPECT_EQ(as("nanos_iso_datetime_string"), "Struct{at=2024-02-29T10:11:12.345678000}");
}

TEST_F(SqliteSource, AnIntegerColumnBecomesWideWhereAValueNeedsIt) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, ms INTEGER);"
      "INSERT INTO t VALUES (1,7),(2,1700000000000),(3,8)");
  EXPECT_EQ(read(by_id_, 3),
            (Texts{"Struct{id=1,ms=7}", "Struct{id=2,ms=1700000000000}", "Struct{id=3,ms=8}"}));
}

TEST_F(SqliteSource, AnUndeclaredColumnTakesTheTypeOfItsValues) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES (1,NULL),(2,7),(3,5000000000),(4,'text'),(5,8)");
  EXPECT_EQ(read(by_id_, 5), (Texts{"Struct{id=1}", "Struct{id=2,v=7}", "Struct{id=3,v=5000000000}",
                                    "Struct{id=4,v=text}", "Struct{id=5,v=8}"}));
}

TEST_F(SqliteSource, ManyTablesTakeTurns) {
  file_.run(
      "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE \"b,\"\"c\"(id INTEGER PRIMARY KEY);"
      "INSERT INTO a VALUES (1),(2); INSERT INTO \"b,\"\"c\" VALUES (1)");
  sdk::Properties properties = by_id_;
  properties["tables"] = "\"a\",\"b,\"\"c\"";
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(3).ok());
  EXPECT_EQ(run->records()[2].topic, "db-b,\"c");
}

TEST_F(SqliteSource, ANewColumnAppearsInTheNextRecords) {
  file_.run("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
  auto run = start(by_id_);
  ASSERT_TRUE(run->poll_until(1).ok());
  file_.run("ALTER TABLE t ADD COLUMN note TEXT; INSERT INTO t VALUES (2,'x')");
  ASSERT_TRUE(run->poll_until(2).ok());
  EXPECT_EQ(values_of(*run)[1], "Struct{id=2,note=x}");
}

TEST_F(SqliteSource, RefusesNullableColumnsUnlessToldOtherwise) {
  file_.run("CREATE TABLE t(id INT, at TIMESTAMP)");
  EXPECT_NE(
      message_of(start_error(by_id_)).find("incrementing column id on t because this column is nullable"),
      std::string::npos);
  EXPECT_NE(message_of(start_error(by_time_)).find("all of these columns nullable"), std::string::npos);
  sdk::Properties relaxed = by_id_;
  relaxed["validate.non.null"] = "false";
  EXPECT_TRUE(start_error(relaxed).ok());
}

TEST_F(SqliteSource, AMissingTableOrColumnIsNamed) {
  EXPECT_NE(message_of(start_error(by_id_)).find("There is no table 't'"), std::string::npos);
  file_.run("CREATE TABLE t(other INTEGER PRIMARY KEY)");
  const std::string message = message_of(start_error(by_id_));
  EXPECT_NE(message.find("no column 'id' in table t (its columns: other)"), std::string::npos) << message;
}

TEST_F(SqliteSource, ADroppedColumnFailsTheTaskAndIsNamed) {
  file_.run("CREATE TABLE t(id INTEGER NOT NULL, n INT); INSERT INTO t VALUES (1,1)");
  auto run = start(by_id_);
  ASSERT_TRUE(run->poll_until(1).ok());
  file_.run("ALTER TABLE t RENAME COLUMN id TO key");
  const std::string column = message_of(poll_to_error(*run));
  EXPECT_NE(column.find("table t"), std::string::npos) << column;
  EXPECT_NE(column.find("no such column"), std::string::npos) << column;
}

TEST_F(SqliteSource, ADroppedTableIsWaitedFor) {
  file_.run("CREATE TABLE t(id INTEGER NOT NULL); INSERT INTO t VALUES (1)");
  auto run = start(by_id_);
  ASSERT_TRUE(run->poll_until(1).ok());
  file_.run("DROP TABLE t");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(run->poll().ok());
  file_.run("CREATE TABLE t(id INTEGER NOT NULL); INSERT INTO t VALUES (1), (2)");
  ASSERT_TRUE(run->poll_until(2).ok());
}

TEST_F(SqliteSource, BigTablesAreSplitByTheirKeys) {
  file_.run(
      "CREATE TABLE big(id INTEGER PRIMARY KEY); CREATE TABLE odd(name TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1000) INSERT INTO big SELECT i "
      "FROM n");
  SqlSourceConnector connector(Flavour::kConfluent);
  sdk::testkit::FakeConnectorContext context;
  ASSERT_TRUE(connector
                  .start({{"connection.url", file_.url()},
                          {"mode", "bulk"},
                          {"tasks.max", "3"},
                          {"sluice.sql.split.rows", "300"}},
                         context)
                  .ok());
  const auto configs = *connector.task_configs(3);
  ASSERT_EQ(configs.size(), 3U);
  EXPECT_EQ(configs[0].at("tables") + " " + configs[0].at("tables.ranges"), R"("big","big" :335,335:669)");
  EXPECT_EQ(configs[1].at("tables") + " " + configs[1].at("tables.ranges"), R"("big" 669:)");
  EXPECT_EQ(configs[2].at("tables"), R"("odd")");
  ASSERT_TRUE(connector.stop().ok());
}

TEST_F(SqliteSource, ABadIdIsAnError) {
  file_.run("CREATE TABLE t(id NOT NULL); INSERT INTO t VALUES ('x')");
  auto text = start(by_id_);
  EXPECT_NE(message_of(poll_to_error(*text))
                .find("Invalid type for incrementing column: STRING (column 'id' of table t)"),
            std::string::npos);
  file_.run("DROP TABLE t; CREATE TABLE t(id DECIMAL(5,2) NOT NULL); INSERT INTO t VALUES (1.5)");
  auto scaled = start(by_id_);
  EXPECT_NE(
      message_of(poll_to_error(*scaled)).find("Scale of Decimal value for incrementing column must be 0"),
      std::string::npos);
}

TEST_F(SqliteSource, AValueThatBreaksItsDeclarationIsNamed) {
  file_.run("CREATE TABLE t(id INTEGER PRIMARY KEY, n INT NOT NULL); INSERT INTO t VALUES (1,'many')");
  auto run = start(by_id_);
  const Status error = poll_to_error(*run);
  EXPECT_NE(message_of(error).find(
                "Column 'n' (INT) of table t: a row holds a text where a whole number was declared"),
            std::string::npos)
      << message_of(error);
  file_.run(
      "DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, at TIMESTAMP); INSERT INTO t VALUES "
      "(1,'yesterday')");
  EXPECT_NE(message_of(poll_to_error(*start(by_id_))).find("'yesterday' is no time"), std::string::npos);
}

TEST_F(SqliteSource, BinaryInATextColumnBecomesReplacementCharacters) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, s TEXT); INSERT INTO t VALUES (1, CAST(x'61ff62' AS TEXT))");
  EXPECT_EQ(read(by_id_, 1)[0],
            "Struct{id=1,s=a\xEF\xBF\xBD"
            "b}");
}

TEST_F(SqliteSource, ALockedDatabaseIsWaitedForAndNothingIsLost) {
  file_.run("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
  auto run = start(by_id_);
  ASSERT_TRUE(run->poll_until(1).ok());
  file_.run("INSERT INTO t VALUES (2); BEGIN EXCLUSIVE; INSERT INTO t VALUES (3)");
  auto polled = std::async(std::launch::async, [&] { return run->poll_until(3); });
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  file_.run("COMMIT");
  EXPECT_TRUE(polled.get().ok());
  EXPECT_EQ(run->records().size(), 3U);
}

TEST_F(SqliteSource, ALockThatLastsIsTriedAsOftenAsAllowed) {
  file_.run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
  sdk::Properties properties = by_id_;
  properties["query.retry.attempts"] = "0";
  auto run = start(properties);
  file_.run("BEGIN EXCLUSIVE");
  const Status error = poll_to_error(*run);
  EXPECT_NE(message_of(error).find("another program holds the database"), std::string::npos)
      << message_of(error);
  EXPECT_NE(message_of(error).find("query.retry.attempts"), std::string::npos);
}

TEST_F(SqliteSource, StopEndsTheWaitForALock) {
  file_.run("CREATE TABLE t(id INTEGER PRIMARY KEY)");
  auto run = start(by_id_);
  file_.run("BEGIN EXCLUSIVE");
  auto polled = std::async(std::launch::async, [&] { return run->poll(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  run->context().request_stop();
  EXPECT_EQ(polled.wait_for(std::chrono::milliseconds(500)), std::future_status::ready);
}

TEST_F(SqliteSource, StopEndsALongQuery) {
  auto run = start(
      {{"mode", "bulk"},
       {"query", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n"}});
  auto polled = std::async(std::launch::async, [&] { return run->poll(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  run->context().request_stop();
  EXPECT_EQ(polled.wait_for(std::chrono::milliseconds(500)), std::future_status::ready);
  EXPECT_TRUE(polled.get().ok());
}

TEST_F(SqliteSource, ADamagedOrMissingFileIsNamed) {
  sdk::testkit::TemporaryFolder folder;
  const std::string path = folder.path("bad.db");
  sdk::Properties properties = by_id_;
  properties["connection.url"] = "jdbc:sqlite:" + path;
  EXPECT_NE(message_of(start_error(properties)).find("no database file '" + path + "'"), std::string::npos);
  sdk::testkit::append_to(path, std::string(5000, 'x'));
  EXPECT_NE(message_of(start_error(properties)).find("damaged or no SQLite database"), std::string::npos);
}

TEST_F(SqliteSource, ATruncatedFileIsAClearError) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, s TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
      "FROM n"
      " WHERE i<2000) INSERT INTO t SELECT i, hex(randomblob(100)) FROM n");
  std::filesystem::resize_file(file_.path(), 40'000);
  auto run = make(by_id_);
  const Status started = run->start();
  const std::string message = started.ok() ? message_of(poll_to_error(*run)) : message_of(started);
  EXPECT_NE(message.find("damaged or no SQLite database"), std::string::npos) << message;
}

TEST_F(SqliteSource, ALargeResultIsReadInBatchesWithoutAskingAgain) {
  file_.run(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, s TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
      "FROM n"
      " WHERE i<10000) INSERT INTO t SELECT i, 'row '||i FROM n");
  sdk::Properties properties = by_id_;
  properties["batch.max.rows"] = "999";
  properties["poll.interval.ms"] = "3600000";
  auto run = start(properties);
  ASSERT_TRUE(run->poll_until(10'000).ok());
  EXPECT_EQ(run->records().back().batch, 10U);
  EXPECT_EQ(run->records()[9999].value, "Struct{id=10000,s=row 10000}");
}

}  // namespace
}  // namespace sluice::connectors::sql
