// NativeConsumer: which partitions it has, where they stand, and how that changes.

#include <fmt/core.h>

#include <algorithm>
#include <thread>

#include "base/log.h"
#include "kafka/error_map.h"
#include "kafka/native_consumer.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kSeekTimeout{10'000};
constexpr milliseconds kSeekPause{5};

std::string to_text(const TopicPartition& partition) {
  return fmt::format("{}-{}", partition.topic, partition.partition);
}

Error not_assigned(const TopicPartition& partition, std::string_view what) {
  return failed(fmt::format("{}: no current assignment for partition {}", what, to_text(partition)))
      .as_java("java.lang.IllegalStateException");
}

void log_failure(rd_kafka_resp_err_t code, const NativeError& error, std::string_view what) {
  if (error != nullptr) {
    log::error("{}: {}", what, rd_kafka_error_string(error.get()));
  } else if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log::error("{}: {}", what, rd_kafka_err2str(code));
  }
}

}  // namespace

void NativeConsumer::on_rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions) {
  const std::string_view protocol = rd_kafka_rebalance_protocol(client_.get());
  const bool cooperative = protocol == "COOPERATIVE";
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    on_assigned(*partitions, cooperative);
  } else {
    on_revoked(*partitions, cooperative);
  }
  // The loop above sees the change before it waits on.
  interrupt();
}

void NativeConsumer::on_assigned(rd_kafka_topic_partition_list_t& partitions, bool cooperative) {
  const std::set<TopicPartition> added = to_partitions(partitions);
  for (const TopicPartition& partition : added) states_[partition] = {};
  assignment_.insert(added.begin(), added.end());
  if (!added.empty() && listener_ != nullptr) listener_->assigned(added);

  // The listener may have looked up, sought or paused: the library starts from what it decided.
  std::vector<TopicPartition> paused;
  for (int i = 0; i < partitions.cnt; ++i) {
    const TopicPartition partition = to_partition(partitions.elems[i]);
    PartitionState& state = states_[partition];
    state.started = true;
    partitions.elems[i].offset = state.next_offset < 0 ? RD_KAFKA_OFFSET_INVALID : state.next_offset;
    if (state.paused) paused.push_back(partition);
  }
  NativeError error;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (cooperative) {
    error.reset(rd_kafka_incremental_assign(client_.get(), &partitions));
  } else {
    code = rd_kafka_assign(client_.get(), &partitions);
  }
  log_failure(code, error, "Cannot take over assigned partitions");
  if (paused.empty()) return;
  const Status status = pause_or_resume(paused, true);
  if (!status.ok()) next_error_ = status.error();
}

void NativeConsumer::on_revoked(rd_kafka_topic_partition_list_t& partitions, bool cooperative) {
  const std::set<TopicPartition> gone = to_partitions(partitions);
  if (!gone.empty() && listener_ != nullptr) {
    if (rd_kafka_assignment_lost(client_.get()) != 0) {
      listener_->lost(gone);
    } else {
      listener_->revoked(gone);
    }
  }
  forget(gone);
  NativeError error;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (cooperative) {
    error.reset(rd_kafka_incremental_unassign(client_.get(), &partitions));
  } else {
    code = rd_kafka_assign(client_.get(), nullptr);
  }
  log_failure(code, error, "Cannot give up revoked partitions");
}

void NativeConsumer::forget(const std::set<TopicPartition>& partitions) {
  std::vector<TopicPartition> paused;
  for (const TopicPartition& partition : partitions) {
    const auto found = states_.find(partition);
    if (found != states_.end() && found->second.paused) paused.push_back(partition);
  }
  // The library would remember the pause for the next time the partition comes.
  if (!paused.empty()) static_cast<void>(pause_or_resume(paused, false).ok());
  for (const TopicPartition& partition : partitions) {
    states_.erase(partition);
    assignment_.erase(partition);
  }
}

Result<NativeConsumer::PartitionState*> NativeConsumer::state_of(const TopicPartition& partition,
                                                                 std::string_view what) {
  const auto found = states_.find(partition);
  if (found == states_.end()) return not_assigned(partition, what);
  return &found->second;
}

Status NativeConsumer::seek(const TopicPartition& partition, int64_t offset) {
  SLUICE_ASSIGN_OR_RETURN(PartitionState * state, state_of(partition, "Cannot seek"));
  if (offset < 0) {
    return failed(fmt::format("Cannot seek {} to {}: seek offset must not be a negative number",
                              to_text(partition), offset))
        .as_java("java.lang.IllegalArgumentException");
  }
  state->next_offset = offset;
  if (!state->started) return {};
  return native_seek(partition, offset, kSeekTimeout);
}

Status NativeConsumer::native_seek(const TopicPartition& partition, int64_t offset, milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  const std::string what = fmt::format("Seek {} to {}", to_text(partition), offset);
  while (true) {
    const PartitionList list = to_native(CommitOffsets{{partition, {offset, {}}}});
    const NativeError error(rd_kafka_seek_partitions(client_.get(), list.get(), to_timeout(timeout)));
    if (error != nullptr) return to_error(*error, what);
    const auto code = list->elems[0].err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    // While the library still looks up where to start.
    const bool starting = code == RD_KAFKA_RESP_ERR__STATE || code == RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS;
    if (!starting) return to_error(code, what);
    if (SteadyClock::now() >= deadline) return retriable(what + ": the partition is not ready yet");
    std::this_thread::sleep_for(kSeekPause);
  }
}

Status NativeConsumer::pause(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions)
    SLUICE_RETURN_IF_ERROR(state_of(partition, "Cannot pause"));
  for (const TopicPartition& partition : partitions) states_[partition].paused = true;
  return pause_or_resume(partitions, true);
}

Status NativeConsumer::resume(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions)
    SLUICE_RETURN_IF_ERROR(state_of(partition, "Cannot resume"));
  for (const TopicPartition& partition : partitions) states_[partition].paused = false;
  return pause_or_resume(partitions, false);
}

Status NativeConsumer::pause_or_resume(std::span<const TopicPartition> partitions, bool pause) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& partition : partitions) {
    if (!states_[partition].started) continue;
    rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition);
  }
  if (list->cnt == 0) return {};
  const auto code = pause ? rd_kafka_pause_partitions(client_.get(), list.get())
                          : rd_kafka_resume_partitions(client_.get(), list.get());
  const std::string_view what = pause ? "Pause" : "Resume";
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(code, what);
  return first_error(*list, what);
}

int64_t NativeConsumer::native_position(const TopicPartition& partition) const {
  const PartitionList list = to_native(std::set<TopicPartition>{partition});
  const auto code = rd_kafka_position(client_.get(), list.get());
  return code != RD_KAFKA_RESP_ERR_NO_ERROR || list->elems[0].offset < 0 ? -1 : list->elems[0].offset;
}

Result<int64_t> NativeConsumer::position(const TopicPartition& partition, milliseconds timeout) {
  SLUICE_ASSIGN_OR_RETURN(PartitionState * state, state_of(partition, "Cannot read the position"));
  // The library's position also moves past transaction markers and aborted messages, which no poll returns.
  const int64_t native = state->started ? native_position(partition) : -1;
  if (native < 0 && state->next_offset < 0) SLUICE_RETURN_IF_ERROR(resolve_positions(timeout));
  return std::max(native, state->next_offset);
}

// Looks up the start of every partition that has none yet, all in one go.
Status NativeConsumer::resolve_positions(milliseconds timeout) {
  std::set<TopicPartition> open;
  for (const auto& [partition, state] : states_) {
    if (state.next_offset < 0 && (!state.started || native_position(partition) < 0)) open.insert(partition);
  }
  std::map<TopicPartition, int64_t> found;
  if (has_group_) {
    SLUICE_ASSIGN_OR_RETURN(const CommitOffsets offsets, committed(open, timeout));
    for (const auto& [partition, at] : offsets) {
      if (at.offset < 0 || states_[partition].from_beginning) continue;
      found[partition] = at.offset;
      open.erase(partition);
    }
  }
  if (!open.empty()) {
    SLUICE_ASSIGN_OR_RETURN(auto reset, reset_offsets(open, timeout));
    found.merge(reset);
  }
  for (const auto& [partition, offset] : found) {
    PartitionState& state = states_[partition];
    state.next_offset = offset;
    if (state.started) SLUICE_RETURN_IF_ERROR(native_seek(partition, offset, timeout));
  }
  return {};
}

Result<std::map<TopicPartition, int64_t>> NativeConsumer::reset_offsets(
    const std::set<TopicPartition>& partitions, milliseconds timeout) {
  const PartitionList list = to_native(partitions);
  for (int i = 0; i < list->cnt; ++i) {
    const TopicPartition partition = to_partition(list->elems[i]);
    const bool from_beginning = states_[partition].from_beginning || reset_policy_ == "earliest";
    if (!from_beginning && reset_policy_ == "error") {
      return to_error(
          RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, {},
          fmt::format("Undefined offset with no reset policy for partition {}", to_text(partition)));
    }
    list->elems[i].offset = from_beginning ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
  }
  constexpr std::string_view kWhat = "Look up offsets";
  const auto code = rd_kafka_offsets_for_times(client_.get(), list.get(), to_timeout(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return to_error(code, kWhat);
  SLUICE_RETURN_IF_ERROR(first_error(*list, kWhat));
  std::map<TopicPartition, int64_t> offsets;
  for (int i = 0; i < list->cnt; ++i) offsets[to_partition(list->elems[i])] = list->elems[i].offset;
  return offsets;
}

}  // namespace sluice::kafka
