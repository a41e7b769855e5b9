// The suite that every sink passes, on SQLite and, where SLUICE_TEST_POSTGRES and SLUICE_TEST_MARIADB name
// servers, on those; and through ODBC.

#include "sdk/testkit/sink_conformance.h"

#include <fmt/core.h>

#include "connectors/sql/mariadb/fixture.h"
#include "connectors/sql/odbc/fixture.h"
#include "connectors/sql/postgres/fixture.h"
#include "connectors/sql/sink/connector.h"
#include "connectors/sql/sink/task.h"
#include "connectors/sql/sql_fixture.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::sdk::testkit {
namespace {

using connectors::sql::SinkFlavour;
using connectors::sql::SqlSinkConnector;
using connectors::sql::SqlSinkTask;

SinkPlugin plugin() {
  SinkPlugin plugin;
  plugin.connector = [] { return std::make_unique<SqlSinkConnector>(SinkFlavour::kConfluent); };
  plugin.task = [] { return std::make_unique<SqlSinkTask>(SinkFlavour::kConfluent); };
  return plugin;
}

/// Records {part, off} of one table per topic; each row is read back by its place in the table.
class SqlWorld : public SinkWorld {
 public:
  explicit SqlWorld(bool exactly_once) : exactly_once_(exactly_once) {}

  Properties properties() override {
    Properties properties = connection();
    properties["auto.create"] = "true";
    properties["insert.mode"] = "insert";
    properties["retry.backoff.ms"] = "10";
    if (exactly_once_) properties["sluice.delivery"] = "exactly-once";
    return properties;
  }
  std::vector<std::pair<std::string, Properties>> bad_properties() override {
    return {{"connection.url", {{"connection.url", "jdbc:nonsense:x"}}},
            {"insert.mode", {{"connection.url", "jdbc:sqlite:/x"}, {"insert.mode", "guess"}}},
            {"pk.mode", {{"connection.url", "jdbc:sqlite:/x"}, {"insert.mode", "upsert"}}},
            {"delete.enabled", {{"connection.url", "jdbc:sqlite:/x"}, {"delete.enabled", "true"}}}};
  }
  void make_record(const TopicPartition& partition, int64_t offset, Arena& arena, Record& record) override {
    static const SchemaPtr schema = SchemaBuilder::structure()
                                        .field("part", Schema::int32())
                                        .field("off", Schema::int64())
                                        .build_or_die();
    StructNode* node = new_struct(arena, *schema);
    node->mutable_values()[0] = Value::int32(partition.partition);
    node->mutable_values()[1] = Value::int64(offset);
    record.value_schema = schema.get();
    record.value = Value::structure(node);
  }
  bool exactly_once() const override { return exactly_once_; }
  std::vector<int64_t> visible(const TopicPartition& partition) override {
    std::vector<int64_t> offsets;
    for (const auto& row : rows_of(partition)) {
      if (row.find_first_not_of("0123456789") != std::string::npos) return {};  // there is no table yet
      offsets.push_back(std::stoll(row));
    }
    return offsets;
  }

 protected:
  virtual Properties connection() = 0;
  /// Column off of a partition's rows, as they were written.
  virtual std::vector<std::string> rows_of(const TopicPartition& partition) = 0;
  static std::string select(const TopicPartition& partition, char quote = '"') {
    return fmt::format("SELECT off FROM {0}{1}{0} WHERE part = {2}", quote, partition.topic,
                       partition.partition);
  }

 private:
  const bool exactly_once_;
};

class SqliteWorld final : public SqlWorld {
 public:
  using SqlWorld::SqlWorld;

 private:
  Properties connection() override { return {{"connection.url", file_.url()}}; }
  std::vector<std::string> rows_of(const TopicPartition& partition) override {
    return file_.query(select(partition) + " ORDER BY rowid");
  }
  connectors::sql::SqliteFile file_;
};

class PostgresWorld final : public SqlWorld {
 public:
  using SqlWorld::SqlWorld;

 private:
  Properties connection() override {
    Properties properties = schema_.connection();
    properties["connection.currentSchema"] = schema_.name();
    return properties;
  }
  std::vector<std::string> rows_of(const TopicPartition& partition) override {
    return schema_.query(select(partition) + " ORDER BY ctid");
  }
  connectors::sql::PostgresSchema schema_;
};

/// A table without a key keeps its rows in the order in which they were written.
class MariaDbWorld final : public SqlWorld {
 public:
  using SqlWorld::SqlWorld;

 private:
  Properties connection() override { return database_.connection(); }
  std::vector<std::string> rows_of(const TopicPartition& partition) override {
    return database_.query(select(partition, '`'));
  }
  connectors::sql::MariaDbDatabase database_;
};

class OdbcWorld final : public SqlWorld {
 public:
  OdbcWorld(const std::string& kind, bool exactly_once) : SqlWorld(exactly_once), database_(kind) {}

 private:
  Properties connection() override { return database_.properties(); }
  std::vector<std::string> rows_of(const TopicPartition& partition) override {
    const std::string& kind = database_.kind();
    return database_.query(select(partition, kind == "mariadb" ? '`' : '"') +
                           (kind == "postgres" ? " ORDER BY ctid" : ""));
  }
  connectors::sql::OdbcDatabase database_;
};

template <typename World, typename... Kind>
void add_cases(const std::string& name, std::vector<SinkCase>& cases, const Kind&... kind) {
  for (const bool exactly_once : {false, true}) {
    cases.push_back({name + (exactly_once ? "_exactly_once" : ""), plugin(),
                     [=] { return std::make_unique<World>(kind..., exactly_once); }});
  }
}

std::vector<SinkCase> cases() {
  std::vector<SinkCase> cases;
  add_cases<SqliteWorld>("sqlite", cases);
  if (connectors::sql::postgres_conninfo() != nullptr) add_cases<PostgresWorld>("postgres", cases);
  if (connectors::sql::mariadb_conninfo() != nullptr) add_cases<MariaDbWorld>("mariadb", cases);
  for (const std::string kind : {"sqlite", "postgres", "mariadb"}) {
    if (connectors::sql::OdbcDatabase::missing(kind).empty())
      add_cases<OdbcWorld>("odbc_" + kind, cases, kind);
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Sql, SinkConformance, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sluice::sdk::testkit
