#include "tasks/exactly_once_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "store/layered_offset_store.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kBufferFullWait{100};
constexpr milliseconds kPausedWait{1000};
constexpr milliseconds kInitSlice{5'000};
constexpr milliseconds kRetryPause{100};
constexpr milliseconds kAbortTimeout{5'000};
constexpr size_t kSpareBatchesMax = 8;
constexpr std::string_view kProducerClass = "org.apache.kafka.clients.producer.KafkaProducer";

kafka::OutgoingMessage offset_message(const std::string& topic, const std::string& key,
                                      const std::optional<std::string>& value) {
  kafka::OutgoingMessage message;
  message.topic = topic;
  message.key = key;
  message.value = value ? BytesView(*value) : kNullBytes;
  return message;
}

}  // namespace

ExactlyOnceRunner::ExactlyOnceRunner(TaskId id, TargetState target, StatusListener& listener,
                                     Preflight preflight, PartsFactory make_parts)
    : TaskRunner(std::move(id), target, listener),
      preflight_(std::move(preflight)),
      make_parts_(std::move(make_parts)),
      in_flight_([this](BatchPtr batch) {
        if (spare_batches_.size() < kSpareBatchesMax) spare_batches_.push_back(std::move(batch));
      }),
      dispatched_([](const BatchPtr&) {}) {}

ExactlyOnceRunner::~ExactlyOnceRunner() = default;

void ExactlyOnceRunner::cancel() {
  TaskRunner::cancel();
  const std::lock_guard lock(mutex_);
  if (parts_ && parts_->producer != nullptr) parts_->producer->purge();
}

Status ExactlyOnceRunner::execute() {
  SLUICE_ASSIGN_OR_RETURN(auto parts, make_parts_(stop()));
  {
    const std::lock_guard lock(mutex_);
    parts_.emplace(std::move(parts));
  }
  parts_->pipeline->policy().on_trouble([this](const Error* cause) { report_trouble(cause); });
  SLUICE_RETURN_IF_ERROR(prepare());
  SLUICE_RETURN_IF_ERROR(parts_->task->start(parts_->config, *context_));
  if (target() != TargetState::kPaused) report(State::kRunning);
  last_commit_ = steady_clock::now();
  Status status = loop();
  if (status.ok()) status = finish();
  abandon();
  return status;
}

/// The order is KIP-618's: only a producer that has fenced its predecessors may find out whether its task is
/// still current, and only then are the offsets final.
Status ExactlyOnceRunner::prepare() {
  const bool is_connector = parts_->boundary == TransactionBoundary::kConnector;
  context_ = std::make_unique<SourceContext>(stop(), is_connector ? &requests_ : nullptr);
  if (preflight_.fence_predecessors) SLUICE_RETURN_IF_ERROR(preflight_.fence_predecessors(stop()));
  SLUICE_RETURN_IF_ERROR(may_start());  // or the producer of the rightful owner would be fenced
  SLUICE_RETURN_IF_ERROR(init_transactions());
  if (preflight_.confirm_start) SLUICE_RETURN_IF_ERROR(preflight_.confirm_start(stop()));
  SLUICE_RETURN_IF_ERROR(may_start());
  return context_->read_offsets(parts_->offsets);
}

Status ExactlyOnceRunner::init_transactions() {
  if (parts_->abort_leftovers) {
    if (const Status aborted = parts_->abort_leftovers(); !aborted.ok()) {
      log::debug("A predecessor's transaction may still be open: {}", aborted.error().message());
    }
  }
  while (true) {
    const Status status = parts_->producer->init_transactions(kInitSlice);
    if (status.ok() || status.error().kind() != ErrorKind::kRetry) return status;
    log::warn("The task cannot start yet: {}", status.error().message());
    if (stop().wait_for(kRetryPause)) return closed("The task was stopped before its producer was ready");
  }
}

Status ExactlyOnceRunner::loop() {
  while (!is_stopping()) {
    if (target() == TargetState::kPaused) {
      SLUICE_RETURN_IF_ERROR(pause());
      continue;
    }
    if (std::exchange(reported_paused_, false)) report(State::kRunning);
    if (!await_lease()) return {};
    SLUICE_RETURN_IF_ERROR(poll_and_send());
  }
  return {};
}

Status ExactlyOnceRunner::pause() {
  if (!std::exchange(reported_paused_, true)) {
    if (parts_->boundary != TransactionBoundary::kConnector) SLUICE_RETURN_IF_ERROR(commit());
    report(State::kPaused);
  }
  wait_while_paused(kPausedWait);
  return {};
}

Status ExactlyOnceRunner::poll_and_send() {
  BatchPtr batch = take_batch();
  if (const Status polled = parts_->task->poll(*batch); !polled.ok()) {
    if (polled.error().kind() == ErrorKind::kClosed && is_stopping()) return {};
    if (polled.error().kind() != ErrorKind::kRetry) return polled;
    log::warn("Poll failed and will be tried again: {}", polled.error().trace());
    batch->clear();
  }
  SLUICE_ASSIGN_OR_RETURN(const auto cuts, requests_.take());
  bool all_sent = true;
  if (batch->empty()) {
    spare_batches_.push_back(std::move(batch));
  } else {
    SLUICE_ASSIGN_OR_RETURN(all_sent, send(std::move(batch), cuts));
  }
  SLUICE_RETURN_IF_ERROR(take_acks(milliseconds(0)));
  // A part of a batch is no transaction that the connector asked for.
  if (!all_sent && parts_->boundary == TransactionBoundary::kConnector) return {};
  return end_batch(cuts.after_batch);
}

ExactlyOnceRunner::BatchPtr ExactlyOnceRunner::take_batch() {
  if (spare_batches_.empty()) return std::make_shared<sdk::RecordBatch>();
  BatchPtr batch = std::move(spare_batches_.back());
  spare_batches_.pop_back();
  batch->clear();
  return batch;
}

/// `cuts` count the records as the task polled them; some may have been dropped since. False when the task
/// was told to stop before all was sent.
Result<bool> ExactlyOnceRunner::send(BatchPtr batch, const TransactionRequests::Cuts& cuts) {
  SLUICE_RETURN_IF_ERROR(parts_->pipeline->to_messages(*batch, messages_));
  const sdk::RecordBatch& records = *batch;
  const uint64_t first_sequence = next_sequence_;
  next_sequence_ += records.size();
  if (!records.empty()) dispatched_.add(batch, first_sequence);
  in_flight_.add(std::move(batch), first_sequence);
  size_t sent = 0;
  for (const auto& [after, kind] : cuts.after_records) {
    size_t end = sent;
    while (end < messages_.size() && records.records()[end].origin <= after) ++end;
    SLUICE_ASSIGN_OR_RETURN(const bool all_sent, send_range(sent, end, first_sequence));
    if (!all_sent) return false;
    SLUICE_RETURN_IF_ERROR(cut(kind));
    sent = end;
  }
  return send_range(sent, messages_.size(), first_sequence);
}

Result<bool> ExactlyOnceRunner::send_range(size_t from, size_t to, uint64_t first_sequence) {
  if (from == to) return true;
  SLUICE_RETURN_IF_ERROR(await_topics(from, to));
  if (is_stopping() || !await_lease()) return false;
  SLUICE_RETURN_IF_ERROR(begin_if_needed());
  while (from < to) {
    const auto rest = std::span<const kafka::OutgoingMessage>(messages_).subspan(from, to - from);
    const auto taken = parts_->producer->send(rest, first_sequence + from);
    if (!taken.ok()) {
      const FailureContext failure{.stage = Stage::kKafkaProduce,
                                   .class_name = kProducerClass,
                                   .error = taken.error(),
                                   .message = nullptr,
                                   .message_owner = nullptr,
                                   .source_record = in_flight_.record(first_sequence + from)};
      return taken.error()
          .with_context(place_of(failure))
          .wrap(ErrorKind::kFailed, "Unrecoverable exception trying to send");
    }
    if (*taken > 0) dispatched_.acknowledge(first_sequence + from, *taken);
    from += *taken;
    if (from == to) break;
    SLUICE_RETURN_IF_ERROR(take_acks(kBufferFullWait));
    // What was not sent has no offset in this transaction either.
    if (is_stopping() || !await_lease()) return false;
  }
  return true;
}

Status ExactlyOnceRunner::await_topics(size_t from, size_t to) {
  std::string_view last;
  for (size_t i = from; i < to; ++i) {
    const std::string_view topic = messages_[i].topic;
    if (topic.data() == last.data() && topic.size() == last.size()) continue;
    last = topic;
    note_sent_topic(topic);
    if (topic == parts_->own_offsets->topic()) {
      return failed(
          "Source tasks may not produce to their own offsets topics when exactly-once support is enabled");
    }
    while (parts_->topics != nullptr) {
      const Status status = parts_->topics->ensure(topic);
      if (status.ok()) break;
      if (status.error().kind() != ErrorKind::kRetry) return status;
      log::warn("Backing off before retrying: {}", status.error().message());
      if (stop().wait_for(kRetryPause)) return {};
    }
  }
  return {};
}

Status ExactlyOnceRunner::end_batch(std::optional<Cut> wanted) {
  switch (parts_->boundary) {
    case TransactionBoundary::kPoll:
      return commit();
    case TransactionBoundary::kInterval:
      return steady_clock::now() - last_commit_ < parts_->interval ? Status() : commit();
    case TransactionBoundary::kConnector:
      return wanted ? cut(*wanted) : Status();
  }
  return {};
}

/// What is aborted is gone, but its offsets still count.
Status ExactlyOnceRunner::cut(Cut kind) {
  if (kind == Cut::kAbort) SLUICE_RETURN_IF_ERROR(abort());
  return commit();
}

Status ExactlyOnceRunner::begin_if_needed() {
  if (in_transaction_) return {};
  const Status begun = parts_->producer->begin_transaction();
  in_transaction_ = begun.ok();
  return begun.ok() ? begun : commit_error(begun.error());
}

Status ExactlyOnceRunner::commit() {
  store::OffsetEntries entries;
  for (const auto& [partition, offset] : dispatched_.take_committable()) {
    entries[parts_->offsets.key(partition->map)] = parts_->offsets.value(offset);
  }
  last_commit_ = steady_clock::now();
  if (!in_transaction_ && entries.empty()) return {};
  // Nothing that was polled before another owner may have taken over is committed after.
  if (!await_lease()) return {};
  if (const Status committed = commit_entries(entries); !committed.ok())
    return commit_error(committed.error());
  note_arrival();
  if (const Status told = parts_->task->commit(); !told.ok()) {
    log::error("The task's commit() failed after its transaction was committed: {}", told.error().trace());
  }
  return {};
}

Status ExactlyOnceRunner::commit_entries(const store::OffsetEntries& entries) {
  SLUICE_RETURN_IF_ERROR(begin_if_needed());
  store::OffsetStore* worker = parts_->worker_offsets;
  if (const auto tombstones = store::tombstones_of(entries); worker != nullptr && !tombstones.empty()) {
    SLUICE_RETURN_IF_ERROR(worker->set(tombstones, parts_->offset_flush_timeout));
  }
  const store::OffsetEntries stored = parts_->own_offsets->as_stored(entries);
  SLUICE_RETURN_IF_ERROR(send_offsets(stored));
  const Status committed = parts_->producer->commit_transaction(parts_->transaction_timeout);
  SLUICE_RETURN_IF_ERROR(take_acks(milliseconds(0)));
  SLUICE_RETURN_IF_ERROR(committed);
  in_transaction_ = false;
  parts_->own_offsets->note_written(stored);
  // Java writes the copy before the transaction is committed: an abort then leaves it ahead of the records.
  if (worker != nullptr) store::copy_to_worker(*worker, entries, parts_->offset_flush_timeout);
  return {};
}

Status ExactlyOnceRunner::send_offsets(const store::OffsetEntries& stored) {
  if (stored.empty()) return {};
  std::vector<kafka::OutgoingMessage> messages;
  messages.reserve(stored.size());
  for (const auto& [key, value] : stored) {
    messages.push_back(offset_message(parts_->own_offsets->topic(), key, value));
  }
  // They end with the commit, before `stored` does. Their numbers are beyond all records'.
  size_t sent = 0;
  while (sent < messages.size()) {
    SLUICE_ASSIGN_OR_RETURN(const size_t taken,
                            parts_->producer->send(std::span(messages).subspan(sent), UINT64_MAX / 2 + sent));
    sent += taken;
    if (sent == messages.size()) break;
    SLUICE_RETURN_IF_ERROR(take_acks(kBufferFullWait));
    if (is_cancelled()) return closed("The task was given up");
  }
  return {};
}

Status ExactlyOnceRunner::abort() {
  if (!in_transaction_) {
    log::warn("Ignoring request by task to abort transaction as the current transaction is empty");
    return {};
  }
  // Records that are on their way arrive first: to drop them would cost the producer its sequence.
  const auto deadline = steady_clock::now() + kAbortTimeout;
  while (parts_->producer->in_flight() > 0 && steady_clock::now() < deadline) {
    SLUICE_RETURN_IF_ERROR(take_acks(kBufferFullWait));
  }
  const Status aborted = parts_->producer->abort_transaction(parts_->transaction_timeout);
  if (!aborted.ok()) return commit_error(aborted.error());
  in_transaction_ = false;
  return take_acks(milliseconds(0));
}

Status ExactlyOnceRunner::finish() {
  if (is_cancelled() || !holds_lease() || parts_->boundary == TransactionBoundary::kConnector) return {};
  return commit();
}

/// Readers of the topics need not wait for the end of a transaction that nobody will commit.
void ExactlyOnceRunner::abandon() {
  if (!std::exchange(in_transaction_, false)) return;
  if (const Status aborted = parts_->producer->abort_transaction(kAbortTimeout); !aborted.ok()) {
    log::debug("The open transaction was not aborted: {}", aborted.error().message());
  }
}

Status ExactlyOnceRunner::take_acks(milliseconds timeout) {
  acks_.clear();
  parts_->producer->poll_acks(timeout, acks_);
  const auto is_record = [this](uint64_t sequence) { return sequence < next_sequence_; };
  for (const kafka::FailedSend& failure : acks_.failed) {
    const sdk::Record* record = is_record(failure.sequence) ? in_flight_.record(failure.sequence) : nullptr;
    if (!send_error_) {
      const FailureContext context{.stage = Stage::kKafkaProduce,
                                   .class_name = kProducerClass,
                                   .error = failure.error,
                                   .message = nullptr,
                                   .message_owner = nullptr,
                                   .source_record = record};
      send_error_ = record == nullptr ? failure.error : failure.error.with_context(place_of(context));
    }
    if (is_record(failure.sequence)) in_flight_.acknowledge(failure.sequence, 1);
  }
  for (const kafka::AckedRange& range : acks_.acked) {
    if (is_record(range.first)) in_flight_.acknowledge(range.first, range.count);
  }
  if (!send_error_) return {};
  if (send_error_->kind() == ErrorKind::kFenced) return commit_error(*send_error_);
  return send_error_->wrap(ErrorKind::kFailed, "Unrecoverable exception from producer send callback");
}

Error ExactlyOnceRunner::commit_error(const Error& error) const {
  if (error.kind() != ErrorKind::kFenced) {
    return error.wrap(ErrorKind::kFailed,
                      fmt::format("Failed to flush offsets and/or records for task {}", id().text()));
  }
  // The library does not tell an expired transaction from a successor; Java names the former. If it was the
  // latter, nobody sees this task's state any more.
  return error.wrap(
      ErrorKind::kFailed,
      fmt::format(
          "The task {} was unable to finish writing records to Kafka before its producer transaction "
          "expired. It may be necessary to reconfigure this connector in order for it to run healthily "
          "with exactly-once support. Options for this include: tune the connector's producer "
          "configuration for higher throughput, increase the transaction timeout for the connector's "
          "producers, decrease the offset commit interval (if using interval-based transaction "
          "boundaries), or use the 'poll' transaction boundary (if the connector is not already "
          "configured to use it).",
          id().text()));
}

void ExactlyOnceRunner::close() {
  if (!parts_) return;
  parts_->task->stop();
  const std::lock_guard lock(mutex_);
  parts_->producer.reset();
}

}  // namespace sluice::tasks
