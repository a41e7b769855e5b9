#include <fmt/core.h>

#include "connectors/sql/mariadb/fixture.h"
#include "connectors/sql/odbc/fixture.h"
#include "connectors/sql/postgres/fixture.h"
#include "connectors/sql/sql_fixture.h"
#include "sdk/testkit/collected_plugins.h"
#include "sdk/testkit/source_conformance.h"

namespace sluice::connectors::sql {
void register_plugins(sdk::PluginCatalogue& catalogue);
}  // namespace sluice::connectors::sql

namespace sluice::sdk::testkit {
namespace {

namespace sql = connectors::sql;

SourcePlugin plugin(const std::string& class_name) {
  CollectedPlugins collected;
  sql::register_plugins(collected);
  return collected.source(class_name);
}

/// Rows with an id and a time, eight of them to each time.
class SqlWorld : public SourceWorld {
 public:
  SqlWorld(std::string mode, bool aiven) : mode_(std::move(mode)), aiven_(aiven) {}

  Properties properties() override {
    Properties properties = connection();
    properties["mode"] = mode_;
    if (mode_.find("incrementing") != std::string::npos) properties["incrementing.column.name"] = "id";
    if (mode_.find("timestamp") != std::string::npos) properties["timestamp.column.name"] = "at";
    properties["poll.interval.ms"] = "20";
    properties["batch.max.rows"] = "13";
    properties["topic.prefix"] = "c-";
    properties["table.whitelist"] = "t";
    return properties;
  }
  void add(int count) override {
    for (int i = 0; i < count; ++i, ++next_) insert(next_, 1'000 + next_ / 8 * 1000);
    next_ = (next_ + 7) / 8 * 8;  // a later call must not add to a time that was read
  }
  bool resumable() const override { return mode_ != "bulk"; }
  std::vector<std::pair<std::string, Properties>> bad_properties() override {
    const auto with = [this](const std::string& key, const std::string& value) {
      Properties properties = this->properties();
      properties[key] = value;
      return std::pair(key, properties);
    };
    std::vector<std::pair<std::string, Properties>> bad{
        with("mode", "sometimes"),           with("batch.max.rows", "0"),
        with("db.timezone", "Mars/Olympus"), with("connection.attempts", "x"),
        with("topic.prefix", "no spaces"),   with("connection.url", "jdbc:oracle:thin:@x:1521:y"),
        with("connection.url", "http://x")};
    Properties without_mode = properties();
    without_mode.erase("mode");
    bad.emplace_back("mode", without_mode);
    Properties both = properties();
    both["table.blacklist"] = "u";
    bad.emplace_back("table.whitelist", both);
    if (!aiven_) {
      bad.push_back(with("numeric.mapping", "guess"));
      bad.push_back(with("query", "SELECT 1"));
      bad.push_back(with("table.exclude.list", "a.*"));
    }
    return bad;
  }

 protected:
  virtual Properties connection() = 0;
  virtual void insert(int id, int64_t at_ms) = 0;

 private:
  const std::string mode_;
  const bool aiven_;
  int next_ = 0;
};

class SqliteWorld final : public SqlWorld {
 public:
  SqliteWorld(std::string mode, bool aiven) : SqlWorld(std::move(mode), aiven) {
    file_.run("CREATE TABLE t(id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL)");
  }

 protected:
  Properties connection() override { return {{"connection.url", file_.url()}}; }
  void insert(int id, int64_t at_ms) override {
    file_.run(fmt::format("INSERT INTO t VALUES ({}, {})", id, at_ms));
  }

 private:
  sql::SqliteFile file_;
};

class PostgresWorld final : public SqlWorld {
 public:
  explicit PostgresWorld(std::string mode) : SqlWorld(std::move(mode), false) {
    schema_.run("CREATE TABLE t(id INT PRIMARY KEY, at TIMESTAMPTZ NOT NULL)");
  }

 protected:
  Properties connection() override {
    Properties properties = schema_.connection();
    properties["schema.pattern"] = schema_.name();
    return properties;
  }
  void insert(int id, int64_t at_ms) override {
    schema_.run(fmt::format("INSERT INTO t VALUES ({}, to_timestamp({}))", id, at_ms / 1000));
  }

 private:
  sql::PostgresSchema schema_;
};

class MariaDbWorld final : public SqlWorld {
 public:
  explicit MariaDbWorld(std::string mode) : SqlWorld(std::move(mode), false) {
    // Rows of one time come in any order, but for an index that has one.
    database_.run("CREATE TABLE t(id INT PRIMARY KEY, at DATETIME(3) NOT NULL, KEY(at))");
  }

 protected:
  Properties connection() override { return database_.connection(); }
  void insert(int id, int64_t at_ms) override {
    database_.run(fmt::format("INSERT INTO t VALUES ({}, FROM_UNIXTIME({}))", id, at_ms / 1000));
  }

 private:
  sql::MariaDbDatabase database_;
};

class OdbcWorld final : public SqlWorld {
 public:
  explicit OdbcWorld(std::string mode) : SqlWorld(std::move(mode), false) {
    database_.run("CREATE TABLE t(id INT PRIMARY KEY, at TIMESTAMPTZ NOT NULL)");
  }

 protected:
  Properties connection() override {
    Properties properties = database_.properties();
    properties["table.types"] = "TABLE";
    return properties;
  }
  void insert(int id, int64_t at_ms) override {
    database_.run(fmt::format("INSERT INTO t VALUES ({}, to_timestamp({}))", id, at_ms / 1000));
  }

 private:
  sql::OdbcDatabase database_{"postgres"};
};

constexpr const char* kConfluent = "io.confluent.connect.jdbc.JdbcSourceConnector";
constexpr const char* kAiven = "io.aiven.connect.jdbc.JdbcSourceConnector";

template <typename World, typename... More>
void add_cases(const std::string& name, std::vector<SourceCase>& cases, More... more) {
  for (const std::string mode : {"bulk", "incrementing", "timestamp", "timestamp+incrementing"}) {
    cases.push_back({fmt::format("{} {}", name, mode), plugin(kConfluent),
                     [=] { return std::make_unique<World>(mode, more...); }});
  }
}

std::vector<SourceCase> cases() {
  std::vector<SourceCase> cases;
  add_cases<SqliteWorld>("sqlite", cases, false);
  if (sql::postgres_conninfo() != nullptr) add_cases<PostgresWorld>("postgres", cases);
  if (sql::mariadb_conninfo() != nullptr) add_cases<MariaDbWorld>("mariadb", cases);
  if (sql::OdbcDatabase::missing("postgres").empty()) add_cases<OdbcWorld>("odbc", cases);
  cases.push_back({"aiven", plugin(kAiven),
                   [] { return std::make_unique<SqliteWorld>("timestamp+incrementing", true); }});
  return cases;
}

/// "postgres_timestamp_incrementing", so that a filter can pick a database.
std::string test_name(const testing::TestParamInfo<SourceCase>& info) {
  std::string name = info.param.name;
  for (char& c : name) {
    if (c == ' ' || c == '+') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Sql, SourceConformance, testing::ValuesIn(cases()), test_name);

}  // namespace
}  // namespace sluice::sdk::testkit
