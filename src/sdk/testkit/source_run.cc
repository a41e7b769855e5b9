#include "sdk/testkit/source_run.h"

#include <fmt/core.h>

#include "sdk/data/values.h"

namespace sluice::sdk::testkit {
namespace {

std::string java_text(const Value& value) {
  std::string text;
  append_java_text(text, value);
  return text;
}

/// Offset maps hold text keys and scalars.
Status check_offset_map(const Value& map) {
  if (map.is_null()) return {};
  if (map.kind() != Kind::kMap) return failed("an offset or partition is no map");
  for (const MapEntry& entry : map.as_map()) {
    if (entry.key.kind() != Kind::kString) return failed("an offset map has a key that is not text");
    const Kind kind = entry.value.kind();
    if (kind > Kind::kString)
      return failed(fmt::format("an offset map has a value of kind {}", kind_name(kind)));
  }
  return {};
}

Status check_record(const Record& record) {
  if (record.topic.empty()) return failed("a record has no topic");
  if (record.value_schema != nullptr)
    SLUICE_RETURN_IF_ERROR(validate_value(*record.value_schema, record.value));
  if (record.key_schema != nullptr) SLUICE_RETURN_IF_ERROR(validate_value(*record.key_schema, record.key));
  if (record.source_partition != nullptr)
    SLUICE_RETURN_IF_ERROR(check_offset_map(record.source_partition->map));
  return check_offset_map(record.source_offset);
}

}  // namespace

SourceRun::SourceRun(const SourcePlugin& plugin, Properties task_properties, OffsetMemory& memory)
    : task_(plugin.task()), properties_(std::move(task_properties)), memory_(memory), context_(memory) {}

SourceRun::~SourceRun() = default;

Status SourceRun::start() { return task_->start(properties_, context_); }

Status SourceRun::poll() {
  RecordBatch batch;
  if (auto polled = task_->poll(batch); !polled.ok()) {
    return polled.error().kind() == ErrorKind::kRetry ? Status{} : polled;
  }
  return take(batch);
}

Status SourceRun::take(const RecordBatch& batch) {
  for (const Record& record : batch.records()) {
    SLUICE_RETURN_IF_ERROR(check_record(record));
    const Value offset = deep_copy(arena_, record.source_offset);
    const Value partition = record.source_partition == nullptr ? Value::null() : record.source_partition->map;
    records_.push_back({std::string(record.topic), java_text(record.key), java_text(record.value),
                        offset_text(partition), offset_text(offset), batches_});
    origins_.push_back({record.source_partition, offset});
  }
  if (!batch.empty()) ++batches_;
  return {};
}

Status SourceRun::poll_until(size_t count, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (records_.size() < count) {
    if (std::chrono::steady_clock::now() > deadline) {
      return failed(
          fmt::format("{} records after {} s, {} were expected", records_.size(), limit.count(), count));
    }
    SLUICE_RETURN_IF_ERROR(poll());
  }
  return {};
}

Status SourceRun::commit(size_t count) {
  for (; committed_ < count; ++committed_) {
    const Origin& origin = origins_[committed_];
    if (origin.partition != nullptr) memory_.store(origin.partition->map, origin.offset);
  }
  return task_->commit();
}

void SourceRun::stop() {
  context_.request_stop();
  task_->stop();
}

}  // namespace sluice::sdk::testkit
