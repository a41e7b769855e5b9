#include "tasks/source_task_runner.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kBufferFullWait{100};
constexpr milliseconds kPausedWait{1000};
constexpr size_t kSpareBatchesMax = 8;
constexpr std::string_view kProducerClass = "org.apache.kafka.clients.producer.KafkaProducer";

}  // namespace

SourceTaskRunner::SourceTaskRunner(TaskId id, TargetState target, StatusListener& listener,
                                   PartsFactory make_parts)
    : TaskRunner(std::move(id), target, listener),
      make_parts_(std::move(make_parts)),
      context_(TaskRunner::stop()),
      tracker_([this](BatchPtr batch) {
        if (spare_batches_.size() < kSpareBatchesMax) spare_batches_.push_back(std::move(batch));
      }) {}

SourceTaskRunner::~SourceTaskRunner() = default;

void SourceTaskRunner::cancel() {
  TaskRunner::cancel();
  std::lock_guard lock(mutex_);
  if (usable_) parts_->producer->purge();
}

Status SourceTaskRunner::execute() {
  SLUICE_ASSIGN_OR_RETURN(auto parts, make_parts_(TaskRunner::stop()));
  {
    std::lock_guard lock(mutex_);
    parts_.emplace(std::move(parts));
    usable_ = true;
  }
  parts_->pipeline->policy().on_trouble([this](const Error* cause) { report_trouble(cause); });
  SLUICE_RETURN_IF_ERROR(context_.read_offsets(parts_->offsets));
  SLUICE_RETURN_IF_ERROR(may_start());
  SLUICE_RETURN_IF_ERROR(parts_->task->start(parts_->config, context_));
  if (target() != TargetState::kPaused) report(State::kRunning);
  const Status status = loop();
  if (!is_cancelled()) finish();
  return status;
}

Status SourceTaskRunner::loop() {
  while (!is_stopping()) {
    SLUICE_RETURN_IF_ERROR(take_acks(milliseconds(0)));
    if (arrived_.exchange(false, std::memory_order_relaxed)) note_arrival();
    if (target() == TargetState::kPaused) {
      if (!std::exchange(reported_paused_, true)) report(State::kPaused);
      wait_while_paused(kPausedWait);
      continue;
    }
    if (std::exchange(reported_paused_, false)) report(State::kRunning);
    if (!await_lease()) return {};
    SLUICE_RETURN_IF_ERROR(poll_and_send());
  }
  return {};
}

Status SourceTaskRunner::poll_and_send() {
  bool tell_commit = false;
  {
    std::lock_guard lock(mutex_);
    tell_commit = std::exchange(offsets_committed_, false);
  }
  if (tell_commit) {
    if (const Status told = parts_->task->commit(); !told.ok()) {
      log::error("The task's commit() failed after its offsets were committed: {}", told.error().trace());
    }
  }
  BatchPtr batch = take_batch();
  if (const Status polled = parts_->task->poll(*batch); !polled.ok()) {
    if (polled.error().kind() == ErrorKind::kClosed && is_stopping()) return {};
    if (polled.error().kind() != ErrorKind::kRetry) return polled;
    log::warn("Poll failed and will be tried again: {}", polled.error().trace());
    batch->clear();
  }
  if (batch->empty()) {
    std::lock_guard lock(mutex_);
    spare_batches_.push_back(std::move(batch));
    return {};
  }
  return send(std::move(batch));
}

SourceTaskRunner::BatchPtr SourceTaskRunner::take_batch() {
  std::lock_guard lock(mutex_);
  if (spare_batches_.empty()) return std::make_shared<sdk::RecordBatch>();
  BatchPtr batch = std::move(spare_batches_.back());
  spare_batches_.pop_back();
  batch->clear();
  return batch;
}

Status SourceTaskRunner::send(BatchPtr batch) {
  SLUICE_RETURN_IF_ERROR(parts_->pipeline->to_messages(*batch, messages_));
  uint64_t first_sequence = 0;
  {
    std::lock_guard lock(mutex_);
    first_sequence = next_sequence_;
    next_sequence_ += batch->size();
    tracker_.add(std::move(batch), first_sequence);
  }
  SLUICE_RETURN_IF_ERROR(await_topics());
  if (parts_->topics != nullptr && is_stopping()) return {};  // the topics may not be there
  size_t sent = 0;
  while (sent < messages_.size()) {
    // What was polled while another owner may have taken over is read again by that one.
    if (!await_lease()) return {};
    SLUICE_RETURN_IF_ERROR(send_some(sent, first_sequence));
    if (sent < messages_.size()) {
      SLUICE_RETURN_IF_ERROR(take_acks(kBufferFullWait));
      if (is_stopping()) return {};  // what was not sent is not acknowledged, so its offset stays behind
    }
  }
  return {};
}

Status SourceTaskRunner::await_topics() {
  std::string_view last;
  for (const kafka::OutgoingMessage& message : messages_) {
    if (message.topic.data() == last.data() && message.topic.size() == last.size()) continue;
    last = message.topic;
    note_sent_topic(last);
    while (parts_->topics != nullptr && !is_stopping()) {
      const Status status = parts_->topics->ensure(last);
      if (status.ok()) break;
      if (status.error().kind() != ErrorKind::kRetry) return status;
      log::warn("Backing off before retrying: {}", status.error().message());
      TaskRunner::stop().wait_for(kBufferFullWait);
    }
  }
  return {};
}

Status SourceTaskRunner::send_some(size_t& sent, uint64_t first_sequence) {
  std::lock_guard lock(mutex_);
  const auto rest = std::span<const kafka::OutgoingMessage>(messages_).subspan(sent);
  const auto taken = parts_->producer->send(rest, first_sequence + sent);
  if (taken.ok()) {
    sent += *taken;
    return {};
  }
  if (taken.error().kind() != ErrorKind::kBadRecord) return taken.error();
  SLUICE_RETURN_IF_ERROR(settle_send_failure(first_sequence + sent, taken.error()));
  ++sent;
  return {};
}

/// A record that the broker or the client refuses: skipped under errors.tolerance=all (its offset then
/// counts), else the end of the task.
Status SourceTaskRunner::settle_send_failure(uint64_t sequence, const Error& error) {
  const FailureContext failure{.stage = Stage::kKafkaProduce,
                               .class_name = kProducerClass,
                               .error = error,
                               .message = nullptr,
                               .message_owner = nullptr,
                               .source_record = tracker_.record(sequence)};
  if (!parts_->pipeline->policy().tolerates_all()) {
    return error.with_context(place_of(failure))
        .wrap(ErrorKind::kFailed, "Unrecoverable exception from producer send callback");
  }
  SLUICE_RETURN_IF_ERROR(parts_->pipeline->policy().resolve(failure));
  tracker_.acknowledge(sequence, 1);
  return {};
}

Status SourceTaskRunner::take_acks(milliseconds timeout) {
  std::lock_guard lock(mutex_);
  take_acks_locked(timeout);
  return send_error_ ? Status(*send_error_) : Status();
}

void SourceTaskRunner::take_acks_locked(milliseconds timeout) {
  acks_.clear();
  parts_->producer->poll_acks(timeout, acks_);
  for (const kafka::AckedRange& range : acks_.acked) tracker_.acknowledge(range.first, range.count);
  if (!acks_.acked.empty()) arrived_.store(true, std::memory_order_relaxed);
  for (const kafka::FailedSend& failure : acks_.failed) {
    if (const Status settled = settle_send_failure(failure.sequence, failure.error);
        !settled.ok() && !send_error_) {
      send_error_ = settled.error();
    }
  }
}

/// The last commit: what is still under way gets the flush timeout to arrive.
void SourceTaskRunner::finish() {
  const auto deadline = steady_clock::now() + parts_->offset_flush_timeout;
  while (true) {
    const bool has_failed = !take_acks(milliseconds(0)).ok();
    if (has_failed || parts_->producer->in_flight() == 0) break;
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) {
      log::warn(
          "{} records were not acknowledged within {} ms; their offsets are not committed and they will be "
          "read again",
          parts_->producer->in_flight(), parts_->offset_flush_timeout.count());
      break;
    }
    if (!take_acks(left).ok()) break;
  }
  if (arrived_.exchange(false, std::memory_order_relaxed)) note_arrival();
  commit_offsets();
}

void SourceTaskRunner::commit_offsets() {
  if (!commit_ready_offsets() || is_cancelled() || !holds_lease()) return;
  store::OffsetEntries entries;
  {
    std::lock_guard lock(mutex_);
    entries = unwritten_;
  }
  const Status written =
      entries.empty() ? Status() : parts_->offsets.write(entries, parts_->offset_flush_timeout);
  std::lock_guard lock(mutex_);
  if (!written.ok()) {
    log::error("{} could not commit its offsets and will try again: {}", id().text(),
               written.error().message());
    return;
  }
  std::erase_if(unwritten_, [&](const auto& entry) {
    const auto found = entries.find(entry.first);
    return found != entries.end() && found->second == entry.second;
  });
  offsets_committed_ = true;
}

/// Moves what is acknowledged into unwritten_. False when the task is not running.
bool SourceTaskRunner::commit_ready_offsets() {
  std::lock_guard lock(mutex_);
  if (!usable_) return false;
  take_acks_locked(milliseconds(0));
  for (const auto& [partition, offset] : tracker_.take_committable()) {
    unwritten_[parts_->offsets.key(partition->map)] = parts_->offsets.value(offset);
  }
  return true;
}

void SourceTaskRunner::close() {
  {
    std::lock_guard lock(mutex_);
    usable_ = false;
  }
  if (!parts_) return;
  parts_->task->stop();
  parts_->producer.reset();
}

}  // namespace sluice::tasks
