#include "tasks/sink_offsets.h"

#include "base/log.h"

namespace sluice::tasks {

void SinkOffsets::assigned(const TopicPartition& partition, int64_t position) {
  current_[partition] = position;
  last_committed_[partition] = position;
}

void SinkOffsets::forget(const std::set<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    current_.erase(partition);
    last_committed_.erase(partition);
    in_the_tasks_hands_.erase(partition);
  }
}

void SinkOffsets::rewind(const TopicPartition& partition, int64_t offset) {
  current_[partition] = offset;
  last_committed_[partition] = offset;
}

sdk::Offsets SinkOffsets::current(const std::set<TopicPartition>& partitions) const {
  sdk::Offsets selected;
  for (const TopicPartition& partition : partitions) {
    if (const auto found = current_.find(partition); found != current_.end()) selected.insert(*found);
  }
  return selected;
}

sdk::Offsets SinkOffsets::back_to_committed() {
  current_ = last_committed_;
  return last_committed_;
}

kafka::CommitOffsets SinkOffsets::committable(const sdk::Offsets& asked, const sdk::Offsets& returned) const {
  kafka::CommitOffsets result;
  for (const auto& [partition, offset] : returned) {
    const auto put = asked.find(partition);
    if (put == asked.end() || offset > put->second) {
      log::warn(
          "Ignoring offset {} of {}-{} that the task wants to commit: it has been given records up to {} "
          "only",
          offset, partition.topic, partition.partition, put == asked.end() ? -1 : put->second);
      continue;
    }
    const auto last = last_committed_.find(partition);
    const bool is_old = last != last_committed_.end() && last->second == offset;
    if (is_old || in_the_tasks_hands_.contains(partition)) continue;
    result[partition] = {offset, ""};
  }
  return result;
}

void SinkOffsets::committed(const kafka::CommitOffsets& offsets) {
  for (const auto& [partition, offset] : offsets) {
    if (current_.contains(partition)) last_committed_[partition] = offset.offset;
  }
}

void SinkOffsets::taken_over_by_task(const TopicPartition& partition, int64_t committed_offset) {
  in_the_tasks_hands_.insert(partition);
  last_committed_[partition] = committed_offset;
}

}  // namespace sluice::tasks
