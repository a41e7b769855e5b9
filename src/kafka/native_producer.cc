#include "kafka/native_producer.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "kafka/error_map.h"

namespace sluice::kafka {
namespace {

constexpr size_t kReportsAtOnce = 512;
constexpr int kPurgeAll = RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT;
constexpr std::string_view kRecordTooLarge = "org.apache.kafka.common.errors.RecordTooLargeException";
constexpr std::string_view kInvalidTopic = "org.apache.kafka.common.errors.InvalidTopicException";
constexpr std::string_view kTimeout = "org.apache.kafka.common.errors.TimeoutException";

// librdkafka takes bytes as void*, and does not write to them without RD_KAFKA_MSG_F_FREE.
void* mutable_bytes(BytesView bytes) { return const_cast<char*>(bytes.data()); }

// The sequence number travels in the pointer that librdkafka hands back.
// NOLINTNEXTLINE(performance-no-int-to-ptr)
void* to_opaque(uint64_t sequence) { return reinterpret_cast<void*>(sequence); }
uint64_t to_sequence(const void* opaque) { return reinterpret_cast<uint64_t>(opaque); }
static_assert(sizeof(void*) == sizeof(uint64_t));

// Record batch header and a record's own overhead, as Java counts them before it knows the deltas.
constexpr uint64_t kBatchAndRecordOverhead = 61 + 21;
// The same, and the three lengths of a message without headers.
constexpr uint64_t kPlainOverheadMax = kBatchAndRecordOverhead + 5 + 5 + 1;

uint64_t varint_bytes(uint64_t length) {
  uint64_t bytes = 1;
  for (uint64_t zigzag = length * 2; zigzag >= 0x80; zigzag >>= 7) ++bytes;
  return bytes;
}

uint64_t field_bytes(BytesView bytes) {
  return is_null(bytes) ? 1 : varint_bytes(bytes.size()) + bytes.size();
}

// Java's AbstractRecords.estimateSizeInBytesUpperBound. Never less than the library's own estimate.
uint64_t serialized_bytes_max(const OutgoingMessage& message) {
  uint64_t bytes = kBatchAndRecordOverhead + field_bytes(message.key) + field_bytes(message.value) +
                   varint_bytes(message.headers.size());
  for (const RawHeader& header : message.headers) {
    bytes += varint_bytes(header.key.size()) + header.key.size() + field_bytes(header.value);
  }
  return bytes;
}

void add_acked(std::vector<AckedRange>& acked, uint64_t sequence) {
  if (!acked.empty() && acked.back().first + acked.back().count == sequence) {
    ++acked.back().count;
  } else {
    acked.push_back({sequence, 1});
  }
}

using NativeHeaders = std::unique_ptr<rd_kafka_headers_t, NativeDelete<rd_kafka_headers_destroy>>;

NativeHeaders to_native(std::span<const RawHeader> headers) {
  NativeHeaders list(rd_kafka_headers_new(headers.size()));
  for (const RawHeader& header : headers) {
    rd_kafka_header_add(list.get(), header.key.data(), static_cast<ssize_t>(header.key.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
  return list;
}

}  // namespace

NativeProducer::NativeProducer(NativeClient client, const ClientConfig& config)
    : client_(std::move(client)),
      queue_(rd_kafka_queue_get_main(client_.get())),
      request_bytes_max_(static_cast<uint64_t>(native_number(config, "message.max.bytes"))),
      buffer_bytes_max_(static_cast<uint64_t>(native_number(config, "queue.buffering.max.kbytes")) * 1024),
      batch_bytes_(native_number(config, "batch.size")),
      max_block_ms_(config.max_block_ms) {}

Result<size_t> NativeProducer::send(std::span<const OutgoingMessage> messages, uint64_t first_sequence) {
  if (is_fatal_.load(std::memory_order_acquire)) return *fatal_;
  rd_kafka_topic_t* topic = nullptr;
  std::string_view topic_name;
  size_t taken = 0;
  while (taken < messages.size()) {
    const OutgoingMessage& first = messages[taken];
    if (topic == nullptr || first.topic != topic_name) {
      auto found = topic_of(first.topic);
      if (!found.ok()) return taken > 0 ? Result<size_t>(taken) : found.error();
      topic = *found;
      topic_name = first.topic;
    }
    const size_t run = plain_run(messages.subspan(taken));
    Result<size_t> sent = 0;
    if (run > 0) {
      sent = send_run(*topic, messages.subspan(taken, run), first_sequence + taken);
    } else {
      auto one = send_one(*topic, first, first_sequence + taken);
      if (one.ok()) {
        sent = *one ? 1 : 0;
      } else {
        sent = one.error();
      }
    }
    // What is wrong with a later message is said when it comes first.
    if (!sent.ok() && taken > 0) break;
    if (!sent.ok()) {
      // A topic that was given up on is asked for again by the next send.
      topics_.erase(topics_.find(first.topic));
      return sent;
    }
    taken += *sent;
    if (*sent < std::max<size_t>(run, 1)) break;
  }
  return taken;
}

bool NativeProducer::is_small(const OutgoingMessage& message) const {
  const uint64_t bytes = message.key.size() + message.value.size() + kPlainOverheadMax;
  return bytes <= request_bytes_max_ && bytes <= buffer_bytes_max_;
}

Status NativeProducer::check(const OutgoingMessage& message) const {
  const uint64_t bytes = serialized_bytes_max(message);
  if (bytes > request_bytes_max_ || bytes > buffer_bytes_max_) {
    const std::string limit =
        bytes > request_bytes_max_
            ? fmt::format("{}, which is the value of the max.request.size configuration.", request_bytes_max_)
            : "the total memory buffer you have configured with the buffer.memory configuration.";
    return bad_record(
               fmt::format("Cannot send to topic {}: The message is {} bytes when serialized which is larger "
                           "than {}",
                           message.topic, bytes, limit))
        .as_java(kRecordTooLarge);
  }
  if (message.timestamp < kNoTimestamp) {
    return bad_record(fmt::format("Invalid timestamp: {}. Timestamp should always be non-negative or null.",
                                  message.timestamp))
        .as_java("java.lang.IllegalArgumentException");
  }
  if (message.partition < kAnyPartition) {
    return bad_record(
               fmt::format("Invalid partition: {}. Partition number should always be non-negative or null.",
                           message.partition))
        .as_java("java.lang.IllegalArgumentException");
  }
  return {};
}

size_t NativeProducer::plain_run(std::span<const OutgoingMessage> messages) const {
  const OutgoingMessage& first = messages.front();
  if (first.partition < kAnyPartition) return 0;
  size_t count = 0;
  for (const OutgoingMessage& message : messages) {
    if (message.timestamp != kNoTimestamp || !message.headers.empty()) break;
    if (message.partition != first.partition || !is_small(message)) break;
    // One topic is one string in most batches; a comparison of bytes tells for the others.
    const bool is_same_string =
        message.topic.data() == first.topic.data() && message.topic.size() == first.topic.size();
    if (!is_same_string && message.topic != first.topic) break;
    ++count;
  }
  return count;
}

Result<size_t> NativeProducer::send_run(rd_kafka_topic_t& topic, std::span<const OutgoingMessage> run,
                                        uint64_t first_sequence) {
  run_.resize(run.size());
  for (size_t i = 0; i < run.size(); ++i) {
    rd_kafka_message_t& native = run_[i];
    native.err = RD_KAFKA_RESP_ERR_NO_ERROR;
    native.payload = mutable_bytes(run[i].value);
    native.len = run[i].value.size();
    native.key = mutable_bytes(run[i].key);
    native.key_len = run[i].key.size();
    native._private = to_opaque(first_sequence + i);
  }
  // One partition for all, so that an error (unknown partition, full queue) concerns everything from some
  // message on.
  const int taken =
      rd_kafka_produce_batch(&topic, run.front().partition, 0, run_.data(), static_cast<int>(run_.size()));
  in_flight_.fetch_add(static_cast<size_t>(taken), std::memory_order_relaxed);
  if (taken == 0 && run_.front().err != RD_KAFKA_RESP_ERR__QUEUE_FULL)
    return send_error(run_.front().err, run.front());
  return static_cast<size_t>(taken);
}

Result<bool> NativeProducer::send_one(rd_kafka_topic_t& topic, const OutgoingMessage& message,
                                      uint64_t sequence) {
  SLUICE_RETURN_IF_ERROR(check(message));
  std::array<rd_kafka_vu_t, 7> fields{};
  size_t count = 0;
  const auto field = [&](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    fields[count].vtype = type;
    return fields[count++];
  };
  field(RD_KAFKA_VTYPE_RKT).u.rkt = &topic;
  field(RD_KAFKA_VTYPE_PARTITION).u.i32 = message.partition;
  field(RD_KAFKA_VTYPE_OPAQUE).u.ptr = to_opaque(sequence);
  auto& value = field(RD_KAFKA_VTYPE_VALUE).u.mem;
  value.ptr = mutable_bytes(message.value);
  value.size = message.value.size();
  auto& key = field(RD_KAFKA_VTYPE_KEY).u.mem;
  key.ptr = mutable_bytes(message.key);
  key.size = message.key.size();
  // The library takes 0 for "now"; a millisecond after 1970 began is as near as it can come.
  if (message.timestamp != kNoTimestamp) {
    field(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = std::max<int64_t>(message.timestamp, 1);
  }
  NativeHeaders headers;
  if (!message.headers.empty()) {
    headers = to_native(message.headers);
    field(RD_KAFKA_VTYPE_HEADERS).u.headers = headers.get();
  }
  const NativeError error(rd_kafka_produceva(client_.get(), fields.data(), count));
  if (error == nullptr) {
    // The message owns its headers now.
    static_cast<void>(headers.release());
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  return send_error(code, message);
}

Error NativeProducer::send_error(rd_kafka_resp_err_t code, const OutgoingMessage& message) const {
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> text{};
    const auto cause = rd_kafka_fatal_error(client_.get(), text.data(), text.size());
    return to_error(cause, fmt::format("Cannot send to topic {}", message.topic), text.data());
  }
  if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
    return bad_record(fmt::format("Partition {} of topic {} is not present in metadata", message.partition,
                                  message.topic))
        .as_java(kTimeout);
  }
  return to_error(code, fmt::format("Cannot send to topic {}", message.topic));
}

Result<rd_kafka_topic_t*> NativeProducer::topic_of(std::string_view name) {
  const auto found = topics_.find(name);
  if (found != topics_.end()) return found->second.get();
  std::string key(name);
  NativeTopic topic(rd_kafka_topic_new(client_.get(), key.c_str(), nullptr));
  if (topic == nullptr) {
    return bad_record(
               fmt::format("Invalid topic: {} (allowed: 1 to 249 characters of a-z, A-Z, 0-9, '.', '_', '-')",
                           name))
        .as_java(kInvalidTopic);
  }
  return topics_.emplace(std::move(key), std::move(topic)).first->second.get();
}

void NativeProducer::poll_acks(std::chrono::milliseconds timeout, Acks& acks) {
  int wait = to_timeout(timeout);
  while (NativeEvent event{rd_kafka_queue_poll(queue_.get(), wait)}) {
    wait = 0;
    switch (rd_kafka_event_type(event.get())) {
      case RD_KAFKA_EVENT_DR:
        take_reports(*event, acks);
        break;
      case RD_KAFKA_EVENT_ERROR:
        take_client_error(*event);
        break;
      default:
        break;
    }
  }
}

void NativeProducer::take_reports(rd_kafka_event_t& event, Acks& acks) {
  std::array<const rd_kafka_message_t*, kReportsAtOnce> reports;
  // One event is one batch of one partition.
  const size_t batch_messages = rd_kafka_event_message_count(&event);
  size_t total = 0;
  while (const size_t count = rd_kafka_event_message_array(&event, reports.data(), reports.size())) {
    total += count;
    for (size_t i = 0; i < count; ++i) {
      const rd_kafka_message_t& report = *reports[i];
      const uint64_t sequence = to_sequence(report._private);
      if (report.err == RD_KAFKA_RESP_ERR_NO_ERROR) [[likely]] {
        add_acked(acks.acked, sequence);
      } else {
        acks.failed.push_back({sequence, delivery_error(report, batch_messages)});
      }
    }
  }
  in_flight_.fetch_sub(total, std::memory_order_relaxed);
}

Error NativeProducer::delivery_error(const rd_kafka_message_t& report, size_t batch_messages) const {
  const bool is_purged =
      report.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || report.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
  if (is_purged && is_fatal_.load(std::memory_order_relaxed)) return *fatal_;
  const char* topic = rd_kafka_topic_name(report.rkt);
  if (report.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    return retriable(fmt::format("Topic {} not present in metadata after {} ms.", topic, max_block_ms_))
        .as_java(kTimeout);
  }
  if (report.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && batch_messages > 1) {
    // Not the record's fault: skipping it would lose data. Java splits the batch; the library cannot.
    return bad_config(
               fmt::format("Failed to deliver to {}-{}: the topic's max.message.bytes is less than the "
                           "producer's batch.size of {}; set batch.size below it",
                           topic, report.partition, batch_bytes_))
        .as_java(kRecordTooLarge);
  }
  return to_error(report.err, fmt::format("Failed to deliver to {}-{}", topic, report.partition));
}

void NativeProducer::take_client_error(const rd_kafka_event_t& event) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): the accessors are const in all but their signature
  auto* native = const_cast<rd_kafka_event_t*>(&event);
  rd_kafka_resp_err_t code = rd_kafka_event_error(native);
  std::string text = rd_kafka_event_error_string(native);
  if (code == RD_KAFKA_RESP_ERR__FATAL || rd_kafka_event_error_is_fatal(native) != 0) {
    std::array<char, 512> cause{};
    const auto cause_code = rd_kafka_fatal_error(client_.get(), cause.data(), cause.size());
    if (cause_code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      code = cause_code;
      text = cause.data();
    }
    const Error error = to_error(code, {}, text);
    give_up(error.kind() == ErrorKind::kFenced ? error
                                               : failed(error.message()).as_java(error.exception_class()));
  } else if (ends_client(code, text) && code != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    // One topic's refusal is the business of its messages; the others go on.
    give_up(to_error(code, {}, text));
  }
}

void NativeProducer::give_up(Error error) {
  if (is_fatal_.load(std::memory_order_relaxed)) return;
  fatal_ = std::move(error);
  is_fatal_.store(true, std::memory_order_release);
  // Without a delivery timeout what is in flight would wait for ever.
  rd_kafka_purge(client_.get(), kPurgeAll | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

void NativeProducer::purge() { rd_kafka_purge(client_.get(), kPurgeAll); }

}  // namespace sluice::kafka
