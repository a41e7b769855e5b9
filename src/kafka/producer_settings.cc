// Producer properties that are more than a new name.

#include <fmt/core.h>

#include <algorithm>

#include "kafka/translation.h"

namespace sluice::kafka {
namespace {

constexpr int64_t kIntMax = 2'147'483'647;
constexpr int64_t kLingerMs = 5;
constexpr int64_t kRequestTimeoutMs = 30'000;
constexpr int64_t kPropagationMsMax = 2'000'000;
constexpr int64_t kDeliveryTimeoutMs = 120'000;
constexpr int64_t kBufferBytes = 33'554'432;
// What a small message takes up in all: librdkafka's bookkeeping and ours are larger than the message.
constexpr int64_t kMessageBytes = 1024;
// As fast as the library's own 1 MB, measured. Brokers refuse batches above a topic's max.message.bytes;
// Java's 16 KB stay below nearly every limit and Java splits what does not. This costs half as much CPU per
// message as 16 KB.
constexpr std::string_view kBatchBytes = "131072";
constexpr std::string_view kByteArraySerializer = "org.apache.kafka.common.serialization.ByteArraySerializer";

// Bytes cross this border already serialized: only the byte array one is what really happens.
void note_serializer(Translation& translation, std::string_view java) {
  const std::string* serializer = translation.given_text(java);
  if (serializer == nullptr || *serializer == kByteArraySerializer) return;
  translation.config.ignored.emplace_back(java);
}

// Java turns idempotence on by default and, where another setting forbids it, silently off again.
Status translate_idempotence(Translation& translation) {
  const std::string* acks_given = translation.given("acks");
  const bool acks_all = acks_given == nullptr || *acks_given == "all" || *acks_given == "-1";
  const bool retries = translation.number("retries", kIntMax) > 0;
  const int64_t in_flight = translation.number("max.in.flight.requests.per.connection", 5);
  bool idempotent = translation.flag("enable.idempotence", true);
  if (translation.given("enable.idempotence") == nullptr) {
    idempotent = acks_all && retries && in_flight <= 5;
  } else if (idempotent) {
    if (!acks_all) {
      return bad_config(
          "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee "
          "idempotence.");
    }
    if (!retries) return bad_config("Must set retries to non-zero when using the idempotent producer.");
    if (in_flight > 5) {
      return bad_config(
          "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer.");
    }
  }
  translation.set("acks", acks_given == nullptr ? "all" : *acks_given);
  translation.set("enable.idempotence", idempotent ? "true" : "false");
  translation.set("max.in.flight.requests.per.connection", std::min<int64_t>(in_flight, 1'000'000));
  return {};
}

// The longest an int can say is Java's "for ever", which the library calls 0.
Status translate_timeouts(Translation& translation) {
  const int64_t request = translation.number("request.timeout.ms", kRequestTimeoutMs);
  const int64_t needed = std::min(translation.number("linger.ms", kLingerMs) + request, kIntMax);
  int64_t delivery = translation.number("delivery.timeout.ms", kDeliveryTimeoutMs);
  if (delivery < needed) {
    if (translation.given("delivery.timeout.ms") != nullptr) {
      return bad_config(
          "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms");
    }
    delivery = needed;
  }
  translation.set("delivery.timeout.ms", delivery == kIntMax ? 0 : delivery);
  translation.set("request.timeout.ms", std::clamp<int64_t>(request, 1, 900'000));

  // How long a topic that no broker knows may stay unknown before its messages fail. The library computes it
  // in microseconds in 32 bits: more than this overflows and fails the first message to a new topic at once.
  translation.config.max_block_ms = translation.number("max.block.ms", translation.config.max_block_ms);
  translation.set("topic.metadata.propagation.max.ms",
                  std::min<int64_t>(translation.config.max_block_ms, kPropagationMsMax));
  return {};
}

// Java has a level per codec; the library one, for the codec in use.
void translate_compression(Translation& translation) {
  const std::string* type = translation.given("compression.type");
  if (type == nullptr) return;
  translation.set("compression.type", *type);
  const std::string name = fmt::format("compression.{}.level", *type);
  if (translation.given(name) == nullptr) return;
  const int64_t level_max = *type == "gzip" ? 9 : 12;
  translation.set("compression.level", std::clamp<int64_t>(translation.number(name, -1), -1, level_max));
}

void translate_buffer(Translation& translation) {
  const int64_t bytes = translation.number("buffer.memory", kBufferBytes);
  translation.set("queue.buffering.max.kbytes", std::clamp<int64_t>((bytes + 1023) / 1024, 1, kIntMax));
  // Bounded by bytes, as in Java; librdkafka counts only those of the messages themselves.
  translation.set("queue.buffering.max.messages", std::clamp<int64_t>(bytes / kMessageBytes, 1, 1'000'000));
}

}  // namespace

Status translate_producer(Translation& translation) {
  if (translation.flag("transaction.two.phase.commit.enable", false)) {
    return translation.invalid("transaction.two.phase.commit.enable",
                               "two-phase commit is not supported; set it to false or remove it");
  }
  SLUICE_RETURN_IF_ERROR(translate_idempotence(translation));
  SLUICE_RETURN_IF_ERROR(translate_timeouts(translation));
  translate_compression(translation);
  translate_buffer(translation);
  note_serializer(translation, "key.serializer");
  note_serializer(translation, "value.serializer");
  translation.set_default("message.max.bytes", "1048576");
  translation.set_default("batch.size", kBatchBytes);
  translation.set_default("transaction.timeout.ms", "60000");
  translation.set("partitioner",
                  translation.flag("partitioner.ignore.keys", false) ? "random" : "murmur2_random");
  return {};
}

}  // namespace sluice::kafka
