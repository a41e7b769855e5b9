// A record of ten fields: our plans, and code written by hand for that schema as the yardstick.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "formats/protobuf/decoder.h"
#include "formats/protobuf/encoder.h"
#include "formats/protobuf/to_connect.h"
#include "formats/protobuf/wire_reader.h"

namespace sluice::protobuf {
namespace {

constexpr const char* kSchema = R"(syntax = "proto3";
package com.example;
message Order {
  int64 id = 1;
  int64 customer = 2;
  int32 amount = 3;
  int32 count = 4;
  string product = 5;
  string country = 6;
  double price = 7;
  bool paid = 8;
  optional string note = 9;
  int64 at = 10;
})";
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
          "product-" + std::to_string(1000 + number % 9000),
          "country-" + std::to_string(10 + number % 90),
          static_cast<double>(number) * 1.25,
          number % 2 == 0,
          "a note " + std::to_string(100 + number % 900),
          1'700'000'000'000 + number};
}

/// By hand, for this schema; from the end to the beginning, too.
void encode_by_hand(const Order& order, WireWriter& out) {
  const auto number = [&](int field, int64_t value) {
    if (value == 0) return;
    out.varint(static_cast<uint64_t>(value));
    out.varint(make_tag(field, WireType::kVarint));
  };
  const auto text = [&](int field, std::string_view value) {
    out.bytes(value);
    out.varint(make_tag(field, WireType::kLength));
  };
  number(10, order.at);
  text(9, order.note);
  number(8, order.paid ? 1 : 0);
  if (order.price != 0) {
    out.fixed(order.price);
    out.varint(make_tag(7, WireType::kFixed64));
  }
  text(6, order.country);
  text(5, order.product);
  number(4, order.count);
  number(3, order.amount);
  number(2, order.customer);
  number(1, order.id);
}

struct View {
  uint64_t id, customer, amount, count;
  std::string_view product, country;
  double price;
  bool paid;
  std::string_view note;
  uint64_t at;
};

View decode_by_hand(BytesView bytes) {
  WireReader in(bytes);
  View view{};
  while (!in.at_end()) {
    const uint32_t tag = in.tag();
    switch (tag >> kWireTypeBits) {
      case 1:
        view.id = in.varint();
        break;
      case 2:
        view.customer = in.varint();
        break;
      case 3:
        view.amount = in.varint();
        break;
      case 4:
        view.count = in.varint();
        break;
      case 5:
        view.product = in.bytes();
        break;
      case 6:
        view.country = in.bytes();
        break;
      case 7:
        view.price = in.fixed<double>();
        break;
      case 8:
        view.paid = in.varint() != 0;
        break;
      case 9:
        view.note = in.bytes();
        break;
      case 10:
        view.at = in.varint();
        break;
      default:
        in.skip(tag);
    }
  }
  return view;
}

struct Data {
  Data()
      : file(parse_schema(kSchema).value()),
        connect(to_connect(*file->first_message(), {}).value()),
        decoder(plan_decoding(file, *file->first_message(), connect, {}).value()),
        encoder(plan_encoding(connect, file, *file->first_message(), {}).value()) {
    for (size_t i = 0; i < kBatch; ++i) {
      orders.push_back(order(static_cast<int64_t>(i)));
      WireWriter out;
      encode_by_hand(orders.back(), out);
      payloads.emplace_back(out.view());
    }
  }
  SchemaPtr file;
  sdk::SchemaPtr connect;
  Decoder decoder;
  Encoder encoder;
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
  sdk::Arena arena;
  for (auto _ : state) {
    arena.reset();
    sdk::Value value;
    for (const std::string& payload : data().payloads) {
      benchmark::DoNotOptimize(data().decoder.decode(payload, arena, value).ok());
      benchmark::DoNotOptimize(value);
    }
  }
  count(state);
}
BENCHMARK(decode);

void by_hand_encode(benchmark::State& state) {
  WireWriter out;
  for (auto _ : state) {
    for (const Order& order : data().orders) {
      out.clear();
      encode_by_hand(order, out);
      benchmark::DoNotOptimize(out.view());
    }
  }
  count(state);
}
BENCHMARK(by_hand_encode);

void encode(benchmark::State& state) {
  sdk::Arena arena;
  std::vector<sdk::Value> values;
  for (const std::string& payload : data().payloads) {
    if (!data().decoder.decode(payload, arena, values.emplace_back()).ok()) std::abort();
  }
  WireWriter out;
  for (auto _ : state) {
    for (const sdk::Value& value : values) {
      out.clear();
      benchmark::DoNotOptimize(data().encoder.encode(value, out).ok());
      benchmark::DoNotOptimize(out.view());
    }
  }
  count(state);
}
BENCHMARK(encode);

}  // namespace
}  // namespace sluice::protobuf
