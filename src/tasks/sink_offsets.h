#pragma once
// The offsets of one sink task: what has been put, what is committed, what is being committed. Task thread
// only.

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "kafka/consumer.h"
#include "sdk/topic_partition.h"

namespace sluice::tasks {

class SinkOffsets {
 public:
  using TopicPartition = sdk::TopicPartition;

  void assigned(const TopicPartition& partition, int64_t position);
  void forget(const std::set<TopicPartition>& partitions);
  /// Goes on from `offset`: nothing after it counts as put or committed.
  void rewind(const TopicPartition& partition, int64_t offset);
  void put(const TopicPartition& partition, int64_t next_offset) { current_[partition] = next_offset; }

  /// The next offset of everything put, for the given partitions.
  sdk::Offsets current(const std::set<TopicPartition>& partitions) const;
  const sdk::Offsets& all_current() const { return current_; }
  const sdk::Offsets& last_committed() const { return last_committed_; }
  /// After a failed preCommit: as if nothing had been put since the last commit. Returns where to go on from.
  sdk::Offsets back_to_committed();

  /// What of `returned` (by the task's pre_commit) is to be committed: asked for, not beyond what was put,
  /// new, and not in the task's own hands. The rest is reported in the log where it is the task's mistake.
  kafka::CommitOffsets committable(const sdk::Offsets& asked, const sdk::Offsets& returned) const;
  void committed(const kafka::CommitOffsets& offsets);

  /// The task commits this partition itself from now on (SinkTaskContext::commit_now).
  void taken_over_by_task(const TopicPartition& partition, int64_t committed_offset);

 private:
  sdk::Offsets current_;
  sdk::Offsets last_committed_;
  std::set<TopicPartition> in_the_tasks_hands_;
};

}  // namespace sluice::tasks
