#pragma once
// The loop of a source task, exactly once (KIP-618;
// org.apache.kafka.connect.runtime.ExactlyOnceWorkerSourceTask of 4.1): records and their offsets are written
// in transactions of the task's own producer, whose transactional id fences the task's predecessors.

#include <deque>
#include <functional>
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
#include "tasks/transaction_requests.h"

namespace sluice::tasks {

/// What the cluster has to say before an exactly-once task may start. Called on the task's thread, in this
/// order, around the first use of its producer; each may wait, and ends when the task is told to stop. Empty
/// ones are left out.
struct Preflight {
  /// The producers of the task's predecessors, of all tasks of the connector, are fenced.
  std::function<Status(const StopSignal& stop)> fence_predecessors;
  /// The task is still this worker's, with these configurations.
  std::function<Status(const StopSignal& stop)> confirm_start;
};

enum class TransactionBoundary : uint8_t { kPoll, kInterval, kConnector };

struct ExactlyOnceParts {
  sdk::Properties config;
  std::unique_ptr<sdk::SourceTask> task;
  std::unique_ptr<RecordPipeline> pipeline;
  std::unique_ptr<kafka::TransactionalProducer> producer;
  /// Ends a transaction that a predecessor left open, before the producer is used: the library alone takes
  /// half a second for it. May be empty, may fail.
  std::function<Status()> abort_leftovers;
  std::unique_ptr<TopicCreator> topics;  // null: the brokers create them, or nobody

  store::SourceOffsets offsets;              // to read from
  store::TransactionalOffsets* own_offsets;  // to write to, in the transactions
  store::OffsetStore* worker_offsets;        // gets a copy after each commit; null: is the same
  std::shared_ptr<const void> offsets_owner;

  TransactionBoundary boundary = TransactionBoundary::kPoll;
  std::chrono::milliseconds interval;             // of kInterval
  std::chrono::milliseconds transaction_timeout;  // of the producer
  std::chrono::milliseconds offset_flush_timeout;
};

class ExactlyOnceRunner final : public TaskRunner {
 public:
  using PartsFactory = std::function<Result<ExactlyOnceParts>(const StopSignal& stop)>;

  ExactlyOnceRunner(TaskId id, TargetState target, StatusListener& listener, Preflight preflight,
                    PartsFactory make_parts);
  ~ExactlyOnceRunner() override;

  void cancel() override;

 protected:
  Status execute() override;
  void close() override;

 private:
  using BatchPtr = std::shared_ptr<sdk::RecordBatch>;
  using Cut = TransactionRequests::Cut;

  Status prepare();
  Status init_transactions();
  Status loop();
  Status pause();
  Status poll_and_send();
  Result<bool> send(BatchPtr batch, const TransactionRequests::Cuts& cuts);
  Result<bool> send_range(size_t from, size_t to, uint64_t first_sequence);
  Status await_topics(size_t from, size_t to);
  Status end_batch(std::optional<Cut> cut);
  Status cut(Cut cut);
  Status begin_if_needed();
  Status commit();
  Status commit_entries(const store::OffsetEntries& entries);
  Status send_offsets(const store::OffsetEntries& stored);
  Status abort();
  Status finish();
  void abandon();
  Status take_acks(std::chrono::milliseconds timeout);
  Error commit_error(const Error& error) const;
  BatchPtr take_batch();

  const Preflight preflight_;
  const PartsFactory make_parts_;
  TransactionRequests requests_;
  std::unique_ptr<SourceContext> context_;

  // Guards the making and the end of the parts, for cancel().
  std::mutex mutex_;
  std::optional<ExactlyOnceParts> parts_;

  std::vector<kafka::OutgoingMessage> messages_;
  OffsetTracker in_flight_;   // keeps batches until their records have arrived
  OffsetTracker dispatched_;  // the offsets of what was sent since the last commit
  std::vector<BatchPtr> spare_batches_;
  kafka::Acks acks_;
  std::optional<Error> send_error_;
  uint64_t next_sequence_ = 0;
  bool in_transaction_ = false;
  bool reported_paused_ = false;
  std::chrono::steady_clock::time_point last_commit_;
};

}  // namespace sluice::tasks
