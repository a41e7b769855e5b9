// The SQL sink through ODBC drivers; see fixture.h for what it needs.

#include <fmt/core.h>

#include "connectors/sql/odbc/on_odbc.h"
#include "connectors/sql/sink/sink_fixture.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Properties;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;
using Texts = std::vector<std::string>;

class OdbcSink : public OnOdbc {
 protected:
  std::unique_ptr<SinkTest> sink(Properties more) {
    more.merge(database_->properties());
    return std::make_unique<SinkTest>(SinkFlavour::kConfluent, std::move(more));
  }
  Texts rows(const std::string& sql = "SELECT * FROM orders ORDER BY 1") { return database_->query(sql); }
  void sql(const std::string& text) { database_->run(text); }
};

TestFields every_kind(int id, bool nulls = false) {
  const auto decimal_schema = SchemaBuilder::decimal(2).optional().build_or_die();
  const auto date = SchemaBuilder::date().optional().build_or_die();
  const auto timestamp = SchemaBuilder::timestamp().optional().build_or_die();
  const auto time = SchemaBuilder::time().optional().build_or_die();
  const auto maybe = [&](Value value) { return nulls ? Value::null() : value; };
  return {int32_field("id", id),
          {"big", Schema::optional_int64(), maybe(Value::int64(INT64_MIN))},
          {"number", Schema::optional_float64(), maybe(Value::float64(-1.5e100))},
          {"yes", Schema::optional_boolean(), maybe(Value::boolean(true))},
          {"raw", Schema::optional_bytes(), maybe(Value::bytes(BytesView("\0\xff\n\\", 4)))},
          {"amount", decimal_schema, maybe(test_decimal(-123'456'789, 2))},
          {"day", date, maybe(Value::date(19'782))},
          {"clock", time, maybe(Value::time(86'399'999))},
          {"at", timestamp, maybe(Value::timestamp(1'700'000'000'123))},
          {"text", Schema::optional_string(), maybe(Value::string("tab\t quote' \\ Zoë 🌊"))}};
}

std::string columns(std::string_view kind) {
  const bool postgres = kind == "postgres";
  const bool maria = kind == "mariadb";
  return fmt::format(
      "CREATE TABLE orders(id INT NOT NULL PRIMARY KEY, big BIGINT, number {}, yes {}, raw {}, amount "
      "DECIMAL(20,2), day DATE, clock {}, at {}, text {})",
      postgres ? "DOUBLE PRECISION" : "DOUBLE", maria ? "BIT(1)" : "BOOLEAN", postgres ? "BYTEA" : "BLOB",
      maria || postgres ? "TIME(3)" : "TEXT", maria ? "DATETIME(3)" : "TIMESTAMP",
      maria ? "LONGTEXT" : "TEXT");
}

std::string shown(std::string_view kind) {
  const bool maria = kind == "mariadb";
  return fmt::format(
      "SELECT id, big, number < -1e100, {}, {}, amount, day, clock, at, text FROM orders ORDER BY id",
      maria              ? "yes + 0"
      : kind == "sqlite" ? "yes"
                         : "yes::int",
      kind == "postgres" ? "encode(raw, 'hex')" : "CASE WHEN raw IS NOT NULL THEN lower(hex(raw)) END");
}

TEST_P(OdbcSink, WritesEveryKindAndNulls) {
  sql(columns(GetParam()));
  for (const std::string mode : {"insert", "update"}) {
    auto test = sink({{"insert.mode", mode}, {"pk.mode", "record_value"}, {"pk.fields", "id"}});
    for (int id = 1; id <= 5; ++id) test->add_value(every_kind(id, id == 3));
    ASSERT_EQ(test->deliver(), "") << mode;
    const Texts found = rows(shown(GetParam()));
    ASSERT_EQ(found.size(), 5U);
    const std::string truth = "1";
    const std::string expected = "|-9223372036854775808|" + truth + "|1|00ff0a5c|-1234567.89|2024-02-29|";
    for (const int id : {1, 2, 4, 5}) {
      const std::string& row = found[static_cast<size_t>(id - 1)];
      EXPECT_EQ(row.substr(0, expected.size() + 1), std::to_string(id) + expected) << mode;
      EXPECT_NE(row.find("|23:59:59"), std::string::npos) << row;
      EXPECT_NE(row.find("|2023-11-14 22:13:20.123"), std::string::npos) << row;
      EXPECT_NE(row.find("|tab\t quote' \\ Zoë 🌊"), std::string::npos) << row;
    }
    EXPECT_EQ(found[2], "3|null|null|null|null|null|null|null|null|null");
  }
}

TEST_P(OdbcSink, UpsertsAndDeletes) {
  sql("CREATE TABLE orders(id INT NOT NULL PRIMARY KEY, name VARCHAR(40))");
  auto test = sink({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"delete.enabled", "true"}});
  for (int id = 1; id <= 40; ++id)
    test->add_keyed({int32_field("id", id)}, {text_field("name", fmt::format("a{}", id))});
  ASSERT_EQ(test->deliver(), "");
  for (int id = 1; id <= 40; id += 2)
    test->add_keyed({int32_field("id", id)}, {text_field("name", fmt::format("b{}", id))});
  for (int id = 2; id <= 40; id += 2) test->add_tombstone({int32_field("id", id)});
  ASSERT_EQ(test->deliver(), "");
  const Texts found = rows();
  ASSERT_EQ(found.size(), 20U);
  EXPECT_EQ(found[0], "1|b1");
  EXPECT_EQ(found[19], "39|b39");
}

TEST_P(OdbcSink, MakesAndWidensTables) {
  auto test = sink({{"auto.create", "true"}, {"auto.evolve", "true"}});
  test->add_value({int32_field("id", 1)});
  test->add_value({int32_field("id", 2), text_field("added", "x")});
  ASSERT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|null", "2|x"}));
}

TEST_P(OdbcSink, FindsBadRowsAndWritesTheOthers) {
  sql("CREATE TABLE orders(id INT NOT NULL PRIMARY KEY, name VARCHAR(5) NOT NULL)");
  sql("INSERT INTO orders VALUES (4, 'there')");
  auto test = sink({{"batch.size", "10"}});
  test->run().context().tolerate_errors(true);
  for (int id = 1; id <= 20; ++id) {
    const bool null = id == 9;
    test->add_value({int32_field("id", id),
                     {"name", Schema::optional_string(), null ? Value::null() : Value::string("ok")}});
  }
  ASSERT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT count(*) FROM orders"), (Texts{"19"}));
  EXPECT_EQ(rows("SELECT name FROM orders WHERE id = 4"), (Texts{"there"}));
  EXPECT_EQ(rows("SELECT id FROM orders WHERE id = 9"), Texts{});
}

TEST_P(OdbcSink, LongTextsGoInBatches) {
  sql(fmt::format("CREATE TABLE orders(id INT NOT NULL PRIMARY KEY, name {})",
                  is("mariadb") ? "LONGTEXT" : "TEXT"));
  auto test = sink({});
  std::vector<std::string> texts;
  for (int id = 1; id <= 30; ++id) texts.push_back(std::string(static_cast<size_t>(id) * 40'000, 'x'));
  for (int id = 1; id <= 30; ++id)
    test->add_value({int32_field("id", id), text_field("name", texts[static_cast<size_t>(id - 1)])});
  ASSERT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT count(*), min(length(name)), max(length(name)) FROM orders"),
            (Texts{"30|40000|1200000"}));
}

TEST_P(OdbcSink, InjectedTextsStayTexts) {
  const std::string evil = "x'); DROP TABLE orders; --\"`] 🌊";
  sql("CREATE TABLE orders(id INT NOT NULL PRIMARY KEY, name VARCHAR(60))");
  auto test = sink({});
  test->add_value({int32_field("id", 1), text_field("name", evil)});
  ASSERT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|" + evil}));
}

INSTANTIATE_TEST_SUITE_P(Odbc, OdbcSink, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sluice::connectors::sql
