#pragma once
// A compacted topic as a table: read to its end, then followed; written to by the same owner. Used for the
// config, offset and status stores (Kafka Connect's KafkaBasedLog). One thread at a time calls poll() and
// read_to_end(); send() and take_acks() one thread at a time, any; wakeup() any.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "kafka/admin.h"
#include "kafka/client_config.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

namespace sluice::kafka {

/// Called per record, on the thread that reads; the record's bytes are borrowed for the call only.
using RecordCallback = std::function<void(const ConsumedMessage&)>;

struct CompactedTopicConfig {
  std::string topic;
  /// For the consumer (isolation.level decides whether an open transaction makes read_to_end wait), the
  /// producer (absent: read only) and the admin client.
  ClientConfig consumer;
  std::optional<ClientConfig> producer;  // made at the first send
  ClientConfig admin;
  std::shared_ptr<Admin> shared_admin = nullptr;  // used instead of `admin`
};

class CompactedTopic {
 public:
  using EndOffsets = std::map<TopicPartition, int64_t>;
  virtual ~CompactedTopic() = default;

  virtual int32_t partitions() const = 0;

  /// What was in the topic when it was opened.
  virtual const EndOffsets& ends_at_open() const = 0;
  virtual Result<EndOffsets> end_offsets(std::chrono::milliseconds timeout) = 0;
  /// Whether poll() has called back for everything before `ends`.
  virtual Result<bool> has_reached(const EndOffsets& ends) = 0;

  /// Waits until everything sent before is acknowledged, asks for the end of every partition, and calls back
  /// until the position has passed them. The position counts, not the last record: transaction markers move
  /// it too. Kind kRetry after `timeout`: call again, it goes on where it was.
  virtual Status read_to_end(std::chrono::milliseconds timeout) = 0;

  /// Follows: calls back for what came in within `timeout`.
  virtual Status poll(std::chrono::milliseconds timeout) = 0;

  /// Ends a waiting poll() at once.
  virtual void wakeup() = 0;

  /// Sends one record (copied) and returns its number; waits for buffer space at most `timeout` (kind
  /// kRetry). kAnyPartition: by Java's hash of the key.
  virtual Result<uint64_t> send(BytesView key, BytesView value, int32_t partition,
                                std::chrono::milliseconds timeout) = 0;

  /// What became of sent records since the last look; waits for the first news at most `timeout`.
  virtual void take_acks(std::chrono::milliseconds timeout, Acks& acks) = 0;

  /// Sends and waits for the acknowledgement.
  virtual Status send_sync(BytesView key, BytesView value, int32_t partition,
                           std::chrono::milliseconds timeout) = 0;
};

/// Waits up to `timeout` for the topic's metadata (a topic just made may take a while to show), then reads
/// all its partitions from the beginning. Errors: kBadConfig; kRetry when the brokers do not answer or do not
/// know the topic.
Result<std::unique_ptr<CompactedTopic>> open_compacted_topic(const CompactedTopicConfig& config,
                                                             RecordCallback on_record,
                                                             std::chrono::milliseconds timeout);

}  // namespace sluice::kafka
