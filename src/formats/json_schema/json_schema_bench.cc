// An order of ten fields as JSON of a schema: read, checked, written.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "formats/json/json_decoder.h"
#include "formats/json_schema/decoder.h"
#include "formats/json_schema/encoder.h"
#include "formats/json_schema/to_connect.h"
#include "formats/json_schema/validator.h"

namespace sluice::json_schema {
namespace {

constexpr size_t kBatch = 500;
constexpr const char* kSchema = R"({"type":"object","title":"Order","properties":{
    "id":{"type":"integer","connect.type":"int64"},"customer":{"type":"integer","connect.type":"int64"},
    "product":{"type":"string","minLength":1},"amount":{"type":"integer","connect.type":"int32"},
    "price":{"type":"number","connect.type":"float64","minimum":0},"country":{"type":"string","maxLength":2},
    "paid":{"type":"boolean"},"note":{"oneOf":[{"type":"null"},{"type":"string"}]},
    "count":{"type":"integer","connect.type":"int32"},"at":{"type":"integer","connect.type":"int64"}},
    "required":["id","customer"]})";

struct Data {
  Data() {
    for (size_t i = 0; i < kBatch; ++i) {
      const std::string n = std::to_string(i);
      payloads.push_back(
          R"({"id":)" + n + R"(,"customer":4711,"product":"article )" + n + R"(","amount":)" + n +
          R"(,"price":19.95,"country":"DE","paid":true,"note":"as soon as possible","count":3,)"
          R"("at":1700000000)" +
          std::to_string(100 + i % 900) + "}");
    }
  }
  DocumentPtr document = SchemaDocument::parse(kSchema).value();
  sdk::SchemaPtr connect = to_connect(*document, {}).value();
  std::vector<std::string> payloads;
};

const Data& data() {
  static const Data made;
  return made;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}

void decode(benchmark::State& state) {
  json::Decoder parser(json::Numbers::kExact);
  Decoder decoder(plan_decoding(data().connect, {}));
  sdk::Arena arena;
  for (auto _ : state) {
    arena.reset();
    parser.begin_batch(arena);
    sdk::Value value;
    for (const std::string& payload : data().payloads) {
      benchmark::DoNotOptimize(decoder.decode(*parser.decode(payload, arena), arena, value).ok());
      benchmark::DoNotOptimize(value);
    }
  }
  count(state);
}
BENCHMARK(decode);

void validate(benchmark::State& state) {
  json::Decoder parser(json::Numbers::kExact);
  Validator validator = std::move(Validator::make(data().document)).value();
  sdk::Arena arena;
  parser.begin_batch(arena);
  std::vector<sdk::Value> trees;
  for (const std::string& payload : data().payloads) trees.push_back(*parser.decode(payload, arena));
  for (auto _ : state) {
    for (const sdk::Value& tree : trees) {
      if (!validator.check(tree).ok()) std::abort();
    }
  }
  count(state);
}
BENCHMARK(validate);

void encode(benchmark::State& state) {
  json::Decoder parser(json::Numbers::kExact);
  Decoder decoder(plan_decoding(data().connect, {}));
  Encoder encoder(plan_encoding(data().connect, {}));
  sdk::Arena arena;
  parser.begin_batch(arena);
  std::vector<sdk::Value> values;
  for (const std::string& payload : data().payloads) {
    if (!decoder.decode(*parser.decode(payload, arena), arena, values.emplace_back()).ok()) std::abort();
  }
  json::TextBuffer out;
  for (auto _ : state) {
    out.clear();
    for (const sdk::Value& value : values) benchmark::DoNotOptimize(encoder.encode(value, out).ok());
  }
  count(state);
}
BENCHMARK(encode);

}  // namespace
}  // namespace sluice::json_schema
