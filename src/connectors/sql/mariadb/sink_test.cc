// The SQL sink on MySQL and MariaDB; needs SLUICE_TEST_MARIADB (tests/system/test_sql_units.py gives it).

#include <fmt/core.h>

#include "connectors/sql/mariadb/fixture.h"
#include "connectors/sql/sink/sink_fixture.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Properties;
using Texts = std::vector<std::string>;

class MariaDbSink : public testing::Test {
 protected:
  void SetUp() override {
    if (mariadb_conninfo() == nullptr) GTEST_SKIP() << "SLUICE_TEST_MARIADB is not set";
    database_ = std::make_unique<MariaDbDatabase>();
  }
  std::unique_ptr<SinkTest> sink(Properties more) {
    more.merge(database_->connection());
    return std::make_unique<SinkTest>(SinkFlavour::kConfluent, std::move(more));
  }
  Texts rows(const std::string& sql = "SELECT * FROM orders ORDER BY 1") { return database_->query(sql); }

  std::unique_ptr<MariaDbDatabase> database_;
};

TEST_F(MariaDbSink, MakesAndWidensTables) {
  auto test = sink({{"auto.create", "true"},
                    {"auto.evolve", "true"},
                    {"insert.mode", "upsert"},
                    {"pk.mode", "record_value"},
                    {"pk.fields", "id"}});
  test->add_value({text_field("id", "k1"), text_field("a", "x")});
  test->add_value({text_field("id", "k1"), text_field("a", "y"), text_field("b", "7")});
  test->add_value({text_field("id", "k2"), text_field("a", "z")});
  EXPECT_EQ(test->deliver(), "");
  EXPECT_EQ(rows(), (Texts{"k1|y|7", "k2|z|null"}));
}

TEST_F(MariaDbSink, FindsBadRowsAndWritesTheOthers) {
  database_->run("CREATE TABLE orders(id INT PRIMARY KEY, name VARCHAR(3), CHECK (id <> 30))");
  database_->run("INSERT INTO orders VALUES (4, 'old')");
  auto test = sink({{"batch.size", "25"}});
  test->run().context().tolerate_errors(true);
  for (int id = 1; id <= 60; ++id)
    test->add_value({int32_field("id", id), text_field("name", id == 44 ? "too long" : "ok")});
  EXPECT_EQ(test->deliver_all(), "");
  EXPECT_EQ(rows("SELECT count(*), sum(name = 'ok') FROM orders"), (Texts{"58|57"}));
  std::string offsets;
  for (const auto& report : test->run().context().reports()) offsets += fmt::format("{} ", report.offset);
  EXPECT_EQ(offsets, "3 29 43 ");
}

}  // namespace
}  // namespace sluice::connectors::sql
