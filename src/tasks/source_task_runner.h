#pragma once
// The loop of a source task, at least once (org.apache.kafka.connect.runtime.WorkerSourceTask): poll,
// transform, convert, send; offsets of what the broker acknowledged are committed by the worker's committer
// thread.

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kafka/producer.h"
#include "sdk/source.h"
#include "store/source_offsets.h"
#include "tasks/offset_tracker.h"
#include "tasks/record_pipeline.h"
#include "tasks/source_context.h"
#include "tasks/task_runner.h"
#include "tasks/topic_creation.h"

namespace sluice::tasks {

struct SourceTaskParts {
  sdk::Properties config;
  std::unique_ptr<sdk::SourceTask> task;
  std::unique_ptr<RecordPipeline> pipeline;
  std::unique_ptr<kafka::Producer> producer;
  store::SourceOffsets offsets;
  std::shared_ptr<const void> offsets_owner = nullptr;  // keeps alive what `offsets` refers to, if need be
  std::unique_ptr<TopicCreator> topics = nullptr;       // null: the brokers create topics, or nobody
  std::chrono::milliseconds offset_flush_timeout;
};

class SourceTaskRunner final : public TaskRunner {
 public:
  /// Builds the parts on the task's thread, under its stop signal (the error policy needs it).
  using PartsFactory = std::function<Result<SourceTaskParts>(const StopSignal& stop)>;

  SourceTaskRunner(TaskId id, TargetState target, StatusListener& listener, PartsFactory make_parts);
  ~SourceTaskRunner() override;

  /// Writes the offsets that are ready. Called by the committer thread, and by the task itself at its end. A
  /// failure is logged and tried again at the next call.
  void commit_offsets();
  void cancel() override;

 protected:
  Status execute() override;
  void close() override;

 private:
  using BatchPtr = std::shared_ptr<sdk::RecordBatch>;

  Status loop();
  Status poll_and_send();
  Status send(BatchPtr batch);
  Status await_topics();
  Status send_some(size_t& sent, uint64_t first_sequence);
  Status settle_send_failure(uint64_t sequence, const Error& error);
  Status take_acks(std::chrono::milliseconds timeout);
  void take_acks_locked(std::chrono::milliseconds timeout);
  void finish();
  bool commit_ready_offsets();
  BatchPtr take_batch();

  PartsFactory make_parts_;
  std::optional<SourceTaskParts> parts_;
  SourceContext context_;

  // Task thread only.
  std::vector<kafka::OutgoingMessage> messages_;
  bool reported_paused_ = false;

  // Shared with the committer thread.
  std::atomic<bool> arrived_{false};  // since the task last looked
  std::mutex mutex_;
  bool usable_ = false;  // parts_ is complete and not yet closed
  OffsetTracker tracker_;
  std::vector<BatchPtr> spare_batches_;
  kafka::Acks acks_;
  uint64_t next_sequence_ = 0;
  std::optional<Error> send_error_;
  store::OffsetEntries unwritten_;
  bool offsets_committed_ = false;  // the task is to be told at its next poll
};

}  // namespace sluice::tasks
