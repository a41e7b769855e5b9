#pragma once
// The producer's machinery over librdkafka, shared by the plain and the transactional one. Inside this room
// only.

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/native.h"
#include "kafka/producer.h"

namespace sluice::kafka {

class NativeProducer {
 public:
  NativeProducer(NativeClient client, const ClientConfig& config);

  Result<size_t> send(std::span<const OutgoingMessage> messages, uint64_t first_sequence);
  void poll_acks(std::chrono::milliseconds timeout, Acks& acks);
  size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  void purge();
  /// Ends a waiting poll_acks(), or the next one that would wait. From any thread.
  void wake_poll() { rd_kafka_queue_yield(queue_.get()); }

  rd_kafka_t* client() const { return client_.get(); }

 private:
  // How many messages from the front go out together: same topic and partition, no timestamp, no headers.
  size_t plain_run(std::span<const OutgoingMessage> messages) const;
  Result<size_t> send_run(rd_kafka_topic_t& topic, std::span<const OutgoingMessage> run,
                          uint64_t first_sequence);
  Result<bool> send_one(rd_kafka_topic_t& topic, const OutgoingMessage& message, uint64_t sequence);
  bool is_small(const OutgoingMessage& message) const;
  Status check(const OutgoingMessage& message) const;
  Result<rd_kafka_topic_t*> topic_of(std::string_view name);
  Error send_error(rd_kafka_resp_err_t code, const OutgoingMessage& message) const;

  void take_reports(rd_kafka_event_t& event, Acks& acks);
  Error delivery_error(const rd_kafka_message_t& report, size_t batch_messages) const;
  void give_up(Error error);
  void take_client_error(const rd_kafka_event_t& event);

  const NativeClient client_;
  const NativeQueue queue_;
  const uint64_t request_bytes_max_;
  const uint64_t buffer_bytes_max_;
  const int64_t batch_bytes_;
  const int64_t max_block_ms_;
  std::map<std::string, NativeTopic, std::less<>> topics_;
  std::vector<rd_kafka_message_t> run_;
  std::atomic<size_t> in_flight_ = 0;
  // Written once, by poll_acks; send may look once the flag is up.
  std::optional<Error> fatal_;
  std::atomic<bool> is_fatal_ = false;
};

}  // namespace sluice::kafka
