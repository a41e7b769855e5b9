// Decoding of the lake benchmark's kind of event, against the other ways that were tried.

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "formats/json/json_decoder.h"

namespace sluice::json {
namespace {

using sdk::Arena;
using sdk::MapEntry;
using sdk::Value;

std::vector<std::string> make_events() {
  std::mt19937_64 random(7);
  std::vector<std::string> events;
  for (int i = 0; i < 2000; ++i) {
    const auto hex = [&] {
      std::array<char, 17> text;
      std::snprintf(text.data(), text.size(), "%016lx", static_cast<unsigned long>(random()));
      return std::string(text.data());
    };
    events.push_back(
        "{\"event_id\":\"" + hex() + hex() + "\",\"user_id\":" + std::to_string(random() % 1'000'000) +
        ",\"type\":\"page_view\",\"ts\":" + std::to_string(1'700'000'000'000 + i * 37) +
        ",\"price\":" + std::to_string(random() % 1000) + "." + std::to_string(random() % 90 + 10) +
        ",\"ok\":true,\"device\":{\"os\":\"android\",\"version\":\"14.2\",\"model\":\"px-" +
        std::to_string(random() % 100) + "\"},\"tags\":[\"alpha\",\"beta\",\"gamma\"],\"url\":\"https:" +
        "//example.com/p/" + hex() + "\",\"note\":null}");
  }
  return events;
}

const std::vector<std::string>& events() {
  static const std::vector<std::string> made = make_events();
  return made;
}

void set_counters(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(events().size()));
  state.counters["bytes_per_event"] = static_cast<double>(events()[0].size());
}

void BM_Decoder(benchmark::State& state) {
  Decoder decoder;
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    decoder.begin_batch(arena);
    for (const std::string& event : events()) {
      auto value = decoder.decode(event, arena);
      benchmark::DoNotOptimize(value);
    }
  }
  set_counters(state);
}
BENCHMARK(BM_Decoder);

void BM_Lenient(benchmark::State& state) {
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    for (const std::string& event : events()) {
      auto value = decode_leniently(event, arena);
      benchmark::DoNotOptimize(value);
    }
  }
  set_counters(state);
}
BENCHMARK(BM_Lenient);

// simdjson's DOM, its tape walked into values.
Value from_dom(const simdjson::dom::element& element, Arena& arena) {
  switch (element.type()) {
    case simdjson::dom::element_type::OBJECT: {
      const simdjson::dom::object object = element;
      auto* entries = arena.array<MapEntry>(object.size());
      size_t count = 0;
      for (const auto& [key, value] : object) {
        entries[count++] = {Value::string(arena.copy(key)), from_dom(value, arena)};
      }
      return Value::map({entries, count});
    }
    case simdjson::dom::element_type::ARRAY: {
      const simdjson::dom::array array = element;
      auto* items = arena.array<Value>(array.size());
      size_t count = 0;
      for (const auto& item : array) items[count++] = from_dom(item, arena);
      return Value::array({items, count});
    }
    case simdjson::dom::element_type::STRING:
      return Value::string(arena.copy(std::string_view(element)));
    case simdjson::dom::element_type::INT64:
      return Value::int64(int64_t(element));
    case simdjson::dom::element_type::DOUBLE:
      return Value::float64(double(element));
    case simdjson::dom::element_type::BOOL:
      return Value::boolean(bool(element));
    default:
      return Value::null();
  }
}

void BM_SimdjsonDom(benchmark::State& state) {
  simdjson::dom::parser parser;
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    for (const std::string& event : events()) {
      auto value = from_dom(parser.parse(event), arena);
      benchmark::DoNotOptimize(value);
    }
  }
  set_counters(state);
}
BENCHMARK(BM_SimdjsonDom);

// simdjson on demand.
template <typename Element>
Value from_demand(Element&& element, Arena& arena, std::vector<MapEntry>& entries,
                  std::vector<Value>& items) {
  switch (element.type()) {
    case simdjson::ondemand::json_type::object: {
      const size_t first = entries.size();
      for (auto field : element.get_object()) {
        const std::string_view key = field.unescaped_key();
        const Value name = Value::string(arena.copy(key));
        const Value value = from_demand(field.value(), arena, entries, items);
        entries.push_back({name, value});
      }
      const size_t count = entries.size() - first;
      auto* copy = arena.array<MapEntry>(count);
      std::copy(entries.begin() + static_cast<ptrdiff_t>(first), entries.end(), copy);
      entries.resize(first);
      return Value::map({copy, count});
    }
    case simdjson::ondemand::json_type::array: {
      const size_t first = items.size();
      for (auto item : element.get_array()) {
        const Value value = from_demand(item.value(), arena, entries, items);
        items.push_back(value);
      }
      const size_t count = items.size() - first;
      auto* copy = arena.array<Value>(count);
      std::copy(items.begin() + static_cast<ptrdiff_t>(first), items.end(), copy);
      items.resize(first);
      return Value::array({copy, count});
    }
    case simdjson::ondemand::json_type::string:
      return Value::string(arena.copy(std::string_view(element.get_string())));
    case simdjson::ondemand::json_type::number: {
      simdjson::ondemand::number number = element.get_number();
      return number.is_int64() ? Value::int64(number.get_int64()) : Value::float64(number.get_double());
    }
    case simdjson::ondemand::json_type::boolean:
      return Value::boolean(element.get_bool());
    default:
      return Value::null();
  }
}

void BM_SimdjsonOnDemand(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  std::string padded;
  std::vector<MapEntry> entries;
  std::vector<Value> items;
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    for (const std::string& event : events()) {
      padded.reserve(event.size() + simdjson::SIMDJSON_PADDING);
      padded.assign(event);
      simdjson::ondemand::document document = parser.iterate(padded.data(), padded.size(), padded.capacity());
      simdjson::ondemand::value root = document.get_value();
      auto value = from_demand(root, arena, entries, items);
      benchmark::DoNotOptimize(value);
    }
  }
  set_counters(state);
}
BENCHMARK(BM_SimdjsonOnDemand);

}  // namespace
}  // namespace sluice::json
