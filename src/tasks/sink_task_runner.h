#pragma once
// The loop of a sink task (org.apache.kafka.connect.runtime.WorkerSinkTask): poll, convert, transform, put;
// commits what the task reports as durable; redelivers a batch that the task could not take yet. One thread
// does it all.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kafka/consumer.h"
#include "sdk/sink.h"
#include "tasks/record_pipeline.h"
#include "tasks/sink_offsets.h"
#include "tasks/task_runner.h"

namespace sluice::tasks {

struct SinkTaskParts {
  sdk::Properties config;
  std::unique_ptr<sdk::SinkTask> task;
  std::unique_ptr<RecordPipeline> pipeline;
  std::unique_ptr<kafka::Consumer> consumer;
  std::vector<std::string> topics;  // empty: topics_regex
  std::string topics_regex;
  size_t messages_per_poll_max = 0;
  std::chrono::milliseconds offset_flush_interval;
  std::chrono::milliseconds offset_flush_timeout;
};

class WorkerSinkTaskContext;

class SinkTaskRunner final : public TaskRunner, private kafka::RebalanceListener {
 public:
  using PartsFactory = std::function<Result<SinkTaskParts>(const StopSignal& stop)>;
  using TopicPartition = sdk::TopicPartition;
  using Partitions = std::set<TopicPartition>;

  /// `leave_group`, which may be empty, gives up the task's place in its consumer group: a task that fails
  /// must not keep partitions from its siblings.
  SinkTaskRunner(TaskId id, TargetState target, StatusListener& listener, const Clock& clock,
                 PartsFactory make_parts, std::function<Status()> leave_group = {});
  ~SinkTaskRunner() override;

 protected:
  Status execute() override;
  void close() override;
  void wake() override;

 private:
  enum class Commit : uint8_t { kWhileRunning, kClosing };
  struct PendingCommit {
    uint64_t id;
    int64_t started_ms;
    kafka::CommitOffsets offsets;
  };

  Status run_task();
  Status iterate();
  void follow_target();
  void take_commit_results();
  void commit_if_due();
  std::chrono::milliseconds poll_timeout();
  Status poll();
  Status hold_partitions();
  void note_topics();
  Status deliver();
  void note_put();
  Status apply_rewinds();
  void commit(const Partitions& partitions, Commit how);
  void send_commit(const kafka::CommitOffsets& offsets, Commit how);
  void close_parts();
  void close_partitions(const Partitions& partitions);
  void forget_batch();
  void drop_from_batch(const Partitions& partitions);
  void pause_all();
  void resume_all();

  void assigned(const Partitions& partitions) override;
  void revoked(const Partitions& partitions) override;
  void lost(const Partitions& partitions) override;

  const Clock& clock_;
  PartsFactory make_parts_;
  const std::function<Status()> leave_group_;
  std::optional<SinkTaskParts> parts_;
  std::unique_ptr<WorkerSinkTaskContext> context_;
  std::mutex wake_mutex_;  // guards parts_ against wake() from other threads
  bool started_ = false;
  bool has_failed_ = false;

  kafka::MessageBatch messages_;
  sdk::RecordBatch batch_;
  std::map<TopicPartition, int64_t> held_;  // wait before this offset
  Partitions dropped_from_batch_;           // revoked while their records waited for redelivery
  bool redeliver_ = false;
  bool is_paused_ = false;
  SinkOffsets offsets_;
  std::optional<PendingCommit> pending_commit_;
  std::optional<Error> rebalance_error_;
  int64_t next_commit_ms_ = 0;
};

}  // namespace sluice::tasks
