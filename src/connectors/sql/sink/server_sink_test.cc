// What the sink does on every server whose sessions it can name: PostgreSQL where SLUICE_TEST_POSTGRES tells
// where it is, MariaDB where SLUICE_TEST_MARIADB does (tests/system/test_sql_units.py gives both).

#include "connectors/sql/mariadb/fixture.h"
#include "connectors/sql/postgres/fixture.h"
#include "connectors/sql/sink/sink_fixture.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Properties;
using Texts = std::vector<std::string>;

class Server {
 public:
  virtual ~Server() = default;
  virtual Properties connection() = 0;
  virtual void run(const std::string& sql) = 0;
  virtual Texts query(const std::string& sql) = 0;
  virtual void kill_others() = 0;
};

template <typename Database>
class ServerOf final : public Server {
 public:
  Properties connection() override {
    Properties properties = database_.connection();
    if constexpr (std::is_same_v<Database, PostgresSchema>)
      properties.emplace("connection.currentSchema", database_.name());
    return properties;
  }
  void run(const std::string& sql) override { database_.run(sql); }
  Texts query(const std::string& sql) override { return database_.query(sql); }
  void kill_others() override { database_.kill_others(); }

 private:
  Database database_;
};

class ServerSink : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const bool postgres = GetParam() == "postgres";
    if ((postgres ? postgres_conninfo() : mariadb_conninfo()) == nullptr)
      GTEST_SKIP() << "there is no server of " << GetParam();
    if (postgres) {
      server_ = std::make_unique<ServerOf<PostgresSchema>>();
    } else {
      server_ = std::make_unique<ServerOf<MariaDbDatabase>>();
    }
  }
  std::unique_ptr<SinkTest> sink(Properties more) {
    more.merge(server_->connection());
    return std::make_unique<SinkTest>(SinkFlavour::kConfluent, std::move(more));
  }

  std::unique_ptr<Server> server_;
};

TEST_P(ServerSink, GoesOnAfterTheServerHasKilledItsConnection) {
  auto test = sink({{"auto.create", "true"}, {"sluice.delivery", "exactly-once"}});
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) test->add_value({int32_field("id", round * 10 + i)});
    EXPECT_EQ(test->deliver_all(), "");
    server_->kill_others();
  }
  test->add_value({int32_field("id", 50)});
  EXPECT_EQ(test->deliver_all(), "");
  EXPECT_EQ(server_->query("SELECT count(*), count(DISTINCT id) FROM orders"), (Texts{"51|51"}));
}

TEST_P(ServerSink, EndsTheSessionOfAnOwnerThatHangs) {
  server_->run("CREATE TABLE orders(id INT PRIMARY KEY)");
  const Properties properties{{"sluice.delivery", "exactly-once"}};
  auto hung = sink(properties);
  for (int id = 0; id < 1000; ++id) hung->add_value({int32_field("id", id)});
  EXPECT_EQ(hung->deliver(), "");  // as many as that leave the transaction open
  EXPECT_EQ(server_->query("SELECT count(*) FROM orders"), (Texts{"0"}));
  auto owner = sink(properties);
  for (int id = 0; id < 1000; ++id) owner->add_value({int32_field("id", id)});
  EXPECT_EQ(owner->deliver_all(), "");
  EXPECT_EQ(owner->commit(), "");
  EXPECT_EQ(server_->query("SELECT count(*) FROM orders"), (Texts{"1000"}));
}

INSTANTIATE_TEST_SUITE_P(Sql, ServerSink, testing::Values("postgres", "mariadb"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace sluice::connectors::sql
