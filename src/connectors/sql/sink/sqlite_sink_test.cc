// What the sink does whatever the database, tried on SQLite.

#include <fmt/core.h>

#include "connectors/sql/sink/sink_fixture.h"
#include "connectors/sql/sql_fixture.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Properties;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;
using Texts = std::vector<std::string>;

class SqliteSink : public testing::Test {
 protected:
  std::unique_ptr<SinkTest> sink(Properties more, SinkFlavour flavour = SinkFlavour::kConfluent) {
    more.emplace("connection.url", file_.url());
    return std::make_unique<SinkTest>(flavour, std::move(more));
  }
  static Properties upserts() {
    return {{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"auto.create", "true"}};
  }
  Texts rows(const std::string& sql = "SELECT * FROM orders ORDER BY 1") { return file_.query(sql); }

  SqliteFile file_;
};

TEST_F(SqliteSink, InsertsIntoATableThatItMakes) {
  auto test = sink({{"auto.create", "true"}});
  test->add_value({int32_field("id", 1), text_field("name", "Zoë 🌊")});
  test->add_value({int32_field("id", 1), {"name", Schema::optional_string(), {}}});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|Zoë 🌊", "1|null"}));
}

TEST_F(SqliteSink, RefusesWithoutATableOrAColumnUnlessItMayMakeThem) {
  auto test = sink({});
  test->add_value({int32_field("id", 1)});
  EXPECT_NE(test->deliver().find("Table orders is missing and auto-creation is disabled"), std::string::npos);
  file_.run("CREATE TABLE orders(id INTEGER)");
  auto again = sink({});
  again->add_value({int32_field("id", 1), text_field("name", "a")});
  const std::string error = again->deliver();
  EXPECT_NE(error.find("Table orders is missing fields (name) and auto-evolution is disabled"),
            std::string::npos)
      << error;
  EXPECT_NE(error.find("topic='orders',partition=0,offset=0"), std::string::npos) << error;
}

TEST_F(SqliteSink, AddsColumnsForNewFields) {
  auto test = sink({{"auto.create", "true"}, {"auto.evolve", "true"}});
  test->add_value({int32_field("id", 1)});
  test->add_value({int32_field("id", 2), text_field("name", "b")});
  test->add_value({int32_field("id", 3)});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|null", "2|b", "3|null"}));
  test->add_value({int32_field("id", 4), int32_field("must", 1)});
  EXPECT_NE(test->deliver().find("to add missing field must, as the field is not optional"),
            std::string::npos);
}

TEST_F(SqliteSink, UpsertsAndDeletesByKeyInOrder) {
  Properties properties = upserts();
  properties["delete.enabled"] = "true";
  auto test = sink(properties);
  const auto key = [](int id) { return TestFields{int32_field("id", id)}; };
  const auto value = [](const char* text) { return TestFields{text_field("name", text)}; };
  test->add_keyed(key(1), value("a")).add_keyed(key(2), value("b")).add_keyed(key(1), value("c"));
  test->add_tombstone(key(2))
      .add_keyed(key(3), value("d"))
      .add_tombstone(key(3))
      .add_keyed(key(3), value("e"));
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|c", "3|e"}));
  test->add_tombstone(key(1)).add_tombstone(key(1)).add_tombstone(key(9));
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"3|e"}));
}

TEST_F(SqliteSink, UpdatesOnlyWhatIsThere) {
  file_.run(
      "CREATE TABLE orders(id INTEGER PRIMARY KEY, name TEXT, kept TEXT); INSERT INTO orders "
      "VALUES(1,'a','k')");
  auto test = sink({{"insert.mode", "update"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}});
  test->add_value({int32_field("id", 1), text_field("name", "b")});
  test->add_value({int32_field("id", 2), text_field("name", "c")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|b|k"}));
}

TEST_F(SqliteSink, KeysOfEveryKind) {
  auto kafka = sink({{"auto.create", "true"}, {"pk.mode", "kafka"}, {"insert.mode", "upsert"}});
  kafka->add_value({text_field("name", "a")});
  EXPECT_EQ(kafka->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"orders|0|0|a"}));

  file_.run("DROP TABLE orders");
  auto primitive = sink(
      {{"auto.create", "true"}, {"pk.mode", "record_key"}, {"pk.fields", "code"}, {"insert.mode", "upsert"}});
  primitive->add({Schema::string().get(), Value::string("k1")}, test_struct({text_field("name", "a")}));
  primitive->add({Schema::string().get(), Value::string("k1")}, test_struct({text_field("name", "b")}));
  EXPECT_EQ(primitive->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"k1|b"}));

  file_.run("DROP TABLE orders");
  auto value = sink({{"auto.create", "true"},
                     {"pk.mode", "record_value"},
                     {"pk.fields", "b,a"},
                     {"fields.whitelist", "c"},
                     {"insert.mode", "upsert"}});
  value->add_value({int32_field("a", 1), int32_field("b", 2), int32_field("c", 3), int32_field("d", 4)});
  EXPECT_EQ(value->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"2|1|3"}));
  EXPECT_EQ(file_.query("SELECT group_concat(name) FROM pragma_table_info('orders') WHERE pk > 0"),
            (Texts{"b,a"}));
}

TEST_F(SqliteSink, SaysWhatARecordLacks) {
  auto keyless = sink(upserts());
  keyless->add_value({int32_field("a", 1)});
  const std::string error = keyless->deliver();
  EXPECT_NE(error.find("'pk.mode=record_key' and therefore requires records with a non-null key"),
            std::string::npos)
      << error;
  auto empty = sink({{"auto.create", "true"}});
  empty->add({}, {});
  EXPECT_NE(empty->deliver().find("requires records with a non-null Struct value and non-null Struct schema"),
            std::string::npos);
  auto missing = sink({{"auto.create", "true"}, {"pk.mode", "record_value"}, {"pk.fields", "nope"}});
  missing->add_value({int32_field("a", 1)});
  EXPECT_NE(missing->deliver().find("does not contain field: nope (it has: a)"), std::string::npos);
  auto nested = sink({{"auto.create", "true"}});
  const TestStruct inner = test_struct({int32_field("x", 1)});
  nested->add_value({{"s", inner.schema->share(), inner.value}});
  EXPECT_NE(nested->deliver().find("Field 's' for table orders (schema STRUCT): a STRUCT has no column"),
            std::string::npos);
}

TEST_F(SqliteSink, FindsTheBadRowAndWritesTheOthers) {
  file_.run("CREATE TABLE orders(id INTEGER PRIMARY KEY CHECK(id <> 13 AND id <> 77), name TEXT)");
  auto test = sink({});
  test->run().context().tolerate_errors(true);
  for (int id = 0; id < 100; ++id) test->add_value({int32_field("id", id), text_field("name", "n")});
  EXPECT_EQ(test->deliver_all(), "");
  EXPECT_EQ(rows("SELECT count(*), sum(id) FROM orders"), (Texts{fmt::format("98|{}", 4950 - 13 - 77)}));
  const auto& reports = test->run().context().reports();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].offset, 13);
  EXPECT_EQ(reports[1].offset, 77);
  EXPECT_NE(reports[0].error.message().find("CHECK constraint failed"), std::string::npos)
      << reports[0].error.message();
  EXPECT_EQ(test->commit(), "");
  EXPECT_EQ((test->group()[{"orders", 0}].offset), 100);
}

TEST_F(SqliteSink, FindsTheBadRowOfAnEarlierBatch) {
  file_.run(
      "CREATE TABLE parents(id INTEGER PRIMARY KEY); INSERT INTO parents VALUES(1);"
      "CREATE TABLE orders(id INTEGER PRIMARY KEY CHECK(id <> 700), name TEXT)");
  auto test = sink({});
  test->run().context().tolerate_errors(true);
  for (int id = 0; id < 1000; ++id) test->add_value({int32_field("id", id), text_field("name", "n")});
  EXPECT_EQ(test->deliver_all(), "");
  EXPECT_EQ(rows("SELECT count(*) FROM orders"), (Texts{"999"}));
}

TEST_F(SqliteSink, FailsAtTheBadRowWhenErrorsAreNotTolerated) {
  file_.run("CREATE TABLE orders(id INTEGER PRIMARY KEY CHECK(id <> 3))");
  auto test = sink({});
  for (int id = 0; id < 6; ++id) test->add_value({int32_field("id", id)});
  const std::string error = test->deliver();
  EXPECT_NE(error.find("CHECK constraint failed"), std::string::npos) << error;
  EXPECT_NE(error.find("offset=3"), std::string::npos) << error;
  EXPECT_EQ(rows("SELECT count(*) FROM orders"), (Texts{"0"}));
}

TEST_F(SqliteSink, WritesExactlyOnceAcrossCrashes) {
  Properties properties{{"auto.create", "true"}, {"sluice.delivery", "exactly-once"}};
  auto test = sink(properties);
  for (int id = 0; id < 10; ++id) test->add_value({int32_field("id", id)});
  EXPECT_EQ(test->deliver(), "");
  test->crash();  // nothing was committed to Kafka
  EXPECT_EQ(test->deliver_all(), "");
  EXPECT_EQ(rows("SELECT count(*) FROM orders"), (Texts{"10"}));
  EXPECT_EQ(rows("SELECT group_id, topic, partition_id, epoch, next_offset FROM sluice_offsets"),
            (Texts{"connect-test|orders|0|2|10"}));
}

TEST_F(SqliteSink, IsFencedByANewOwner) {
  Properties properties{{"auto.create", "true"}, {"sluice.delivery", "exactly-once"}};
  auto zombie = sink(properties);
  zombie->add_value({int32_field("id", 1)});
  EXPECT_EQ(zombie->deliver(), "");
  auto owner = sink(properties);
  zombie->add_value({int32_field("id", 2)});
  EXPECT_NE(zombie->deliver().find("Another task has taken over orders-0"), std::string::npos);
  EXPECT_EQ(rows(), (Texts{"1"}));
}

TEST_F(SqliteSink, UnwrapsDebeziumsEvents) {
  auto test = sink({{"primary.key.mode", "record_key"},
                    {"insert.mode", "upsert"},
                    {"delete.enabled", "true"},
                    {"truncate.enabled", "true"},
                    {"schema.evolution", "basic"}},
                   SinkFlavour::kDebezium);
  const sdk::SchemaPtr time =
      SchemaBuilder(sdk::Type::kInt64).name("io.debezium.time.MicroTimestamp").build_or_die();
  const auto row = [&](int id, const char* name) {
    return test_struct(
        {int32_field("id", id), text_field("name", name), {"at", time, Value::int64(1'700'000'000'123'456)}});
  };
  const sdk::SchemaPtr row_schema = with_optional(row(0, "").schema->share(), true);
  const auto event = [&](const char* op, const TestStruct* after) {
    return test_struct({{"before", row_schema, {}},
                        {"after", row_schema, after == nullptr ? Value() : after->value},
                        text_field("op", op)},
                       "server.db.orders.Envelope");
  };
  const auto key = [](int id) { return test_struct({int32_field("id", id)}); };
  const TestStruct one = row(1, "a");
  const TestStruct other = row(1, "b");
  const TestStruct two = row(2, "c");
  test->add(key(1), event("c", &one)).add(key(1), event("u", &other)).add(key(2), event("r", &two));
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT id, name, at FROM orders ORDER BY id"),
            (Texts{"1|b|1700000000123", "2|c|1700000000123"}));
  test->add(key(1), event("d", nullptr)).add(key(1), {});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT id FROM orders"), (Texts{"2"}));
  test->add({}, event("t", nullptr)).add(key(3), event("c", &one));
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT id FROM orders"), (Texts{"3"}));
}

TEST_F(SqliteSink, NamesAreDataAndNeverSql) {
  const std::string table = "x\"; DROP TABLE safe; --";
  const std::string field = "a\" INTEGER); DROP TABLE safe; --";
  file_.run("CREATE TABLE safe(id INTEGER)");
  auto test = sink({{"auto.create", "true"},
                    {"auto.evolve", "true"},
                    {"table.name.format", "\"x\"\"; DROP TABLE safe; --\""}});
  test->add_value({text_field(field, "'); DROP TABLE safe; --")});
  test->add_value({text_field(field, "b"), text_field("c\"]`'", "d")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"),
            (Texts{"safe", table}));
  EXPECT_EQ(rows("SELECT * FROM \"x\"\"; DROP TABLE safe; --\""),
            (Texts{"'); DROP TABLE safe; --|null", "b|d"}));
}

TEST_F(SqliteSink, DefaultsStandForNulls) {
  const sdk::SchemaPtr number =
      SchemaBuilder(sdk::Type::kInt32).optional().default_value(Value::int32(7)).build_or_die();
  const sdk::SchemaPtr text =
      SchemaBuilder(sdk::Type::kString).default_value(Value::string("it's")).build_or_die();
  auto test = sink({{"auto.create", "true"}});
  test->add_value({int32_field("id", 1), {"n", number, {}}, {"t", text, Value::string("x")}});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|7|x"}));
  EXPECT_EQ(file_.query("SELECT name, dflt_value FROM pragma_table_info('orders')"),
            (Texts{"id|null", "n|7", "t|'it''s'"}));
  auto as_is = sink({{"replace.null.with.default", "false"}});
  as_is->add_value({int32_field("id", 2), {"n", number, {}}, {"t", text, Value::string("x")}});
  EXPECT_EQ(as_is->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"1|7|x", "2|null|x"}));
}

TEST_F(SqliteSink, TopicsBecomeTables) {
  file_.run("CREATE TABLE mapped(id INTEGER); CREATE TABLE a_b(id INTEGER)");
  Properties aiven{{"connection.url", file_.url()}, {"topics.to.tables.mapping", "orders:mapped"}};
  SinkTest mapped(SinkFlavour::kAiven, aiven);
  mapped.add_value({int32_field("id", 1)});
  EXPECT_EQ(mapped.deliver(), "");
  EXPECT_EQ(file_.query("SELECT id FROM mapped"), (Texts{"1"}));
  Properties normal{{"connection.url", file_.url()}, {"table.name.normalize", "true"}};
  SinkTest normalized(SinkFlavour::kAiven, normal, "a-b");
  normalized.add_value({int32_field("id", 2)});
  EXPECT_EQ(normalized.deliver(), "");
  EXPECT_EQ(file_.query("SELECT id FROM a_b"), (Texts{"2"}));
}

}  // namespace
}  // namespace sluice::connectors::sql
