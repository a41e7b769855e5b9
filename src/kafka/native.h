#pragma once
// Owners of librdkafka's objects and the making of a client. Inside this room only.

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "kafka/client_config.h"
#include "kafka/consumer.h"

namespace sluice::kafka {

template <auto destroy>
struct NativeDelete {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};

using NativeQueue = std::unique_ptr<rd_kafka_queue_t, NativeDelete<rd_kafka_queue_destroy>>;
using NativeEvent = std::unique_ptr<rd_kafka_event_t, NativeDelete<rd_kafka_event_destroy>>;
using NativeError = std::unique_ptr<rd_kafka_error_t, NativeDelete<rd_kafka_error_destroy>>;
using NativeTopic = std::unique_ptr<rd_kafka_topic_t, NativeDelete<rd_kafka_topic_destroy>>;
using PartitionList =
    std::unique_ptr<rd_kafka_topic_partition_list_t, NativeDelete<rd_kafka_topic_partition_list_destroy>>;

/// What a client tells its owner. Called on the thread that polls, unless said otherwise.
class ClientCallbacks {
 public:
  virtual ~ClientCallbacks() = default;
  virtual void on_error(rd_kafka_resp_err_t /*code*/, const char* /*text*/) {}
  virtual void on_rebalance(rd_kafka_resp_err_t /*code*/, rd_kafka_topic_partition_list_t* /*partitions*/) {}
};

/// Shared, because messages that were handed out must not outlive the client. The last owner destroys it
/// without leaving the group.
using NativeClient = std::shared_ptr<rd_kafka_t>;

/// `events`: RD_KAFKA_EVENT_…, delivered on the client's queues. `callbacks` outlives all polls of the
/// client; null: errors come as events. Errors: kBadConfig.
Result<NativeClient> make_native_client(const ClientConfig& config, int events, ClientCallbacks* callbacks);

/// The value of a setting that every configuration of this kind has; checks.
int64_t native_number(const ClientConfig& config, std::string_view name);

/// Milliseconds as librdkafka takes them: never negative (that would mean "for ever"), at most INT_MAX.
int to_timeout(std::chrono::milliseconds timeout);

/// Partitions with an offset each; offset -1 becomes RD_KAFKA_OFFSET_INVALID.
PartitionList to_native(const CommitOffsets& offsets);
PartitionList to_native(const std::set<TopicPartition>& partitions);
TopicPartition to_partition(const rd_kafka_topic_partition_t& native);
std::set<TopicPartition> to_partitions(const rd_kafka_topic_partition_list_t& list);
/// Offsets of a committed-offsets answer; offset -1 where there is none. The first partition error, if any,
/// is returned instead.
Result<CommitOffsets> to_offsets(const rd_kafka_topic_partition_list_t& list, std::string_view what);
/// The first partition error of `list`, or success.
Status first_error(const rd_kafka_topic_partition_list_t& list, std::string_view what);

}  // namespace sluice::kafka
