// Lines of 99 bytes: what the source task costs per record before any converter or client, and what the sink
// costs.

#include <benchmark/benchmark.h>

#include "connectors/file/sink_task.h"
#include "connectors/file/source_task.h"
#include "sdk/testkit/fake_contexts.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::connectors::file {
namespace {

using sdk::testkit::append_to;
using sdk::testkit::TemporaryFolder;

constexpr int kLines = 1'000'000;

void source(benchmark::State& state) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < kLines; ++i) text += std::string(98, static_cast<char>('a' + i % 26)) + "\n";
  append_to(folder.path("in"), text);
  sdk::RecordBatch batch;
  int64_t records = 0;
  for (auto _ : state) {
    sdk::testkit::OffsetMemory offsets;
    sdk::testkit::FakeSourceContext context(offsets);
    FileSourceTask task;
    if (!task.start({{"file", folder.path("in")}, {"topic", "t"}}, context).ok())
      state.SkipWithError("start");
    for (int64_t read = 0; read < kLines;) {
      batch.clear();
      if (!task.poll(batch).ok()) state.SkipWithError("poll");
      read += static_cast<int64_t>(batch.size());
      records += static_cast<int64_t>(batch.size());
    }
  }
  state.SetItemsProcessed(records);
}
BENCHMARK(source)->Unit(benchmark::kMillisecond);

void sink(benchmark::State& state) {
  const TemporaryFolder folder;
  sdk::testkit::GroupMemory group;
  sdk::testkit::FakeSinkContext context(group, {});
  FileSinkTask task;
  if (!task.start({{"file", folder.path("out")}}, context).ok()) state.SkipWithError("start");
  sdk::RecordBatch batch;
  const std::string text(98, 'x');
  for (int i = 0; i < 2000; ++i) batch.records().emplace_back().value = sdk::Value::string(text);
  for (auto _ : state) {
    if (!task.put(batch).ok()) state.SkipWithError("put");
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * 2000);
}
BENCHMARK(sink)->Iterations(2000);

}  // namespace
}  // namespace sluice::connectors::file
