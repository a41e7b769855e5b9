// A record of ten fields (87 bytes): our plans, and code written by hand for that schema as the yardstick.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "formats/avro/byte_reader.h"
#include "formats/avro/decoder.h"
#include "formats/avro/encoder.h"
#include "formats/avro/schema_parser.h"
#include "formats/avro/to_connect.h"
#include "sdk/data/java_utf8.h"
#include "sdk/data/values.h"

namespace sluice::avro {
namespace {

constexpr const char* kSchema = R"({"type":"record","name":"Order","namespace":"com.example","fields":[
  {"name":"id","type":"long"},{"name":"customer","type":"long"},{"name":"amount","type":"int"},
  {"name":"count","type":"int"},{"name":"product","type":"string"},{"name":"country","type":"string"},
  {"name":"price","type":"double"},{"name":"paid","type":"boolean"},
  {"name":"note","type":["null","string"],"default":null},
  {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}]})";
constexpr size_t kBatch = 1000;

struct Order {
  int64_t id, customer;
  int32_t amount, count;
  std::string product, country;
  double price;
  bool paid;
  std::string note;
  int64_t at;
};

Order order(int64_t number) {
  return {1'000'000'000 + number * 7919,
          90'000'000'000 + number * 31,
          static_cast<int32_t>(100'000 + number % 50'000),
          static_cast<int32_t>(number % 60),
          "product-number-" + std::to_string(1000 + number % 9000),
          "country-number-" + std::to_string(10 + number % 90),
          static_cast<double>(number) * 1.25,
          number % 2 == 0,
          "a note number " + std::to_string(100 + number % 900),
          1'700'000'000'000 + number};
}

/// By hand, for this schema.
void encode_by_hand(const Order& order, ByteWriter& out) {
  out.integer(order.id);
  out.integer(order.customer);
  out.integer(order.amount);
  out.integer(order.count);
  out.bytes(order.product);
  out.bytes(order.country);
  out.floating(order.price);
  out.byte(order.paid ? 1 : 0);
  out.integer(1);
  out.bytes(order.note);
  out.integer(order.at);
}

struct View {
  int64_t id, customer, amount, count;
  std::string_view product, country;
  double price;
  bool paid;
  std::string_view note;
  int64_t at;
};

View decode_by_hand(BytesView bytes) {
  ByteReader in(bytes);
  View view{};
  view.id = in.integer();
  view.customer = in.integer();
  view.amount = in.integer();
  view.count = in.integer();
  view.product = in.bytes(in.size());
  view.country = in.bytes(in.size());
  view.price = in.floating<double>();
  view.paid = in.boolean();
  if (in.integer() == 1) view.note = in.bytes(in.size());
  view.at = in.integer();
  return view;
}

struct Data {
  Data() : schema(parse_schema(kSchema).value()), connect(to_connect(*schema, {}).value()) {
    for (size_t i = 0; i < kBatch; ++i) {
      orders.push_back(order(static_cast<int64_t>(i)));
      ByteWriter out;
      encode_by_hand(orders.back(), out);
      payloads.emplace_back(out.view());
    }
  }
  SchemaPtr schema;
  sdk::SchemaPtr connect;
  std::vector<Order> orders;
  std::vector<std::string> payloads;
};

const Data& data() {
  static const Data made;
  return made;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}

void by_hand_decode(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& payload : data().payloads) benchmark::DoNotOptimize(decode_by_hand(payload));
  }
  count(state);
}
BENCHMARK(by_hand_decode);

void decode(benchmark::State& state) {
  const Decoder decoder(plan_decoding(data().schema, data().schema, data().connect, {}).value());
  sdk::Arena arena;
  for (auto _ : state) {
    arena.reset();
    sdk::Value value;
    for (const std::string& payload : data().payloads) {
      benchmark::DoNotOptimize(decoder.decode(payload, arena, value).ok());
      benchmark::DoNotOptimize(value);
    }
  }
  count(state);
}
BENCHMARK(decode);

void by_hand_encode(benchmark::State& state) {
  ByteWriter out;
  for (auto _ : state) {
    out.clear();
    for (const Order& order : data().orders) encode_by_hand(order, out);
    benchmark::DoNotOptimize(out.view());
  }
  count(state);
}
BENCHMARK(by_hand_encode);

void encode(benchmark::State& state) {
  const Decoder decoder(plan_decoding(data().schema, data().schema, data().connect, {}).value());
  const Encoder encoder(plan_encoding(data().connect.get(), data().schema, {}).value());
  sdk::Arena arena;
  std::vector<sdk::Value> values;
  for (const std::string& payload : data().payloads) {
    if (!decoder.decode(payload, arena, values.emplace_back()).ok()) std::abort();
  }
  ByteWriter out;
  for (auto _ : state) {
    out.clear();
    for (const sdk::Value& value : values) benchmark::DoNotOptimize(encoder.encode(value, out).ok());
  }
  count(state);
}
BENCHMARK(encode);

}  // namespace
}  // namespace sluice::avro
