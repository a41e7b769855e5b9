#include "connectors/sql/sink/partitions.h"

#include <algorithm>
#include <string>

namespace sluice::connectors::sql {

void Partitions::open(const sdk::TopicPartition& partition) { states_[partition] = {}; }

Partitions::State* Partitions::state_of(const sdk::Record& record) {
  if (record.original_topic.data() == last_topic_ && record.original_partition == last_partition_)
    return last_state_;
  const auto found = states_.find({std::string(record.original_topic), record.original_partition});
  last_topic_ = record.original_topic.data();
  last_partition_ = record.original_partition;
  last_state_ = found == states_.end() ? nullptr : &found->second;
  return last_state_;
}

void Partitions::note(std::span<const sdk::Record> records) {
  last_topic_ = nullptr;  // of an earlier batch's memory
  for (const sdk::Record& record : records) {
    State* const state = state_of(record);
    if (state == nullptr) continue;
    if (state->written < 0) state->written = record.offset;
    state->noted = record.offset + 1;
    state->going_back = false;
  }
  last_topic_ = nullptr;
}

void Partitions::committed() {
  for (auto& [partition, state] : states_) {
    if (state.noted >= 0) state.written = state.noted;
  }
}

void Partitions::rolled_back(const std::function<void(const sdk::TopicPartition&, int64_t)>& rewind) {
  for (auto& [partition, state] : states_) {
    if (state.noted < 0 || state.noted == state.written) continue;
    state.noted = state.written;
    state.going_back = true;
    rewind(partition, state.written);
  }
}

bool Partitions::pending() const {
  return std::any_of(states_.begin(), states_.end(),
                     [](const auto& one) { return one.second.noted != one.second.written; });
}

bool Partitions::all_have_epochs() const {
  return std::none_of(states_.begin(), states_.end(),
                      [](const auto& one) { return one.second.epoch == kNoEpoch; });
}

void Partitions::forget_epochs() {
  for (auto& [partition, state] : states_) state.epoch = kNoEpoch;
}

sdk::Offsets Partitions::durable(const sdk::Offsets& asked) const {
  sdk::Offsets durable;
  for (const auto& [partition, offset] : asked) {
    const auto found = states_.find(partition);
    if (found == states_.end()) continue;
    const State& state = found->second;
    // Between commits all that was put is written, also what filters have taken out after the last record.
    const bool all = !state.going_back && state.noted == state.written;
    if (all) {
      durable[partition] = offset;
    } else if (state.written >= 0) {
      durable[partition] = std::min(offset, state.written);
    }
  }
  return durable;
}

}  // namespace sluice::connectors::sql
