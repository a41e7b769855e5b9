#include "cluster/sink_offset_request.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace sluice::cluster {
namespace {

using nlohmann::json;

constexpr const char* kTopic = "kafka_topic";
constexpr const char* kPartition = "kafka_partition";
constexpr const char* kOffset = "kafka_offset";

RequestError wrong(std::string message) { return {RequestProblem::kBadRequest, std::move(message), {}, {}}; }

/// As Java prints the value.
std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

template <typename Number>
std::optional<Number> number_of(const json& value) {
  const std::string text = text_of(value);
  Number number = 0;
  const char* end = text.data() + text.size();
  const char* start = text.starts_with('+') ? text.data() + 1 : text.data();
  const auto parsed = std::from_chars(start, end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

Answer<sdk::TopicPartition> parse_partition(const std::string& text) {
  const json partition = json::parse(text, nullptr, false);
  if (partition.is_null() || partition.is_discarded() || !partition.is_object()) {
    return wrong("The partition for a sink connector offset cannot be null or missing");
  }
  if (!partition.contains(kTopic) || !partition.contains(kPartition)) {
    return wrong(fmt::format("The partition for a sink connector offset must contain the keys '{}' and '{}'",
                             kTopic, kPartition));
  }
  if (partition[kTopic].is_null())
    return wrong("Kafka topic names must be valid strings and may not be null");
  if (partition[kPartition].is_null()) {
    return wrong("Kafka partitions must be valid numbers and may not be null");
  }
  const auto number = number_of<int32_t>(partition[kPartition]);
  if (!number) {
    return wrong(
        fmt::format("Failed to parse the following Kafka partition value in the provided offsets: "
                    "'{}'. Partition values for sink connectors need to be integers.",
                    text_of(partition[kPartition])));
  }
  return sdk::TopicPartition{text_of(partition[kTopic]), *number};
}

/// None: reset.
Answer<std::optional<int64_t>> parse_offset(const std::optional<std::string>& text) {
  if (!text) return std::optional<int64_t>();
  const json offset = json::parse(*text, nullptr, false);
  if (offset.is_null()) return std::optional<int64_t>();
  if (!offset.is_object() || !offset.contains(kOffset)) {
    return wrong(fmt::format("The offset for a sink connector should either be null or contain the key '{}'",
                             kOffset));
  }
  const auto number = number_of<int64_t>(offset[kOffset]);
  if (number) return number;
  return wrong(
      fmt::format("Failed to parse the following Kafka offset value in the provided offsets: '{}'. "
                  "Offset values for sink connectors need to be integers.",
                  text_of(offset[kOffset])));
}

}  // namespace

Answer<SinkOffsetChange> parse_sink_offsets(const std::vector<OffsetEntry>& entries) {
  std::map<sdk::TopicPartition, std::optional<int64_t>> wanted;
  for (const OffsetEntry& entry : entries) {
    auto partition = parse_partition(entry.partition);
    if (auto* error = std::get_if<RequestError>(&partition)) return std::move(*error);
    auto offset = parse_offset(entry.offset);
    if (auto* error = std::get_if<RequestError>(&offset)) return std::move(*error);
    wanted[std::get<sdk::TopicPartition>(partition)] = std::get<std::optional<int64_t>>(offset);
  }
  SinkOffsetChange change;
  for (const auto& [partition, offset] : wanted) {
    if (offset) {
      change.alter[partition] = *offset;
    } else {
      change.reset.insert(partition);
    }
  }
  return change;
}

OffsetEntry sink_offset_entry(const sdk::TopicPartition& partition, int64_t offset) {
  nlohmann::ordered_json key;
  key[kPartition] = partition.partition;
  key[kTopic] = partition.topic;
  return {key.dump(), fmt::format("{{\"{}\":{}}}", kOffset, offset)};
}

}  // namespace sluice::cluster
