// The SQL sink on PostgreSQL; needs SLUICE_TEST_POSTGRES (tests/system/test_sql_units.py gives it).

#include <fmt/core.h>

#include "connectors/sql/postgres/fixture.h"
#include "connectors/sql/sink/sink_fixture.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Properties;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;
using Texts = std::vector<std::string>;

class PostgresSink : public testing::Test {
 protected:
  void SetUp() override {
    if (postgres_conninfo() == nullptr) GTEST_SKIP() << "SLUICE_TEST_POSTGRES is not set";
    schema_ = std::make_unique<PostgresSchema>();
  }
  Properties with(Properties more) {
    more.merge(schema_->connection());
    more.emplace("connection.currentSchema", schema_->name());
    return more;
  }
  std::unique_ptr<SinkTest> sink(Properties more, SinkFlavour flavour = SinkFlavour::kConfluent) {
    return std::make_unique<SinkTest>(flavour, with(std::move(more)));
  }
  Texts rows(const std::string& sql = "SELECT * FROM orders ORDER BY 1") { return schema_->query(sql); }

  std::unique_ptr<PostgresSchema> schema_;
};

TestFields every_kind(int id) {
  const auto decimal_schema = SchemaBuilder::decimal(2).optional().build_or_die();
  const auto date = SchemaBuilder::date().optional().build_or_die();
  const auto time = SchemaBuilder::time().optional().build_or_die();
  const auto timestamp = SchemaBuilder::timestamp().optional().build_or_die();
  static const Value items[] = {Value::string("a\"b"), Value::null(), Value::string("c,{}\\")};
  static const auto array = SchemaBuilder::array(Schema::optional_string()).build_or_die();
  return {int32_field("id", id),
          {"i8", Schema::int8(), Value::int8(-8)},
          {"i64", Schema::int64(), Value::int64(INT64_MIN)},
          {"f32", Schema::float32(), Value::float32(0.1F)},
          {"f64", Schema::float64(), Value::float64(-1e300)},
          {"yes", Schema::boolean(), Value::boolean(true)},
          {"raw", Schema::bytes(), Value::bytes(BytesView("\0\xff\n\\", 4))},
          {"amount", decimal_schema, test_decimal(-123'456'789, 2)},
          {"day", date, Value::date(-719'162)},
          {"clock", time, Value::time(86'399'999)},
          {"at", timestamp, Value::timestamp(1'700'000'000'123)},
          {"tags", array, Value::array(items)},
          text_field("text", "tab\t newline\n quote' \\ Zoë 🌊")};
}

const char* const kEveryKind =
    "1|-8|-9223372036854775808|0.1|-1e+300|t|\\x00ff0a5c|-1234567.89|0001-01-01|23:59:59.999|"
    "2023-11-14 22:13:20.123|{\"a\\\"b\",NULL,\"c,{}\\\\\"}|tab\t newline\n quote' \\ Zoë 🌊";

TEST_F(PostgresSink, MakesTablesForEveryKind) {
  auto test = sink({{"auto.create", "true"}, {"date.calendar.system", "PROLEPTIC_GREGORIAN"}});
  test->add_value(every_kind(1));
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{kEveryKind}));
  EXPECT_EQ(rows("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = "
                 "'orders'::regclass AND attnum > 0 ORDER BY attnum"),
            (Texts{"integer", "smallint", "bigint", "real", "double precision", "boolean", "bytea", "numeric",
                   "date", "time without time zone", "timestamp without time zone", "text[]", "text"}));
}

TEST_F(PostgresSink, UpsertsEveryKind) {
  auto test = sink({{"auto.create", "true"},
                    {"insert.mode", "upsert"},
                    {"pk.mode", "record_value"},
                    {"pk.fields", "id"},
                    {"date.calendar.system", "PROLEPTIC_GREGORIAN"}});
  test->add_value(every_kind(1)).add_value(every_kind(1));
  EXPECT_EQ(test->deliver(), "");
  test->add_value(every_kind(1));
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{kEveryKind}));
}

TEST_F(PostgresSink, CellsBecomeWhatColumnsAre) {
  schema_->run(
      "CREATE TYPE mood AS ENUM ('glad', 'sad');"
      "CREATE TABLE orders(id text, i8 numeric, i64 double precision, f32 numeric, f64 text, yes int, raw "
      "text,"
      " amount double precision, day timestamptz, clock text, at date, tags text, text varchar(60))");
  auto test = sink({{"date.calendar.system", "PROLEPTIC_GREGORIAN"}});
  TestFields fields = every_kind(1);
  test->add_value(fields);
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|-8|-9.223372036854776e+18|0.1|-1e+300|1|\\x00ff0a5c|-1234567.89|0001-01-01 "
                           "00:00:00+00|23:59:59.999000|"
                           "2023-11-14|{\"a\\\"b\",NULL,\"c,{}\\\\\"}|tab\t newline\n quote' \\ Zoë 🌊"}));
}

TEST_F(PostgresSink, TextsBecomeWhatColumnsAre) {
  schema_->run(
      "CREATE TYPE mood AS ENUM ('glad', 'sad');"
      "CREATE TABLE orders(j json, b jsonb, u uuid, m mood, x xml, n numeric(10,2), i inet, a int[], t "
      "timestamptz, c char(3), bits bit(4))");
  const auto fields = [] {
    return TestFields{text_field("j", R"({"a": [1, null]})"),
                      text_field("b", R"({"b":"x"})"),
                      text_field("u", "00112233-4455-6677-8899-AABBCCDDEEFF"),
                      text_field("m", "sad"),
                      text_field("x", "<a/>"),
                      text_field("n", "12.345"),
                      text_field("i", "10.0.0.1"),
                      text_field("a", "{1,2}"),
                      text_field("t", "2024-05-01 12:00:00+02"),
                      text_field("c", "ab"),
                      text_field("bits", "1010")};
  };
  auto test = sink({});
  test->add_value(fields());
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(
      rows("SELECT * FROM orders"),
      (Texts{
          R"({"a": [1, null]}|{"b": "x"}|00112233-4455-6677-8899-aabbccddeeff|sad|<a/>|12.35|10.0.0.1|{1,2}|)"
          R"(2024-05-01 10:00:00+00|ab |1010)"}));
}

TEST_F(PostgresSink, TimesAreWrittenOnTheZonesClock) {
  schema_->run("CREATE TABLE orders(id int, bare timestamp, zoned timestamptz, day date)");
  auto test = sink({{"db.timezone", "America/New_York"}});
  const auto timestamp = SchemaBuilder::timestamp().build_or_die();
  const auto date = SchemaBuilder::date().build_or_die();
  // Before, in and after the hour that comes twice on 2024-11-03.
  int id = 0;
  for (const int64_t ms : {1'730'611'800'000, 1'730'615'400'000, 1'730'619'000'000}) {
    test->add_value({int32_field("id", ++id),
                     {"bare", timestamp, Value::timestamp(ms)},
                     {"zoned", timestamp, Value::timestamp(ms)},
                     {"day", date, Value::date(20'030)}});
  }
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT * FROM orders"), (Texts{"1|2024-11-03 01:30:00|2024-11-03 05:30:00+00|2024-11-03",
                                                 "2|2024-11-03 01:30:00|2024-11-03 06:30:00+00|2024-11-03",
                                                 "3|2024-11-03 02:30:00|2024-11-03 07:30:00+00|2024-11-03"}));
}

TEST_F(PostgresSink, ListedFieldsAreTimestamps) {
  schema_->run("CREATE TABLE orders(id int, a timestamp, b timestamp)");
  auto test = sink({{"timestamp.fields.list", "a,b"}});
  test->add_value({int32_field("id", 1),
                   {"a", Schema::int64(), Value::int64(1'700'000'000'123'456)},
                   text_field("b", "1700000000000001")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|2023-11-14 22:13:20.123456|2023-11-14 22:13:20.000001"}));
}

TEST_F(PostgresSink, FindsBadRowsOfEveryKindAndWritesTheOthers) {
  schema_->run(
      "CREATE TABLE parents(id int PRIMARY KEY); INSERT INTO parents VALUES (1), (2);"
      "CREATE TABLE orders(id int PRIMARY KEY, parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED,"
      " name varchar(5) NOT NULL, small smallint)");
  auto test = sink({{"batch.size", "10"}});
  test->run().context().tolerate_errors(true);
  const auto row = [](int id, int parent, std::optional<std::string_view> name, int small) {
    return TestFields{int32_field("id", id),
                      int32_field("parent", parent),
                      {"name", Schema::optional_string(), name ? Value::string(*name) : Value()},
                      int32_field("small", small)};
  };
  for (int id = 0; id < 60; ++id) test->add_value(row(id, 1 + id % 2, "ok", id));
  test->add_value(row(60, 9, "ok", 0));          // no such parent, told at the commit
  test->add_value(row(61, 1, "too long", 0));    // told by the server
  test->add_value(row(62, 1, std::nullopt, 0));  // null
  test->add_value(row(63, 1, "ok", 99'999));     // told before it is sent
  test->add_value(row(5, 1, "ok", 0));           // a second row of that key
  test->add_value(row(64, 1, std::string_view("a\0b", 3), 0));
  test->add_value(row(65, 2, "ok", 65));
  EXPECT_EQ(test->deliver_all(), "");
  EXPECT_EQ(rows("SELECT count(*), max(id) FROM orders"), (Texts{"61|65"}));
  std::string offsets;
  for (const auto& report : test->run().context().reports()) offsets += fmt::format("{} ", report.offset);
  EXPECT_EQ(offsets, "60 61 62 63 64 65 ");
  EXPECT_NE(test->run().context().reports()[3].error.message().find("Column 'small' cannot hold '99999'"),
            std::string::npos);
}

TEST_F(PostgresSink, DeletesAndUpdatesManyAtOnce) {
  schema_->run(
      "CREATE TABLE orders(a int, b text, n int, kept text DEFAULT 'k', PRIMARY KEY(a, b));"
      "INSERT INTO orders SELECT i, 'b' || i, i FROM generate_series(1, 500) i");
  auto test = sink({{"insert.mode", "update"},
                    {"pk.mode", "record_key"},
                    {"delete.enabled", "true"},
                    {"batch.size", "64"}});
  for (int i = 1; i <= 600; ++i) {
    const std::string b = fmt::format("b{}", i);
    const TestFields key{int32_field("a", i), text_field("b", b)};
    if (i % 2 == 0) {
      test->add_tombstone(key);
    } else {
      test->add_keyed(key, {int32_field("n", -i)});
    }
  }
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT count(*), sum(n), min(kept) FROM orders"), (Texts{"250|-62500|k"}));
}

TEST_F(PostgresSink, WaitsForLocksUntilItIsToldToStop) {
  schema_->run("CREATE TABLE orders(id int)");
  auto test = sink({});
  schema_->run("BEGIN; LOCK TABLE orders");
  test->add_value({int32_field("id", 1)});
  test->run().context().request_stop();
  EXPECT_NE(test->deliver(), "");
  schema_->run("ROLLBACK");
  EXPECT_EQ(rows("SELECT count(*) FROM orders"), (Texts{"0"}));
}

TEST_F(PostgresSink, GivesUpAStatementThatTakesTooLongAndTriesAgain) {
  schema_->run("CREATE TABLE orders(id int)");
  auto test = sink({{"sluice.sql.statement.timeout.ms", "100"}, {"max.retries", "1"}});
  schema_->run("BEGIN; LOCK TABLE orders");
  test->add_value({int32_field("id", 1)});
  EXPECT_EQ(test->deliver(), "");
  const std::string error = test->deliver();
  EXPECT_NE(error.find("statement timeout"), std::string::npos) << error;
  EXPECT_NE(error.find("Gave up after 1 retries in a row"), std::string::npos) << error;
  schema_->run("ROLLBACK");
}

TEST_F(PostgresSink, WritesViewsAndTablesThatShowOnlySomeRows) {
  schema_->run("CREATE TABLE base(id int, name text); CREATE VIEW orders AS SELECT id, name FROM base");
  auto refused = sink({});
  refused->add_value({int32_field("id", 1), text_field("name", "a")});
  EXPECT_NE(refused->deliver().find("'orders' is a VIEW, and table.types allows TABLE only"),
            std::string::npos);
  auto test = sink({{"table.types", "TABLE,VIEW"}});
  test->add_value({int32_field("id", 1), text_field("name", "a")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT * FROM base"), (Texts{"1|a"}));
}

TEST_F(PostgresSink, NamesFollowTheDatabasesRulesOnceUnquoted) {
  schema_->run("CREATE TABLE mytable(userid int, username text)");
  auto test = sink({{"quote.sql.identifiers", "never"}, {"table.name.format", "MyTable"}});
  test->add_value({int32_field("UserId", 1), text_field("userNAME", "a")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT * FROM mytable"), (Texts{"1|a"}));
}

TEST_F(PostgresSink, LongNamesAreCutAsTheServerCutsThem) {
  const std::string name = std::string(62, 'n') + "äb";  // the 63rd byte is the first of a character
  auto test = sink({{"auto.create", "true"}, {"table.name.format", name}});
  test->add_value({int32_field("id", 1), text_field(name, "a")});
  test->add_value({int32_field("id", 2), text_field(name, "b")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(fmt::format("SELECT count({0}) FROM {0}", std::string(62, 'n'))), (Texts{"2"}));
}

TEST_F(PostgresSink, FindsColumnsWhateverTheirCase) {
  schema_->run("CREATE TABLE orders(\"ID\" int, \"Name\" text)");
  auto test = sink({});
  test->add_value({int32_field("id", 1), text_field("NAME", "a")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|a"}));
}

TEST_F(PostgresSink, FindsOutThatATableHasChanged) {
  schema_->run("CREATE TABLE orders(id int, name text)");
  auto test = sink({{"auto.evolve", "true"}});
  test->add_value({int32_field("id", 1), text_field("name", "a")});
  EXPECT_EQ(test->deliver(), "");
  schema_->run("ALTER TABLE orders DROP COLUMN name, ALTER COLUMN id TYPE text");
  test->add_value({int32_field("id", 2), text_field("name", "b")});
  EXPECT_EQ(test->deliver_all(), "");
  EXPECT_EQ(rows("SELECT id, name FROM orders ORDER BY 1"), (Texts{"1|null", "2|b"}));
}

}  // namespace
}  // namespace sluice::connectors::sql
