#pragma once
// What the sink task knows of its partitions: how far they are written, and which of them go back. Task
// thread.

#include <cstdint>
#include <functional>
#include <map>
#include <span>

#include "sdk/sink.h"

namespace sluice::connectors::sql {

class Partitions {
 public:
  static constexpr int64_t kNoEpoch = 0;  // not claimed in the offset table

  void open(const sdk::TopicPartition& partition);
  void close(const sdk::TopicPartition& partition) { states_.erase(partition); }
  bool empty() const { return states_.empty(); }

  /// Records that are about to be written, or given up: they count as written with the next commit.
  void note(std::span<const sdk::Record> records);
  /// The transaction has been committed: all that was noted is written.
  void committed();
  /// The transaction has been rolled back: the consumer goes back to what is written. `rewind` is told.
  void rolled_back(const std::function<void(const sdk::TopicPartition&, int64_t)>& rewind);
  bool all_have_epochs() const;
  void forget_epochs();
  /// Whether records were noted since the last commit.
  bool pending() const;
  /// Which of the worker's offsets may be committed: nothing beyond what is written.
  sdk::Offsets durable(const sdk::Offsets& asked) const;

  struct State {
    int64_t written = -1;      // the next offset after what is committed; -1: nothing is known yet
    int64_t noted = -1;        // the next offset after what was noted
    int64_t epoch = kNoEpoch;  // in the offset table
    bool going_back = false;   // until its records come again
  };
  std::map<sdk::TopicPartition, State>& states() { return states_; }

 private:
  State* state_of(const sdk::Record& record);

  std::map<sdk::TopicPartition, State> states_;
  // Records come in runs of one partition.
  const char* last_topic_ = nullptr;
  int32_t last_partition_ = -1;
  State* last_state_ = nullptr;
};

}  // namespace sluice::connectors::sql
