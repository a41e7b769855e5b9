// What a made record costs before any converter or client.

#include <benchmark/benchmark.h>

#include "connectors/datagen/task.h"
#include "sdk/testkit/fake_contexts.h"

namespace sluice::connectors::datagen {
namespace {

void make(benchmark::State& state, const char* quickstart) {
  sdk::testkit::OffsetMemory offsets;
  sdk::testkit::FakeSourceContext context(offsets);
  DatagenTask task;
  const sdk::Properties properties{
      {"kafka.topic", "t"}, {"quickstart", quickstart}, {"sluice.datagen.rate", "0"}};
  if (!task.start(properties, context).ok()) state.SkipWithError("start");
  sdk::RecordBatch batch;
  int64_t records = 0;
  for (auto _ : state) {
    batch.clear();
    if (!task.poll(batch).ok()) state.SkipWithError("poll");
    records += static_cast<int64_t>(batch.size());
  }
  state.SetItemsProcessed(records);
}
BENCHMARK_CAPTURE(make, events, "events");
BENCHMARK_CAPTURE(make, orders, "orders");

}  // namespace
}  // namespace sluice::connectors::datagen
