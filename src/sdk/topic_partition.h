#pragma once
// A partition of a Kafka topic, and offsets by partition.

#include <compare>
#include <cstdint>
#include <map>
#include <string>

namespace sluice::sdk {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};

/// The next offset to read, per partition.
using Offsets = std::map<TopicPartition, int64_t>;

}  // namespace sluice::sdk
