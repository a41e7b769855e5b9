// What a row costs from the database to a record: SQLite here, PostgreSQL where SLUICE_TEST_POSTGRES names a
// server.

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include "connectors/sql/postgres/fixture.h"
#include "connectors/sql/source/task.h"
#include "sdk/testkit/fake_contexts.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::connectors::sql {
namespace {

constexpr int64_t kRows = 500'000;

/// Reads the whole query once per iteration.
void read_all(benchmark::State& state, sdk::Properties properties) {
  properties.emplace("mode", "bulk");
  properties.emplace("poll.interval.ms", "0");
  sdk::testkit::OffsetMemory offsets;
  sdk::testkit::FakeSourceContext context(offsets);
  SqlSourceTask task(Flavour::kConfluent);
  if (!task.start(properties, context).ok()) {
    state.SkipWithError("start");
    return;
  }
  sdk::RecordBatch batch;
  for (auto _ : state) {
    for (int64_t read = 0; read < kRows; read += static_cast<int64_t>(batch.size())) {
      batch.clear();
      if (!task.poll(batch).ok()) {
        state.SkipWithError("poll");
        return;
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void sqlite_ten_columns(benchmark::State& state) {
  const sdk::testkit::TemporaryFolder folder;
  const std::string path = folder.path("bench.db");
  sqlite3* database = nullptr;
  sqlite3_open(path.c_str(), &database);
  const std::string sql = fmt::format(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b BIGINT, c DOUBLE, d TEXT, e TEXT, f BOOLEAN, g "
      "DECIMAL(10,2),"
      " h TIMESTAMP, i DATE); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<{})"
      " INSERT INTO t SELECT i, i%1000, i*1000, i/3.0, 'name '||i, 'a longer text of the row '||i, i%2, "
      "i/100.0,"
      " 1700000000000+i, 1700000000000 FROM n",
      kRows);
  sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_close_v2(database);
  read_all(state, {{"connection.url", "jdbc:sqlite:" + path}, {"tables", "\"t\""}});
}
BENCHMARK(sqlite_ten_columns)->Unit(benchmark::kMillisecond);

void postgres_ten_columns(benchmark::State& state) {
  if (postgres_conninfo() == nullptr) {
    state.SkipWithError("SLUICE_TEST_POSTGRES is not set");
    return;
  }
  PostgresSchema schema;
  schema.run(fmt::format(
      "CREATE TABLE t AS SELECT i AS id, i%1000 AS a, i::int8*1000 AS b, i/3.0::float8 AS c, 'name '||i AS d,"
      " 'a longer text of the row '||i AS e, i%2=0 AS f, (i/100.0)::numeric(10,2) AS g,"
      " timestamp '2024-01-01' + i * interval '1 second' AS h, date '2024-01-01' AS i"
      " FROM generate_series(1,{}) i",
      kRows));
  sdk::Properties properties = schema.connection();
  properties["tables"] = "\"" + schema.name() + "\".\"t\"";
  read_all(state, properties);
}
BENCHMARK(postgres_ten_columns)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::connectors::sql
