#pragma once
// Runs one sink task as a worker would, one step a call: start and open, deliver, commit, stop. The topics it
// reads are plain vectors of records; what a consumer group keeps is in the GroupMemory given.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sdk/plugin_catalogue.h"
#include "sdk/testkit/fake_contexts.h"

namespace sluice::sdk::testkit {

/// Fills key, value, schemas and headers of record `offset` of a partition; what it refers to lives in the
/// arena.
using RecordMaker =
    std::function<void(const TopicPartition& partition, int64_t offset, Arena& arena, Record& record)>;

class SinkRun {
 public:
  SinkRun(const SinkPlugin& plugin, Properties task_properties, GroupMemory& group,
          std::set<TopicPartition> assignment, RecordMaker maker);
  /// A crash unless stop() was called before.
  ~SinkRun() = default;

  /// Starts the task and opens its partitions at their committed offsets (0 without).
  Status start();
  /// Delivers the next `count` records of each partition that is not paused, in one batch; a kRetry is
  /// redelivered until it goes through (error kind kFailed after 20 s), and rewinds and commit requests are
  /// obeyed.
  Status deliver(int count);
  /// What a worker does when nothing arrives.
  Status deliver_nothing();
  /// Like deliver(), but gives kRetry back.
  Status deliver_once(int count);
  /// Asks pre_commit() and keeps what it allows, but for partitions whose intent is open.
  Status commit();
  /// Closes partitions after a commit, as a rebalance does, and opens them again.
  Status reopen();
  Status stop();

  /// The next offset to deliver.
  int64_t position(const TopicPartition& partition) const { return positions_.at(partition); }
  FakeSinkContext& context() { return context_; }

 private:
  void fill(RecordBatch& batch, int count);
  Status after_put();
  Status open();

  std::unique_ptr<SinkTask> task_;
  Properties properties_;
  GroupMemory& group_;
  FakeSinkContext context_;
  RecordMaker maker_;
  std::map<TopicPartition, int64_t> positions_;
};

}  // namespace sluice::sdk::testkit
