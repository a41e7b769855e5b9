#include "tasks/sink_task_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "tasks/sink_task_context.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPositionTimeout{60'000};
constexpr milliseconds kCloseTimeout{10'000};
/// Commit results arrive with polls: while one is awaited, polls are short.
constexpr milliseconds kPollWhileCommitting{200};

std::vector<sdk::TopicPartition> as_list(const std::set<sdk::TopicPartition>& partitions) {
  return {partitions.begin(), partitions.end()};
}

void warn_if_failed(const Status& status, std::string_view what) {
  if (!status.ok()) log::warn("{}: {}", what, status.error().trace());
}

}  // namespace

SinkTaskRunner::SinkTaskRunner(TaskId id, TargetState target, StatusListener& listener, const Clock& clock,
                               PartsFactory make_parts, std::function<Status()> leave_group)
    : TaskRunner(std::move(id), target, listener),
      clock_(clock),
      make_parts_(std::move(make_parts)),
      leave_group_(std::move(leave_group)) {}

SinkTaskRunner::~SinkTaskRunner() = default;

void SinkTaskRunner::wake() {
  std::lock_guard lock(wake_mutex_);
  if (parts_ && parts_->consumer) parts_->consumer->wakeup();
}

Status SinkTaskRunner::execute() {
  const Status status = run_task();
  has_failed_ = !status.ok() && status.error().kind() != ErrorKind::kFenced;
  return status;
}

Status SinkTaskRunner::run_task() {
  SLUICE_ASSIGN_OR_RETURN(auto parts, make_parts_(stop()));
  {
    std::lock_guard lock(wake_mutex_);
    parts_.emplace(std::move(parts));
  }
  parts_->pipeline->policy().on_trouble([this](const Error* cause) { report_trouble(cause); });
  context_ = std::make_unique<WorkerSinkTaskContext>(WorkerSinkTaskContext::Parts{
      stop(), id().text(), *parts_->consumer, *parts_->pipeline, offsets_, parts_->offset_flush_timeout});
  SLUICE_RETURN_IF_ERROR(parts_->topics_regex.empty()
                             ? parts_->consumer->subscribe(parts_->topics, *this)
                             : parts_->consumer->subscribe_pattern(parts_->topics_regex, *this));
  SLUICE_RETURN_IF_ERROR(may_start());
  SLUICE_RETURN_IF_ERROR(parts_->task->start(parts_->config, *context_));
  started_ = true;
  is_paused_ = target() == TargetState::kPaused;
  context_->set_worker_paused(is_paused_);
  if (!is_paused_) report(State::kRunning);
  next_commit_ms_ = clock_.steady_ms() + parts_->offset_flush_interval.count();
  while (!is_stopping()) {
    if (const Status status = iterate(); !status.ok()) {
      if (status.error().kind() == ErrorKind::kFenced) return status;
      return status.error().wrap(ErrorKind::kFailed,
                                 "Exiting WorkerSinkTask due to unrecoverable exception.");
    }
  }
  return {};
}

Status SinkTaskRunner::iterate() {
  // What another owner may have got meanwhile is neither put nor committed by this one.
  if (!await_lease()) return {};
  follow_target();
  take_commit_results();
  commit_if_due();
  SLUICE_RETURN_IF_ERROR(apply_rewinds());
  SLUICE_RETURN_IF_ERROR(poll());
  return deliver();
}

void SinkTaskRunner::follow_target() {
  const bool wants_pause = target() == TargetState::kPaused;
  if (wants_pause == is_paused_) return;
  is_paused_ = wants_pause;
  if (wants_pause) {
    pause_all();
    report(State::kPaused);
    context_->request_commit();
  } else {
    if (!redeliver_) resume_all();
    report(State::kRunning);
  }
}

void SinkTaskRunner::pause_all() {
  context_->set_worker_paused(true);
  warn_if_failed(parts_->consumer->pause(as_list(parts_->consumer->assignment())), "Could not pause");
}

void SinkTaskRunner::resume_all() {
  context_->set_worker_paused(false);
  std::vector<TopicPartition> partitions;
  for (const TopicPartition& partition : parts_->consumer->assignment()) {
    if (!context_->paused().contains(partition)) partitions.push_back(partition);
  }
  warn_if_failed(parts_->consumer->resume(partitions), "Could not resume");
}

void SinkTaskRunner::take_commit_results() {
  for (const kafka::CommitResult& result : parts_->consumer->take_commit_results()) {
    if (!pending_commit_ || result.id != pending_commit_->id)
      continue;  // of an earlier commit, given up since
    if (result.status.ok()) {
      offsets_.committed(pending_commit_->offsets);
    } else {
      log::error("Commit of offsets failed: {}", result.status.error().message());
    }
    pending_commit_.reset();
  }
}

void SinkTaskRunner::commit_if_due() {
  const int64_t now = clock_.steady_ms();
  if (pending_commit_ && now >= pending_commit_->started_ms + parts_->offset_flush_timeout.count()) {
    log::warn("Commit of offsets timed out");
    pending_commit_.reset();
  }
  if (pending_commit_) return;
  const bool requested = context_->take_commit_request();
  if (!requested && now < next_commit_ms_) return;
  next_commit_ms_ = now + parts_->offset_flush_interval.count();
  commit(parts_->consumer->assignment(), Commit::kWhileRunning);
}

/// Asks the task what is durable and commits that. A failure never fails the task: while running it goes back
/// to the last commit, while closing it gives up.
void SinkTaskRunner::commit(const Partitions& partitions, Commit how) {
  const sdk::Offsets asked = offsets_.current(partitions);
  if (asked.empty()) return;
  parts_->pipeline->policy().await_reports(parts_->offset_flush_timeout);
  const auto durable = parts_->task->pre_commit(asked);
  if (!durable.ok()) {
    if (how == Commit::kClosing) {
      log::warn("Offset commit failed during close: {}", durable.error().trace());
      return;
    }
    log::error("Offset commit failed, rewinding to last committed offsets: {}", durable.error().trace());
    for (const auto& [partition, offset] : offsets_.back_to_committed()) context_->rewind(partition, offset);
    forget_batch();
    return;
  }
  send_commit(offsets_.committable(asked, *durable), how);
}

void SinkTaskRunner::send_commit(const kafka::CommitOffsets& offsets, Commit how) {
  if (offsets.empty()) return;
  if (how == Commit::kClosing) {
    const Status status = parts_->consumer->commit_sync(offsets, parts_->offset_flush_timeout);
    if (status.ok()) {
      offsets_.committed(offsets);
    } else {
      log::error("Commit of offsets failed during close: {}", status.error().message());
    }
    return;
  }
  pending_commit_ = PendingCommit{parts_->consumer->commit_async(offsets), clock_.steady_ms(), offsets};
}

Status SinkTaskRunner::apply_rewinds() {
  for (const auto& [partition, offset] : context_->take_rewinds()) {
    if (!parts_->consumer->assignment().contains(partition)) {
      log::warn("Ignoring the rewind of {}-{}: it is not assigned to this task", partition.topic,
                partition.partition);
      continue;
    }
    SLUICE_RETURN_IF_ERROR(parts_->consumer->seek(partition, offset));
    offsets_.rewind(partition, offset);
  }
  return {};
}

milliseconds SinkTaskRunner::poll_timeout() {
  milliseconds timeout(std::max<int64_t>(next_commit_ms_ - clock_.steady_ms(), 0));
  if (pending_commit_) timeout = std::min(timeout, kPollWhileCommitting);
  if (const auto asked = context_->take_timeout()) timeout = std::min(timeout, *asked);
  return timeout;
}

Status SinkTaskRunner::poll() {
  kafka::MessageBatch polled;
  const Status status = parts_->consumer->poll(poll_timeout(), parts_->messages_per_poll_max, polled);
  if (rebalance_error_) return *std::exchange(rebalance_error_, std::nullopt);
  if (!status.ok()) {
    if (status.error().kind() != ErrorKind::kRetry) return status;
    log::warn("Poll failed and will be tried again: {}", status.error().message());
    return {};
  }
  if (redeliver_) return {};  // everything is paused: there is nothing new
  messages_ = std::move(polled);
  note_topics();
  SLUICE_RETURN_IF_ERROR(parts_->pipeline->to_records(messages_, batch_));
  return hold_partitions();
}

/// They wait before a record that nobody may pass: what came after it in the batch is forgotten, and comes
/// again if the partition is assigned anew.
Status SinkTaskRunner::hold_partitions() {
  const auto held = parts_->pipeline->policy().take_held();
  if (held.empty()) return {};
  for (const auto& [partition, offset] : held) {
    held_[partition] = offset;
    context_->pause({&partition, 1});
    SLUICE_RETURN_IF_ERROR(parts_->consumer->seek(partition, offset));
  }
  std::erase_if(batch_.records(), [&](const sdk::Record& record) {
    const auto& message = messages_.messages[record.origin];
    const auto found = held.find({std::string(message.topic), message.partition});
    return found != held.end() && message.offset >= found->second;
  });
  return {};
}

void SinkTaskRunner::note_topics() {
  std::string_view last;
  for (const auto& message : messages_.messages) {
    const bool is_same = message.topic.data() == last.data() && message.topic.size() == last.size();
    if (!is_same) note_topic(message.topic);
    last = message.topic;
  }
}

Status SinkTaskRunner::deliver() {
  if (is_stopping() || !await_lease()) return {};
  const Status status = parts_->task->put(batch_);
  if (status.ok()) {
    note_put();
    forget_batch();
    return {};
  }
  if (status.error().kind() == ErrorKind::kClosed && is_stopping()) return {};
  if (status.error().kind() != ErrorKind::kRetry) return status;
  if (!std::exchange(redeliver_, true)) {
    log::warn("The task cannot take records now; they are kept and put again: {}", status.error().trace());
    pause_all();
  }
  return {};
}

/// Everything consumed with this batch has been put or dropped on purpose.
void SinkTaskRunner::note_put() {
  const auto& messages = messages_.messages;
  for (size_t i = 0; i < messages.size(); ++i) {
    const bool is_last_of_run = i + 1 == messages.size() ||
                                messages[i + 1].partition != messages[i].partition ||
                                messages[i + 1].topic != messages[i].topic;
    if (!is_last_of_run) continue;
    const TopicPartition partition{std::string(messages[i].topic), messages[i].partition};
    const bool is_ours =
        parts_->consumer->assignment().contains(partition) && !dropped_from_batch_.contains(partition);
    if (!is_ours) continue;
    const auto held = held_.find(partition);
    const int64_t next = messages[i].offset + 1;
    offsets_.put(partition, held == held_.end() ? next : std::min(next, held->second));
  }
}

void SinkTaskRunner::assigned(const Partitions& partitions) {
  for (const TopicPartition& partition : partitions) {
    const auto position = parts_->consumer->position(partition, kPositionTimeout);
    if (!position.ok()) {
      rebalance_error_ = position.error();
      return;
    }
    offsets_.assigned(partition, *position);
  }
  if (redeliver_ && batch_.empty()) forget_batch();
  if (redeliver_ || is_paused_) pause_all();
  if (const Status opened = parts_->task->open(as_list(partitions)); !opened.ok()) {
    rebalance_error_ = opened.error();
    return;
  }
  if (const Status rewound = apply_rewinds(); !rewound.ok()) rebalance_error_ = rewound.error();
}

void SinkTaskRunner::revoked(const Partitions& partitions) { close_partitions(partitions); }

void SinkTaskRunner::lost(const Partitions& partitions) {
  warn_if_failed(parts_->task->close(as_list(partitions)), "The task could not close its lost partitions");
  drop_from_batch(partitions);
  context_->forget(partitions);
  for (const TopicPartition& partition : partitions) held_.erase(partition);
  offsets_.forget(partitions);
}

/// preCommit, close, commit: in this order, so that closing may still finish what preCommit promised.
void SinkTaskRunner::close_partitions(const Partitions& partitions) {
  if (partitions.empty() || !started_) return;
  if (!is_cancelled() && holds_lease()) commit(partitions, Commit::kClosing);
  warn_if_failed(parts_->task->close(as_list(partitions)), "The task could not close its partitions");
  drop_from_batch(partitions);
  context_->forget(partitions);
  for (const TopicPartition& partition : partitions) held_.erase(partition);
  offsets_.forget(partitions);
}

/// The batch is done with: records flow again if it had stopped them.
void SinkTaskRunner::forget_batch() {
  batch_.clear();
  messages_.clear();
  dropped_from_batch_.clear();
  if (std::exchange(redeliver_, false) && !is_paused_) resume_all();
}

void SinkTaskRunner::drop_from_batch(const Partitions& partitions) {
  if (!redeliver_) return;
  dropped_from_batch_.insert(partitions.begin(), partitions.end());
  const auto is_gone = [&](const auto& item) {
    return partitions.contains({std::string(item.topic), item.partition});
  };
  // Transforms may have renamed the topic: ask the message that the record stems from.
  std::erase_if(batch_.records(),
                [&](const sdk::Record& record) { return is_gone(messages_.messages[record.origin]); });
}

void SinkTaskRunner::close() {
  close_parts();
  // One that is told to stop leaves if that is what its herder wants.
  if (!has_failed_ || is_stopping() || !leave_group_) return;
  warn_if_failed(leave_group_(), "Could not leave the consumer group");
}

void SinkTaskRunner::close_parts() {
  if (!parts_) return;
  // Leaving the group revokes, and so commits and closes, what is still assigned.
  const Partitions left = parts_->consumer->assignment();
  close_partitions(left);
  if (started_) parts_->task->stop();
  started_ = false;
  warn_if_failed(parts_->consumer->close(kCloseTimeout), "Could not close the consumer");
  std::lock_guard lock(wake_mutex_);
  batch_.clear();
  messages_.clear();
  context_.reset();
  parts_.reset();
}

}  // namespace sluice::tasks
