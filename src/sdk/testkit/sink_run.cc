#include "sdk/testkit/sink_run.h"

#include <fmt/core.h>

#include <chrono>
#include <thread>

namespace sluice::sdk::testkit {
namespace {

constexpr int64_t kFirstTimestampMs = 1'700'000'000'000;

}  // namespace

SinkRun::SinkRun(const SinkPlugin& plugin, Properties task_properties, GroupMemory& group,
                 std::set<TopicPartition> assignment, RecordMaker maker)
    : task_(plugin.task()),
      properties_(std::move(task_properties)),
      group_(group),
      context_(group, std::move(assignment)),
      maker_(std::move(maker)) {}

Status SinkRun::start() {
  SLUICE_RETURN_IF_ERROR(task_->start(properties_, context_));
  return open();
}

Status SinkRun::open() {
  std::vector<TopicPartition> partitions(context_.assignment().begin(), context_.assignment().end());
  for (const TopicPartition& partition : partitions) {
    const auto found = group_.find(partition);
    positions_[partition] = found == group_.end() || found->second.offset < 0 ? 0 : found->second.offset;
  }
  SLUICE_RETURN_IF_ERROR(task_->open(partitions));
  return after_put();
}

void SinkRun::fill(RecordBatch& batch, int count) {
  for (const auto& [partition, position] : positions_) {
    if (context_.paused().contains(partition)) continue;
    for (int i = 0; i < count; ++i) {
      Record record;
      record.topic = batch.arena().copy(partition.topic);
      record.partition = partition.partition;
      record.original_topic = partition.topic;
      record.original_partition = partition.partition;
      record.offset = position + i;
      record.origin = static_cast<uint32_t>(batch.size());
      record.timestamp = kFirstTimestampMs + record.offset * 1000;
      record.timestamp_type = TimestampType::kCreateTime;
      maker_(partition, record.offset, batch.arena(), record);
      batch.records().push_back(record);
    }
  }
}

Status SinkRun::deliver_once(int count) {
  RecordBatch batch;
  fill(batch, count);
  std::map<TopicPartition, int64_t> next;
  for (const Record& record : batch.records()) {
    next[{std::string(record.topic), record.partition}] = record.offset + 1;
  }
  SLUICE_RETURN_IF_ERROR(task_->put(batch));
  for (const auto& [partition, offset] : next) positions_[partition] = offset;
  return after_put();
}

Status SinkRun::deliver(int count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    Status done = deliver_once(count);
    if (done.ok() || done.error().kind() != ErrorKind::kRetry) return done;
    if (std::chrono::steady_clock::now() > deadline)
      return failed("still to be retried: " + done.error().message());
    std::this_thread::sleep_for(context_.take_timeout().value_or(std::chrono::milliseconds(10)));
  }
}

Status SinkRun::deliver_nothing() { return deliver(0); }

Status SinkRun::after_put() {
  for (const auto& [partition, offset] : context_.take_rewinds()) positions_[partition] = offset;
  return context_.take_commit_request() ? commit() : Status{};
}

Status SinkRun::commit() {
  SLUICE_ASSIGN_OR_RETURN(const Offsets allowed, task_->pre_commit(positions_));
  for (const auto& [partition, offset] : allowed) {
    const auto position = positions_.find(partition);
    if (position == positions_.end())
      return failed("pre_commit names a partition that the task does not have");
    if (offset > position->second) return failed("pre_commit allows more than was put");
    CommittedOffset& committed = group_[partition];
    if (committed.metadata.empty()) committed.offset = offset;
  }
  return {};
}

Status SinkRun::reopen() {
  SLUICE_RETURN_IF_ERROR(commit());
  const std::vector<TopicPartition> partitions(context_.assignment().begin(), context_.assignment().end());
  SLUICE_RETURN_IF_ERROR(task_->close(partitions));
  return open();
}

Status SinkRun::stop() {
  context_.request_stop();
  SLUICE_RETURN_IF_ERROR(commit());
  const std::vector<TopicPartition> partitions(context_.assignment().begin(), context_.assignment().end());
  SLUICE_RETURN_IF_ERROR(task_->close(partitions));
  task_->stop();
  return {};
}

}  // namespace sluice::sdk::testkit
