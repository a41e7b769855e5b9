#pragma once
// Keeps the fetched messages of one batch, and the client they came from, alive. Inside this room only.

#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/message.h"
#include "kafka/native.h"

namespace sluice::kafka {

/// Topic names that stay where they are. Filled by the polling thread only; others keep it alive.
class TopicNames {
 public:
  std::string_view intern(std::string_view name) {
    const auto found = names_.find(name);
    return found != names_.end() ? *found : *names_.emplace(name).first;
  }

 private:
  std::set<std::string, std::less<>> names_;
};

class MessageOwner {
 public:
  MessageOwner(NativeClient client, std::shared_ptr<const TopicNames> names, size_t messages_max);
  ~MessageOwner();
  MessageOwner(const MessageOwner&) = delete;
  MessageOwner& operator=(const MessageOwner&) = delete;

  /// Takes what is on `queue` until it holds `messages_max`, waiting at most `timeout_ms` and for the first
  /// one only.
  void fetch(rd_kafka_queue_t& queue, int timeout_ms, size_t messages_max);
  size_t messages_max() const { return messages_max_; }
  size_t count() const { return count_; }
  const rd_kafka_message_t& message(size_t index) const { return *messages_[index]; }

  /// Appends `native` (one of the held messages) to `batch`.
  void append(const rd_kafka_message_t& native, std::string_view topic, MessageBatch& batch);
  /// Headers have their final place only after the last append().
  void finish(MessageBatch& batch);

 private:
  struct HeaderRun {
    size_t message;
    size_t first;
    size_t count;
  };
  void append_headers(const rd_kafka_headers_t& headers, size_t message);

  const NativeClient client_;
  const std::shared_ptr<const TopicNames> names_;
  const size_t messages_max_;
  const std::unique_ptr<rd_kafka_message_t*[]> messages_;
  size_t count_ = 0;
  std::vector<RawHeader> headers_;
  std::vector<HeaderRun> runs_;
};

}  // namespace sluice::kafka
