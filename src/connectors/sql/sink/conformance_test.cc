// The suite that every sink passes, on SQLite and, where SLUICE_TEST_POSTGRES names a server, on PostgreSQL.

#include "sdk/testkit/sink_conformance.h"

#include <fmt/core.h>

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

 protected:
  virtual Properties connection() = 0;

 private:
  const bool exactly_once_;
};

class SqliteWorld final : public SqlWorld {
 public:
  using SqlWorld::SqlWorld;
  std::vector<int64_t> visible(const TopicPartition& partition) override {
    std::vector<int64_t> offsets;
    for (const auto& row : file_.query(fmt::format("SELECT off FROM \"{}\" WHERE part = {} ORDER BY rowid",
                                                   partition.topic, partition.partition))) {
      offsets.push_back(std::stoll(row));
    }
    return offsets;
  }

 private:
  Properties connection() override { return {{"connection.url", file_.url()}}; }
  connectors::sql::SqliteFile file_;
};

class PostgresWorld final : public SqlWorld {
 public:
  using SqlWorld::SqlWorld;
  std::vector<int64_t> visible(const TopicPartition& partition) override {
    std::vector<int64_t> offsets;
    for (const auto& row :
         schema_.query(fmt::format("SELECT off FROM {}.\"{}\" WHERE part = {} ORDER BY ctid", schema_.name(),
                                   partition.topic, partition.partition))) {
      offsets.push_back(std::stoll(row));
    }
    return offsets;
  }

 private:
  Properties connection() override {
    Properties properties = schema_.connection();
    properties["connection.currentSchema"] = schema_.name();
    return properties;
  }
  connectors::sql::PostgresSchema schema_;
};

template <typename World>
SinkCase make_case(std::string name, bool exactly_once) {
  return {std::move(name), plugin(), [exactly_once] { return std::make_unique<World>(exactly_once); }};
}

std::vector<SinkCase> cases() {
  std::vector<SinkCase> cases{make_case<SqliteWorld>("sqlite", false),
                              make_case<SqliteWorld>("sqlite_exactly_once", true)};
  if (connectors::sql::postgres_conninfo() != nullptr) {
    cases.push_back(make_case<PostgresWorld>("postgres", false));
    cases.push_back(make_case<PostgresWorld>("postgres_exactly_once", true));
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Sql, SinkConformance, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sluice::sdk::testkit
