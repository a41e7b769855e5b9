#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "converters/json_converter.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

using sdk::Arena;
using sdk::DataItem;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Type;
using sdk::Value;

constexpr size_t kBatch = 1000;

SchemaPtr order_schema() {
  return SchemaBuilder::structure()
      .name("order")
      .field("id", Schema::int64())
      .field("customer", Schema::string())
      .field("quantity", Schema::int32())
      .field("price", Schema::float64())
      .field("currency", Schema::string())
      .field("created", SchemaBuilder::timestamp().build_or_die())
      .field("paid", Schema::boolean())
      .field("note", Schema::optional_string())
      .field("country", Schema::string())
      .field("priority", Schema::int16())
      .build_or_die();
}

std::vector<DataItem> orders(Arena& arena, const SchemaPtr& schema) {
  std::vector<DataItem> items;
  for (size_t i = 0; i < kBatch; ++i) {
    sdk::StructNode* node = new_struct(arena, *schema);
    auto values = node->mutable_values();
    values[0] = Value::int64(static_cast<int64_t>(i * 7919));
    values[1] = Value::string("customer-000123456");
    values[2] = Value::int32(static_cast<int32_t>(i % 10));
    values[3] = Value::float64(static_cast<double>(i) + 0.25);
    values[4] = Value::string("EUR");
    values[5] = Value::timestamp(1'700'000'000'000 + static_cast<int64_t>(i));
    values[6] = Value::boolean(i % 2 == 0);
    values[8] = Value::string("DE");
    values[9] = Value::int16(3);
    items.push_back({"orders", schema.get(), Value::structure(node)});
  }
  return items;
}

void configure(JsonConverter& converter, bool schemas) {
  const sdk::Properties properties = {{"schemas.enable", schemas ? "true" : "false"}};
  if (!converter.configure(properties, sdk::ConverterRole::kValue).ok()) std::abort();
}

void BM_FromData(benchmark::State& state) {
  JsonConverter converter;
  configure(converter, state.range(0) != 0);
  Arena data;
  const SchemaPtr schema = order_schema();
  const auto items = orders(data, schema);
  std::vector<BytesView> out(items.size());
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    sdk::RecordErrors errors;
    converter.from_data(items, arena, out, errors);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(items.size()));
}
BENCHMARK(BM_FromData)->ArgName("schemas")->Arg(0)->Arg(1);

void BM_ToData(benchmark::State& state) {
  JsonConverter converter;
  configure(converter, state.range(0) != 0);
  Arena data;
  const SchemaPtr schema = order_schema();
  const auto items = orders(data, schema);
  std::vector<BytesView> bytes(items.size());
  sdk::RecordErrors errors;
  converter.from_data(items, data, bytes, errors);
  std::vector<sdk::BytesItem> messages;
  for (const BytesView& message : bytes) messages.push_back({"orders", message, {}});
  std::vector<sdk::SchemaAndValue> out(items.size());
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    converter.to_data(messages, arena, out, errors);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(items.size()));
}
BENCHMARK(BM_ToData)->ArgName("schemas")->Arg(0)->Arg(1);

}  // namespace
}  // namespace sluice::converters
