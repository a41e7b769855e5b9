#pragma once
// Reads the dead letter queue of a sink connector. Blocking, with a deadline per call; one thread.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "cluster/connector_call.h"
#include "cluster/dead_letter.h"
#include "cluster/replayed_offsets.h"
#include "kafka/admin.h"
#include "kafka/consumer.h"

namespace sluice::cluster {

class DeadLetterReader {
 public:
  /// Error kind kBadConfig: the connector has no queue. What was replayed is not known yet.
  static Result<DeadLetterReader> open(const ConnectorCall& call);

  /// Letters of this connector (other connectors may share the queue) up to the end as it is now.
  Result<DeadLetterPage> read(const DeadLetterQuery& query);

  const std::string& topic() const { return topic_; }
  /// Of the consumer group that keeps what was replayed.
  const std::string& group() const { return group_; }
  /// By partition of the queue; as of the last look.
  std::map<int32_t, ReplayedOffsets>& replayed() { return replayed_; }
  Status look_what_was_replayed();

 private:
  using Ranges = std::map<kafka::TopicPartition, kafka::OffsetRange>;

  DeadLetterReader() = default;
  Result<Ranges> unread(const DeadLetterQuery& query);
  Status fill(const DeadLetterQuery& query, Ranges& unread, DeadLetterPage& page);
  void take(const kafka::ConsumedMessage& message, const DeadLetterQuery& query, DeadLetterPage& page) const;

  std::string connector_;
  std::string topic_;
  std::string group_;
  std::unique_ptr<kafka::Admin> admin_;
  std::unique_ptr<kafka::Consumer> consumer_;
  std::map<int32_t, ReplayedOffsets> replayed_;
};

}  // namespace sluice::cluster
