// JSON-like events (about 250 bytes as JSON: ids, strings, a nested object, a list) into one zstd Parquet
// file in memory. Per event, to compare with a script's pyarrow.parquet.write_table of the same events.

#include <benchmark/benchmark.h>

#include <array>
#include <random>
#include <string>

#include "formats/parquet/module/column_writer.h"
#include "sdk/data/record.h"

namespace sluice::formats {
namespace {

using sdk::MapEntry;
using sdk::Value;

class Events {
 public:
  /// The next `count` events; keys are the same bytes in every event, as the JSON decoder leaves them.
  void fill(sdk::RecordBatch& batch, size_t count) {
    batch.clear();
    for (size_t i = 0; i < count; ++i) {
      sdk::Record record;
      record.topic = "events";
      record.offset = next_;
      record.value = event(batch.arena());
      batch.records().push_back(record);
      ++next_;
    }
  }

 private:
  Value text(sdk::Arena& arena, std::string_view text) { return Value::string(arena.copy(text)); }
  Value hex(sdk::Arena& arena, int words) {
    std::string digits;
    for (int i = 0; i < words; ++i) {
      char part[17];
      std::snprintf(part, sizeof part, "%016lx", static_cast<unsigned long>(random_()));
      digits += part;
    }
    return text(arena, digits);
  }
  template <size_t N>
  Value one_of(sdk::Arena& arena, const std::array<const char*, N>& choices) {
    return text(arena, choices[random_() % N]);
  }
  static Value map(sdk::Arena& arena, std::initializer_list<std::pair<const char*, Value>> fields) {
    auto* entries = arena.array<MapEntry>(fields.size());
    size_t at = 0;
    for (const auto& [key, value] : fields) entries[at++] = {Value::string(key), value};
    return Value::map({entries, fields.size()});
  }

  Value event(sdk::Arena& arena) {
    static constexpr std::array kTypes{"page_view", "click", "purchase", "search", "login"};
    static constexpr std::array kCountries{"DE", "US", "FR", "GB", "NL", "PL", "IN", "BR"};
    static constexpr std::array kPlatforms{"ios", "android", "web", "tv"};
    const size_t tag_count = 1 + random_() % 3;
    auto* tags = arena.array<Value>(tag_count);
    for (size_t i = 0; i < tag_count; ++i) tags[i] = one_of(arena, kTypes);
    const std::string version = std::to_string(1 + random_() % 17) + "." + std::to_string(random_() % 10);
    const Value device = map(arena, {{"os", one_of(arena, kPlatforms)},
                                     {"version", text(arena, version)},
                                     {"country", one_of(arena, kCountries)}});
    return map(arena, {{"id", Value::int64(next_)},
                       {"event_id", hex(arena, 2)},
                       {"user_id", Value::int64(static_cast<int64_t>(random_() % 2000000))},
                       {"type", one_of(arena, kTypes)},
                       {"ts", Value::int64(1700000000000 + next_ * 7)},
                       {"session", hex(arena, 1)},
                       {"amount", Value::float64(static_cast<double>(random_() % 50000) / 100)},
                       {"ok", Value::boolean(random_() % 10 != 0)},
                       {"device", device},
                       {"tags", Value::array({tags, tag_count})}});
  }

  std::mt19937_64 random_{1};
  int64_t next_ = 0;
};

class CountingSink final : public ByteSink {
 public:
  Status write(BytesView bytes) override {
    bytes_ += bytes.size();
    return {};
  }
  size_t bytes() const { return bytes_; }

 private:
  size_t bytes_ = 0;
};

constexpr size_t kBatches = 100;
constexpr size_t kBatchSize = 4000;

/// The same few batches again and again: the records are still in the cache, as after a decoder.
void append_warm(benchmark::State& state) {
  sdk::RecordBatch batch;
  Events events;
  events.fill(batch, 500);
  ParquetOptions options;
  options.row_group_bytes_max = size_t{1} << 30;
  for (auto _ : state) {
    CountingSink sink;
    auto writer = make_column_writer(options, nullptr, nullptr, sink);
    for (int i = 0; i < 400; ++i) benchmark::DoNotOptimize((*writer)->append(batch.records()));
  }
  const auto count = static_cast<double>(state.iterations() * 400 * 500);
  state.counters["us_per_event"] =
      benchmark::Counter(count / 1e6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void write_events(benchmark::State& state, bool encode) {
  static std::vector<sdk::RecordBatch> batches = [] {
    std::vector<sdk::RecordBatch> made(kBatches);
    Events events;
    for (auto& batch : made) events.fill(batch, kBatchSize);
    return made;
  }();
  ParquetOptions options;
  options.codec = ParquetCodec::kZstd;
  if (!encode) options.row_group_bytes_max = size_t{1} << 30;
  size_t file_bytes = 0;
  for (auto _ : state) {
    CountingSink sink;
    auto writer = make_column_writer(options, nullptr, nullptr, sink);
    for (const auto& batch : batches) {
      std::span<const sdk::Record> rest = batch.records();
      while (true) {
        const AppendResult result = (*writer)->append(rest);
        rest = rest.subspan(result.appended);
        if (result.stop != AppendStop::kFull) break;
        if (!(*writer)->flush_row_group(false).ok()) state.SkipWithError("row group");
      }
    }
    if (encode && !(*writer)->finish().ok()) state.SkipWithError("finish");
    file_bytes = sink.bytes();
  }
  const auto events = static_cast<double>(state.iterations() * kBatches * kBatchSize);
  state.counters["us_per_event"] =
      benchmark::Counter(events / 1e6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["file_bytes_per_event"] = static_cast<double>(file_bytes) / (kBatches * kBatchSize);
}

void append_only(benchmark::State& state) { write_events(state, false); }
void append_and_encode(benchmark::State& state) { write_events(state, true); }
BENCHMARK(append_warm)->Unit(benchmark::kMillisecond);
BENCHMARK(append_only)->Unit(benchmark::kMillisecond);
BENCHMARK(append_and_encode)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::formats
