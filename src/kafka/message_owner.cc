#include "kafka/message_owner.h"

#include <algorithm>

namespace sluice::kafka {
namespace {

BytesView to_view(const void* bytes, size_t size) { return {static_cast<const char*>(bytes), size}; }

TimestampType to_type(rd_kafka_timestamp_type_t type) {
  switch (type) {
    case RD_KAFKA_TIMESTAMP_CREATE_TIME:
      return TimestampType::kCreateTime;
    case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME:
      return TimestampType::kLogAppendTime;
    case RD_KAFKA_TIMESTAMP_NOT_AVAILABLE:
      break;
  }
  return TimestampType::kNone;
}

}  // namespace

MessageOwner::MessageOwner(NativeClient client, std::shared_ptr<const TopicNames> names, size_t messages_max)
    : client_(std::move(client)),
      names_(std::move(names)),
      messages_max_(messages_max),
      messages_(std::make_unique_for_overwrite<rd_kafka_message_t*[]>(messages_max)) {}

MessageOwner::~MessageOwner() {
  for (size_t i = 0; i < count_; ++i) rd_kafka_message_destroy(messages_[i]);
}

void MessageOwner::fetch(rd_kafka_queue_t& queue, int timeout_ms, size_t messages_max) {
  messages_max = std::min(messages_max, messages_max_);
  const auto take = [&](int wait_ms, size_t count_max) {
    const ssize_t taken = rd_kafka_consume_batch_queue(&queue, wait_ms, messages_.get() + count_, count_max);
    if (taken > 0) count_ += static_cast<size_t>(taken);
  };
  // The library waits until all it may take is there, so that waiting is done for one message only.
  if (count_ == 0 && messages_max > 0 && timeout_ms > 0) {
    take(timeout_ms, 1);
    if (count_ == 0) return;
  }
  if (count_ < messages_max) take(0, messages_max - count_);
}

void MessageOwner::append(const rd_kafka_message_t& native, std::string_view topic, MessageBatch& batch) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const int64_t timestamp = rd_kafka_message_timestamp(&native, &type);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&native, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    append_headers(*headers, batch.messages.size());
  }
  ConsumedMessage& message = batch.messages.emplace_back();
  message.topic = topic;
  message.key = to_view(native.key, native.key_len);
  message.value = to_view(native.payload, native.len);
  message.offset = native.offset;
  message.timestamp = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? kNoTimestamp : timestamp;
  message.partition = native.partition;
  message.timestamp_type = to_type(type);
}

void MessageOwner::append_headers(const rd_kafka_headers_t& headers, size_t message) {
  HeaderRun run{message, headers_.size(), 0};
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  while (rd_kafka_header_get_all(&headers, run.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    headers_.push_back({name, to_view(value, size)});
    ++run.count;
  }
  runs_.push_back(run);
}

void MessageOwner::finish(MessageBatch& batch) {
  for (const HeaderRun& run : runs_) {
    batch.messages[run.message].headers = std::span<const RawHeader>(headers_).subspan(run.first, run.count);
  }
}

}  // namespace sluice::kafka
