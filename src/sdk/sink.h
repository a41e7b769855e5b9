#pragma once
// Sink connectors and tasks (org.apache.kafka.connect.sink). A task's calls all come from its own thread, in
// the order start, (open, put…, pre_commit, close)…, stop.

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/stop_signal.h"
#include "sdk/connector.h"
#include "sdk/data/record.h"
#include "sdk/topic_partition.h"

namespace sluice::sdk {

class SinkConnector : public Connector {
 public:
  /// KIP-875: checks offsets that a user wants to set (-1: forget); true if the connector vouches for them.
  virtual Result<bool> alter_offsets(const Properties&, const Offsets&) { return true; }
};

struct CommittedOffset {
  int64_t offset = -1;  // -1: none
  std::string metadata;
};

/// The worker's side of a sink task. Task thread only. Outlives the task.
class SinkTaskContext {
 public:
  virtual ~SinkTaskContext() = default;
  virtual const StopSignal& stop() const = 0;
  /// "<connector>-<task>", for names and logs.
  virtual std::string_view task_id() const = 0;
  virtual const std::set<TopicPartition>& assignment() const = 0;

  /// Before the next poll the consumer goes on from `offset`.
  virtual void rewind(const TopicPartition& partition, int64_t offset) = 0;
  virtual void pause(std::span<const TopicPartition> partitions) = 0;
  virtual void resume(std::span<const TopicPartition> partitions) = 0;
  /// The next wait for records (and so the next redelivery) lasts this long at most; used once.
  virtual void set_timeout(std::chrono::milliseconds timeout) = 0;
  virtual void request_commit() = 0;

  /// What the group has committed for an assigned partition, metadata included. Error kind kRetry when
  /// unknown.
  virtual Result<CommittedOffset> committed(const TopicPartition& partition) = 0;
  /// Commits at once, never skipped as "already committed", fenced by the group's generation. While a
  /// partition carries non-empty metadata that this call wrote, nothing else commits it. Error kind kFenced:
  /// another owner has the partition; kRetry: nothing is known, ask committed().
  virtual Status commit_now(const TopicPartition& partition, int64_t offset, std::string_view metadata) = 0;

  /// KIP-610: hands a record to the error policy (dead letters, log). False: no reporter is configured, the
  /// task must fail with its error. Error: the policy does not tolerate it; return that error from put().
  virtual Result<bool> report(const Record& record, const Error& error) = 0;
};

class SinkTask {
 public:
  virtual ~SinkTask() = default;
  virtual Status start(const Properties& properties, SinkTaskContext& context) = 0;
  virtual Status open(std::span<const TopicPartition>) { return {}; }
  /// No put for these comes until they are opened again. The offsets of the last pre_commit have been taken.
  virtual Status close(std::span<const TopicPartition>) { return {}; }
  /// Takes records in order; also called with an empty batch, so that time-based work goes on. What must
  /// outlive the call is copied. Error kind kRetry: the same batch comes again after the timeout set in the
  /// context.
  virtual Status put(RecordBatch& batch) = 0;
  /// Which of `offsets` (next offset per partition, of everything put) are durable: returns those that may be
  /// committed. The default says all of them, after flush().
  virtual Result<Offsets> pre_commit(const Offsets& offsets);
  virtual Status flush(const Offsets&) { return {}; }
  virtual void stop() {}
};

}  // namespace sluice::sdk
