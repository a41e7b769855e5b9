// A chain of five transforms over records of ten fields, as bench/java/TransformChain.java does it with
// Kafka's, and each of them alone. Items are records.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "sdk/testkit/collected_plugins.h"

namespace sluice::transforms {

void register_plugins(sdk::PluginCatalogue& catalogue);

namespace {

constexpr size_t kBatch = 1000;

struct Step {
  const char* name;
  sdk::Properties properties;
};

const std::vector<Step>& steps() {
  static const std::vector<Step> kSteps = {
      {"InsertField$Value", {{"static.field", "origin"}, {"static.value", "shop"}}},
      {"ReplaceField$Value", {{"renames", "customer:client"}, {"exclude", "note"}}},
      {"Cast$Value", {{"spec", "quantity:int64,price:float32"}}},
      {"MaskField$Value", {{"fields", "country"}}},
      {"TimestampConverter$Value", {{"field", "created"}, {"target.type", "unix"}}}};
  return kSteps;
}

std::unique_ptr<sdk::Transform> make(const Step& step) {
  static const auto plugins = [] {
    sdk::testkit::CollectedPlugins collected;
    register_plugins(collected);
    return collected;
  }();
  auto transform = plugins.transform("org.apache.kafka.connect.transforms." + std::string(step.name)).make();
  if (!transform->configure(step.properties).ok()) std::abort();
  return transform;
}

sdk::SchemaPtr order_schema() {
  return sdk::SchemaBuilder::structure()
      .name("order")
      .field("id", sdk::Schema::int64())
      .field("customer", sdk::Schema::string())
      .field("quantity", sdk::Schema::int32())
      .field("price", sdk::Schema::float64())
      .field("currency", sdk::Schema::string())
      .field("created", sdk::SchemaBuilder::timestamp().build_or_die())
      .field("paid", sdk::Schema::boolean())
      .field("note", sdk::Schema::optional_string())
      .field("country", sdk::Schema::string())
      .field("priority", sdk::Schema::int16())
      .build_or_die();
}

/// Ten fields each, in `arena`.
std::vector<sdk::Record> orders(sdk::Arena& arena, const sdk::Schema& schema) {
  std::vector<sdk::Record> records(kBatch);
  for (size_t i = 0; i < kBatch; ++i) {
    const auto number = static_cast<int64_t>(i);
    const sdk::Value values[] = {sdk::Value::int64(number * 7919),
                                 sdk::Value::string("customer-000123456"),
                                 sdk::Value::int32(static_cast<int32_t>(number % 10)),
                                 sdk::Value::float64(static_cast<double>(number) + 0.25),
                                 sdk::Value::string("EUR"),
                                 sdk::Value::timestamp(1'700'000'000'000 + number),
                                 sdk::Value::boolean(number % 2 == 0),
                                 sdk::Value(),
                                 sdk::Value::string("DE"),
                                 sdk::Value::int16(3)};
    sdk::StructNode* node = new_struct(arena, schema);
    std::copy(std::begin(values), std::end(values), node->mutable_values().begin());
    records[i].topic = "orders";
    records[i].value_schema = &schema;
    records[i].value = sdk::Value::structure(node);
  }
  return records;
}

void run(benchmark::State& state, const std::vector<Step>& chain) {
  std::vector<std::unique_ptr<sdk::Transform>> transforms;
  for (const Step& step : chain) transforms.push_back(make(step));
  const sdk::SchemaPtr schema = order_schema();
  sdk::Arena given_arena;
  const std::vector<sdk::Record> given = orders(given_arena, *schema);
  sdk::Arena arena;
  std::vector<uint8_t> dropped(kBatch, 0);
  for (auto _ : state) {
    std::vector<sdk::Record> records = given;
    sdk::RecordErrors errors;
    for (const auto& transform : transforms) transform->apply(records, arena, dropped, errors);
    if (!errors.empty()) state.SkipWithError(errors.entries()[0].error.message().c_str());
    benchmark::DoNotOptimize(records.data());
    arena.reset();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}

void BM_Chain(benchmark::State& state) { run(state, steps()); }
BENCHMARK(BM_Chain);

void BM_Single(benchmark::State& state) {
  const Step& step = steps()[static_cast<size_t>(state.range(0))];
  run(state, {step});
  state.SetLabel(step.name);
}
BENCHMARK(BM_Single)->DenseRange(0, 4);

/// Of texts.
void BM_Format(benchmark::State& state) {
  run(state,
      {{"TimestampConverter$Value",
        {{"field", "created"}, {"target.type", "string"}, {"format", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"}}}});
}
BENCHMARK(BM_Format);

}  // namespace
}  // namespace sluice::transforms
