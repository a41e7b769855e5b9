#pragma once
// Administrative calls. Blocking, each with its own deadline; thread-safe.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/client_config.h"
#include "kafka/consumer.h"

namespace sluice::kafka {

struct NewTopic {
  std::string name;
  int32_t partitions = -1;          // -1: the broker's default
  int16_t replication_factor = -1;  // -1: the broker's default
  std::map<std::string, std::string> configs;
};

struct TopicDescription {
  std::string name;
  int32_t partitions = 0;
};

/// A partition's first offset, and the one that its next message will get.
struct OffsetRange {
  int64_t start = 0;
  int64_t end = 0;
};

enum class CreateOutcome : uint8_t { kCreated, kExisted };

class Admin {
 public:
  virtual ~Admin() = default;
  virtual Result<std::string> cluster_id(std::chrono::milliseconds timeout) = 0;
  virtual Result<CreateOutcome> create_topic(const NewTopic& topic, std::chrono::milliseconds timeout) = 0;
  /// Absent topics are left out.
  virtual Result<std::map<std::string, TopicDescription>> describe_topics(
      const std::set<std::string>& names, std::chrono::milliseconds timeout) = 0;
  virtual Result<std::map<std::string, std::string>> topic_config(const std::string& topic,
                                                                  std::chrono::milliseconds timeout) = 0;
  virtual Result<std::map<TopicPartition, int64_t>> end_offsets(const std::set<TopicPartition>& partitions,
                                                                std::chrono::milliseconds timeout) = 0;
  virtual Result<std::map<TopicPartition, OffsetRange>> offset_ranges(
      const std::set<TopicPartition>& partitions, std::chrono::milliseconds timeout) = 0;
  virtual Result<CommitOffsets> group_offsets(const std::string& group,
                                              std::chrono::milliseconds timeout) = 0;
  virtual Status alter_group_offsets(const std::string& group, const CommitOffsets& offsets,
                                     std::chrono::milliseconds timeout) = 0;
  virtual Status delete_group_offsets(const std::string& group, const std::set<TopicPartition>& partitions,
                                      std::chrono::milliseconds timeout) = 0;
  virtual Status delete_group(const std::string& group, std::chrono::milliseconds timeout) = 0;
};

Result<std::unique_ptr<Admin>> make_admin(const ClientConfig& config);

}  // namespace sluice::kafka
