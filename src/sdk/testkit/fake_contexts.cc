#include "sdk/testkit/fake_contexts.h"

#include <fmt/core.h>

#include "sdk/data/values.h"

namespace sluice::sdk::testkit {
namespace {

/// As JSON gives it back.
Value through_json(Arena& arena, const Value& value) {
  switch (value.kind()) {
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
      return Value::int64(value.as_integer());
    case Kind::kFloat32:
      return Value::float64(value.as_float64());
    case Kind::kMap: {
      const auto entries = value.as_map();
      auto* copy = arena.array<MapEntry>(entries.size());
      for (size_t i = 0; i < entries.size(); ++i) {
        copy[i] = {through_json(arena, entries[i].key), through_json(arena, entries[i].value)};
      }
      return Value::map({copy, entries.size()});
    }
    default:
      return deep_copy(arena, value);
  }
}

}  // namespace

std::string offset_text(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return value.as_boolean() ? "true" : "false";
    case Kind::kString:
      return fmt::format("\"{}\"", value.as_string());
    case Kind::kFloat32:
    case Kind::kFloat64:
      return fmt::format("{}", value.as_float64());
    case Kind::kMap: {
      std::map<std::string, std::string> sorted;
      for (const MapEntry& entry : value.as_map()) sorted[offset_text(entry.key)] = offset_text(entry.value);
      std::string text = "{";
      for (const auto& [key, item] : sorted)
        text += fmt::format("{}{}:{}", text.size() > 1 ? "," : "", key, item);
      return text + "}";
    }
    default:
      return std::to_string(value.as_integer());
  }
}

void FakeConnectorContext::raise_error(const Error& error) {
  std::lock_guard lock(mutex_);
  raised_ = error;
}

std::optional<Error> FakeConnectorContext::raised() const {
  std::lock_guard lock(mutex_);
  return raised_;
}

void OffsetMemory::store(const Value& partition, const Value& offset) {
  auto entry = std::make_unique<Entry>();
  entry->offset = through_json(entry->arena, offset);
  offsets_[offset_text(partition)] = std::move(entry);
}

Value OffsetMemory::find(const Value& partition, Arena& arena) const {
  const auto found = offsets_.find(offset_text(partition));
  return found == offsets_.end() ? Value::null() : deep_copy(arena, found->second->offset);
}

const SourcePartition* FakeSourceContext::partition(const Value& map) {
  auto& slot = partitions_[offset_text(map)];
  if (!slot) slot = std::make_unique<SourcePartition>(SourcePartition{deep_copy(arena_, map)});
  return slot.get();
}

Result<Value> FakeSourceContext::offset(const SourcePartition& partition, Arena& arena) {
  return memory_.find(partition.map, arena);
}

void FakeSinkContext::resume(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions) paused_.erase(partition);
}

Result<CommittedOffset> FakeSinkContext::committed(const TopicPartition& partition) {
  const auto found = group_.find(partition);
  return found == group_.end() ? CommittedOffset{} : found->second;
}

Status FakeSinkContext::commit_now(const TopicPartition& partition, int64_t offset,
                                   std::string_view metadata) {
  if (fenced_) return fenced("another member owns " + partition.topic);
  group_[partition] = {offset, std::string(metadata)};
  ++commits_now_;
  return {};
}

Result<bool> FakeSinkContext::report(const Record& record, const Error& error) {
  if (!tolerate_errors_) return false;
  reports_.push_back({{std::string(record.topic), record.partition}, record.offset, error});
  return true;
}

}  // namespace sluice::sdk::testkit
