#include "tasks/dead_letters.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAdminTimeout{60'000};
constexpr milliseconds kSendPatience{100};
constexpr size_t kContextHeaderCount = 10;

}  // namespace

Status ensure_dead_letter_topic(kafka::Admin& admin, const DeadLetterOptions& options) {
  auto described = admin.describe_topics({options.topic}, kAdminTimeout);
  if (described.ok() && !described->empty()) return {};
  const auto created = admin.create_topic({.name = options.topic,
                                           .partitions = 1,
                                           .replication_factor = options.replication_factor,
                                           .configs = {}},
                                          kAdminTimeout);
  if (!created.ok()) {
    return created.error().wrap(
        ErrorKind::kFailed,
        fmt::format("Could not initialize dead letter queue with topic={}", options.topic));
  }
  return {};
}

DeadLetterQueue::DeadLetterQueue(std::unique_ptr<kafka::Producer> producer, DeadLetterOptions options,
                                 TaskId task, ErrorMetrics metrics)
    : producer_(std::move(producer)),
      options_(std::move(options)),
      task_(std::move(task)),
      metrics_(std::move(metrics)) {}

DeadLetterQueue::~DeadLetterQueue() {
  await(milliseconds(5000));
  producer_.reset();  // before the letters whose bytes it may still hold
}

DeadLetterQueue::Letter DeadLetterQueue::make_letter(const FailureContext& failure) const {
  const kafka::ConsumedMessage& message = *failure.message;
  Letter letter;
  letter.owner = failure.message_owner;
  letter.headers.assign(message.headers.begin(), message.headers.end());
  if (!options_.context_headers) return letter;
  static constexpr std::string_view kKeys[kContextHeaderCount] = {"__connect.errors.topic",
                                                                  "__connect.errors.partition",
                                                                  "__connect.errors.offset",
                                                                  "__connect.errors.connector.name",
                                                                  "__connect.errors.task.id",
                                                                  "__connect.errors.stage",
                                                                  "__connect.errors.class.name",
                                                                  "__connect.errors.exception.class.name",
                                                                  "__connect.errors.exception.message",
                                                                  "__connect.errors.exception.stacktrace"};
  letter.texts = {std::string(message.topic),      std::to_string(message.partition),
                  std::to_string(message.offset),  task_.connector,
                  std::to_string(task_.task),      std::string(stage_name(failure.stage)),
                  std::string(failure.class_name), std::string(failure.error.exception_class()),
                  failure.error.message(),         failure.error.trace()};
  for (size_t i = 0; i < kContextHeaderCount; ++i) letter.headers.push_back({kKeys[i], letter.texts[i]});
  return letter;
}

void DeadLetterQueue::report(const FailureContext& failure) {
  if (failure.message == nullptr) return;  // nothing was consumed: no original bytes to keep
  const kafka::ConsumedMessage& message = *failure.message;
  kafka::OutgoingMessage outgoing;
  outgoing.topic = options_.topic;
  outgoing.key = message.key;
  outgoing.value = message.value;
  outgoing.timestamp = message.timestamp;
  send(outgoing, make_letter(failure));
}

void DeadLetterQueue::send(const kafka::OutgoingMessage& message, Letter letter) {
  const uint64_t sequence = next_sequence_++;
  Letter& kept = letters_.emplace(sequence, std::move(letter)).first->second;
  kafka::OutgoingMessage outgoing = message;
  outgoing.headers = kept.headers;
  metrics_.letters->add();
  while (true) {
    const auto sent = producer_->send({&outgoing, 1}, sequence);
    if (!sent.ok()) {
      tell_failure(sent.error());
      letters_.erase(sequence);
      return;
    }
    if (*sent == 1) break;
    take_acks(kSendPatience);  // its buffer is full
  }
  take_acks(milliseconds(0));
}

void DeadLetterQueue::take_acks(milliseconds timeout) {
  kafka::Acks acks;
  producer_->poll_acks(timeout, acks);
  for (const kafka::AckedRange& range : acks.acked) {
    letters_.erase(letters_.lower_bound(range.first), letters_.lower_bound(range.first + range.count));
  }
  for (const kafka::FailedSend& failure : acks.failed) {
    tell_failure(failure.error);
    letters_.erase(failure.sequence);
  }
}

void DeadLetterQueue::tell_failure(const Error& error) {
  metrics_.letters_failed->add();
  log::error("Could not produce message to dead letter queue. topic={}: {}", options_.topic, error.message());
}

void DeadLetterQueue::await(milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!letters_.empty()) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    take_acks(left);
  }
}

}  // namespace sluice::tasks
