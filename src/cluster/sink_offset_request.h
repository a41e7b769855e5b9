#pragma once
// Offsets of sink connectors in requests: {"kafka_topic": …, "kafka_partition": …} and {"kafka_offset": …}
// (org.apache.kafka.connect.util.SinkUtils of 4.1).

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "cluster/herder.h"
#include "sdk/topic_partition.h"

namespace sluice::cluster {

struct SinkOffsetChange {
  std::map<sdk::TopicPartition, int64_t> alter;
  std::set<sdk::TopicPartition> reset;
};

/// Of several entries for a partition the last counts. Errors are kBadRequest with Kafka Connect's texts.
Answer<SinkOffsetChange> parse_sink_offsets(const std::vector<OffsetEntry>& entries);

OffsetEntry sink_offset_entry(const sdk::TopicPartition& partition, int64_t offset);

}  // namespace sluice::cluster
