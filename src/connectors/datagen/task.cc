#include "connectors/datagen/task.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <random>

#include "base/log.h"
#include "connectors/datagen/quickstarts.h"

namespace sluice::connectors::datagen {
namespace {

using sdk::Value;
using std::chrono::milliseconds;

constexpr std::string_view kIteration = "current.iteration";
constexpr std::string_view kSeedField = "random.seed";
constexpr int64_t kBatchRecordsMax = 2000;
constexpr int64_t kTickMs = 20;  // records of a rate are made in bunches of this time
constexpr int64_t kPollWaitMs = 1000;

int64_t number_in(const sdk::Properties& properties, std::string_view key) {
  const std::string* text = sdk::find(properties, key);
  int64_t number = 0;
  if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

}  // namespace

Status DatagenTask::start(const sdk::Properties& properties, sdk::SourceTaskContext& context) {
  SLUICE_ASSIGN_OR_RETURN(options_, parse_options(properties));
  context_ = &context;
  task_id_ = number_in(properties, kTaskId);
  sdk::Arena arena;
  partition_ = context.partition(sdk::single_entry_map(arena, kTaskId, Value::int64(task_id_)));
  // 52 bits: exact for every reader of JSON.
  seed_ = options_.seed ? *options_.seed : std::random_device{}() | uint64_t{std::random_device{}()} << 20;
  SLUICE_RETURN_IF_ERROR(load_offset());
  start_ms_ = clock_.steady_ms();
  start_made_ = made_;
  return {};
}

Status DatagenTask::load_offset() {
  sdk::Arena arena;
  SLUICE_ASSIGN_OR_RETURN(const Value offset, context_->offset(*partition_, arena));
  if (offset.is_null()) return {};
  const Value count = sdk::map_get(offset, kIteration);
  const Value seed = sdk::map_get(offset, kSeedField);
  if (count.kind() != sdk::Kind::kInt64 || count.as_integer() < 0) {
    return failed(
        fmt::format("The stored offset of task {} has no count under '{}'; reset the connector's offsets",
                    task_id_, kIteration));
  }
  made_ = count.as_integer();
  if (!options_.seed && seed.kind() == sdk::Kind::kInt64) seed_ = static_cast<uint64_t>(seed.as_integer());
  return {};
}

int64_t DatagenTask::due() {
  int64_t left = std::numeric_limits<int64_t>::max();
  if (options_.iterations >= 0) left = options_.iterations - made_;
  if (left <= 0) {
    if (!told_end_) log::info("Made the configured {} records; nothing more will come", options_.iterations);
    told_end_ = true;
    context_->stop().wait_for(milliseconds(kPollWaitMs));
    return 0;
  }
  left = std::min(left, kBatchRecordsMax);
  if (options_.records_per_second <= 0) return left;
  const auto due_by = [&](int64_t now_ms) {
    const double seconds = static_cast<double>(now_ms - start_ms_) / 1000.0;
    return static_cast<int64_t>(seconds * options_.records_per_second) - (made_ - start_made_);
  };
  const int64_t deadline_ms = clock_.steady_ms() + kPollWaitMs;
  int64_t count = due_by(clock_.steady_ms());
  while (count < 1 && clock_.steady_ms() < deadline_ms) {
    if (context_->stop().wait_for(milliseconds(kTickMs))) return 0;
    count = due_by(clock_.steady_ms());
  }
  return std::clamp<int64_t>(count, 0, left);
}

Status DatagenTask::poll(sdk::RecordBatch& batch) {
  if (context_->stop().stop_requested()) return {};
  append(batch, due());
  return {};
}

void DatagenTask::append(sdk::RecordBatch& batch, int64_t count) {
  const Quickstart& kind = *options_.quickstart;
  const sdk::Schema* key_schema = kind.schema->fields()[static_cast<size_t>(kind.key_field)].schema.get();
  const uint64_t seed = seed_ + static_cast<uint64_t>(task_id_) * 0x9E3779B97F4A7C15ULL;
  sdk::Arena& arena = batch.arena();
  auto& records = batch.records();
  records.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i, ++made_) {
    sdk::Record& record = records.emplace_back();
    record.topic = options_.topic;
    record.value_schema = kind.schema.get();
    record.value = kind.make(*kind.schema, Random(seed, static_cast<uint64_t>(made_)), made_, arena);
    record.key_schema = key_schema;
    record.key = record.value.as_struct().values()[static_cast<size_t>(kind.key_field)];
    record.origin = static_cast<uint32_t>(i);
    record.source_partition = partition_;
    auto* entries = arena.array<sdk::MapEntry>(2);
    entries[0] = {Value::string(kIteration), Value::int64(made_ + 1)};
    entries[1] = {Value::string(kSeedField), Value::int64(static_cast<int64_t>(seed_))};
    record.source_offset = Value::map({entries, 2});
  }
}

}  // namespace sluice::connectors::datagen
