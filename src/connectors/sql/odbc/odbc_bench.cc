// What a row of ten columns costs through psqlODBC and MariaDB's driver; see fixture.h for what it needs.

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include "connectors/sql/odbc/fixture.h"
#include "connectors/sql/source/task.h"
#include "sdk/data/values.h"
#include "sdk/testkit/fake_contexts.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kRows = 200'000;
constexpr size_t kBlock = 3000;

std::unique_ptr<OdbcDatabase> database(benchmark::State& state, const std::string& kind) {
  const std::string missing = OdbcDatabase::missing(kind);
  if (!missing.empty()) {
    state.SkipWithError(missing.c_str());
    return nullptr;
  }
  auto database = std::make_unique<OdbcDatabase>(kind);
  const bool maria = kind == "mariadb";
  database->run(
      fmt::format("CREATE TABLE t(id INT NOT NULL PRIMARY KEY, a INT, b BIGINT, c DOUBLE {}, d VARCHAR(40), "
                  "e VARCHAR(80), "
                  "f BOOLEAN, g DECIMAL(10,2), h {}, i DATE)",
                  maria ? "" : "PRECISION", maria ? "DATETIME(3)" : "TIMESTAMP"));
  return database;
}

/// `count` rows from `first` on, for the columns of t.
std::vector<sdk::Value> cells(sdk::Arena& arena, int first, size_t count) {
  std::vector<sdk::Value> cells;
  cells.reserve(count * 10);
  for (int i = first; i < first + static_cast<int>(count); ++i) {
    using sdk::Value;
    for (const Value& cell : {Value::int32(i), Value::int32(i % 1000), Value::int64(int64_t{i} * 1000),
                              Value::float64(i / 3.0), Value::string(arena.copy(fmt::format("name {}", i))),
                              Value::string(arena.copy(fmt::format("a longer text of the row {}", i))),
                              Value::boolean(i % 2 == 0), Value::decimal(sdk::unscaled_of(arena, i), 2),
                              Value::timestamp(1'700'000'000'000 + i), Value::date(19'000 + i % 365)})
      cells.push_back(cell);
  }
  return cells;
}

TableWrite table_write(Connection& connection, WriteKind kind) {
  constexpr CellKind kKinds[] = {
      CellKind::kInteger, CellKind::kInteger, CellKind::kInteger, CellKind::kFloat64,   CellKind::kText,
      CellKind::kText,    CellKind::kBoolean, CellKind::kDecimal, CellKind::kTimestamp, CellKind::kDate};
  const TableShape shape = connection.describe({"", "", "t"}).value();
  TableWrite write;
  write.table = {"", "", "t"};
  write.kind = kind;
  for (size_t i = 0; i < shape.columns.size(); ++i) {
    const WriteColumn column{shape.columns[i].name, {kKinds[i]}, shape.columns[i]};
    (i == 0 ? write.keys : write.others).push_back(column);
  }
  return write;
}

void write_all(Connection& connection, WriteKind kind) {
  const WriteOptions options;
  SLUICE_CHECK(connection.begin().ok(), "begin");
  {
    auto writer = connection.writer(table_write(connection, kind), options).value();
    for (int first = 0; first < kRows; first += static_cast<int>(kBlock)) {
      sdk::Arena arena;
      const auto block = cells(arena, first, std::min<size_t>(kBlock, static_cast<size_t>(kRows - first)));
      const Status written = writer->write({block, 10});
      SLUICE_CHECK(written.ok(), written.ok() ? "" : written.error().message().c_str());
    }
    SLUICE_CHECK(writer->finish().ok(), "finish");
  }
  SLUICE_CHECK(connection.commit().ok(), "commit");
}

void write(benchmark::State& state, const std::string& kind, WriteKind how) {
  auto place = database(state, kind);
  if (place == nullptr) return;
  auto connection = place->open();
  if (how == WriteKind::kUpsert) write_all(*connection, WriteKind::kInsert);
  for (auto _ : state) {
    if (how == WriteKind::kInsert) place->run("DELETE FROM t");
    write_all(*connection, how);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void read(benchmark::State& state, const std::string& kind) {
  auto place = database(state, kind);
  if (place == nullptr) return;
  write_all(*place->open(), WriteKind::kInsert);
  sdk::Properties properties = place->properties();
  properties["mode"] = "bulk";
  properties["poll.interval.ms"] = "0";
  properties["tables"] = kind == "mariadb" ? "`t`" : "\"t\"";
  sdk::testkit::OffsetMemory offsets;
  sdk::testkit::FakeSourceContext context(offsets);
  SqlSourceTask task(Flavour::kConfluent);
  SLUICE_CHECK(task.start(properties, context).ok(), "start");
  sdk::RecordBatch batch;
  for (auto _ : state) {
    for (int64_t read = 0; read < kRows; read += static_cast<int64_t>(batch.size())) {
      batch.clear();
      SLUICE_CHECK(task.poll(batch).ok(), "poll");
    }
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

BENCHMARK_CAPTURE(read, postgres, "postgres")->Unit(benchmark::kMillisecond)->Iterations(2)->UseRealTime();
BENCHMARK_CAPTURE(read, mariadb, "mariadb")->Unit(benchmark::kMillisecond)->Iterations(2)->UseRealTime();
BENCHMARK_CAPTURE(write, postgres_insert, "postgres", WriteKind::kInsert)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(write, postgres_upsert, "postgres", WriteKind::kUpsert)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(write, mariadb_insert, "mariadb", WriteKind::kInsert)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();
BENCHMARK_CAPTURE(write, mariadb_upsert, "mariadb", WriteKind::kUpsert)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->UseRealTime();

}  // namespace
}  // namespace sluice::connectors::sql
