#include "tasks/sink_task_context.h"

#include "base/log.h"

namespace sluice::tasks {

namespace {

constexpr std::string_view kSinkTaskClass = "org.apache.kafka.connect.sink.SinkTask";
/// The member's generation is over, after a long stall for instance.
constexpr std::string_view kCommitFailed = "org.apache.kafka.clients.consumer.CommitFailedException";

}  // namespace

void WorkerSinkTaskContext::pause(std::span<const sdk::TopicPartition> partitions) {
  paused_.insert(partitions.begin(), partitions.end());
  if (worker_paused_) return;
  if (const Status status = parts_.consumer.pause(partitions); !status.ok()) {
    log::warn("Could not pause partitions: {}", status.error().message());
  }
}

void WorkerSinkTaskContext::resume(std::span<const sdk::TopicPartition> partitions) {
  for (const sdk::TopicPartition& partition : partitions) paused_.erase(partition);
  if (worker_paused_) return;
  if (const Status status = parts_.consumer.resume(partitions); !status.ok()) {
    log::warn("Could not resume partitions: {}", status.error().message());
  }
}

Result<sdk::CommittedOffset> WorkerSinkTaskContext::committed(const sdk::TopicPartition& partition) {
  SLUICE_ASSIGN_OR_RETURN(const auto offsets, parts_.consumer.committed({partition}, parts_.commit_timeout));
  const auto found = offsets.find(partition);
  if (found == offsets.end()) return sdk::CommittedOffset{};
  return sdk::CommittedOffset{found->second.offset, found->second.metadata};
}

Status WorkerSinkTaskContext::commit_now(const sdk::TopicPartition& partition, int64_t offset,
                                         std::string_view metadata) {
  const Status committed =
      parts_.consumer.commit_sync({{partition, {offset, std::string(metadata)}}}, parts_.commit_timeout);
  if (!committed.ok() && committed.error().exception_class() == kCommitFailed) {
    return committed.error().wrap(ErrorKind::kRetry,
                                  "The group went on without this task; it joins again before it can commit");
  }
  SLUICE_RETURN_IF_ERROR(committed);
  // A plain commit would wipe the metadata, also one that is already on its way: hands off from here on.
  parts_.offsets.taken_over_by_task(partition, offset);
  return {};
}

Result<bool> WorkerSinkTaskContext::report(const sdk::Record& record, const Error& error) {
  ErrorPolicy& policy = parts_.pipeline.policy();
  if (!policy.has_reporters()) return false;
  SLUICE_RETURN_IF_ERROR(
      policy.resolve(parts_.pipeline.failure_of(Stage::kTaskPut, kSinkTaskClass, error, record.origin)));
  return true;
}

void WorkerSinkTaskContext::forget(const std::set<sdk::TopicPartition>& partitions) {
  for (const sdk::TopicPartition& partition : partitions) {
    paused_.erase(partition);
    rewinds_.erase(partition);
  }
}

}  // namespace sluice::tasks
