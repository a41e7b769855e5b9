#pragma once
// The batch that a reader fills, and its way into the queue. Remembers the position of what was pushed, where
// reading goes on after an error. One thread.

#include <functional>
#include <memory>

#include "connectors/cdc/common/change_queue.h"
#include "connectors/cdc/common/event_writer.h"
#include "connectors/cdc/common/options.h"

namespace sluice::connectors::cdc {

/// `Position` is a connector's own: copied at every push; it has `in_snapshot`, `snapshot_done` and
/// `offset(extras, arena)`.
template <typename Position>
class Output {
 public:
  /// What is done while the task is behind, every second or so: keeping connections alive.
  using WhileWaiting = std::function<Status()>;

  Output(const CommonOptions& options, const sdk::SourcePartition* partition, const ContextHeaders& headers,
         const Clock& clock, const StopSignal& stop)
      : options_(options), stop_(stop), writer_(options, partition, headers, clock) {}

  /// Every batch from now on holds it.
  void keep(std::shared_ptr<const void> kept) { kept_ = std::move(kept); }

  /// Drops what was not pushed; `position` is then where the last pushed batch ended.
  void restart(ChangeQueue& queue) {
    queue_ = &queue;
    if (batch_) {
      position = pushed_;
      if (position.snapshot_done) position.in_snapshot = false;
      writer_.extras() = pushed_extras_;
      batch_->clear();
    } else {
      pushed_ = position;
      pushed_extras_ = writer_.extras();
      batch_ = queue.fresh_batch();
    }
    start_batch();
  }

  EventWriter& writer() { return writer_; }
  Position position;

  sdk::Value offset() { return position.offset(writer_.extras(), writer_.arena()); }
  bool empty() const { return batch_->records().empty(); }
  bool full() const {
    return batch_->records().size() >= options_.batch_records_max ||
           batch_->arena().bytes_used() >= kBatchBytesMax;
  }
  /// Whether the task has nothing to do.
  bool wanted() const { return queue_->wanted(); }
  /// Counts the batches, whose arenas hold what records refer to.
  uint64_t generation() const { return generation_; }

  /// Hands the batch over, waiting for room. kClosed when told to stop.
  Status push(const WhileWaiting& while_waiting) {
    if (empty()) return {};
    while (!queue_->push(batch_, kRoomWait)) {
      if (stop_.stop_requested()) return closed("Stopped while the task was behind");
      SLUICE_RETURN_IF_ERROR(while_waiting());
    }
    pushed_ = position;
    pushed_extras_ = writer_.extras();
    batch_ = queue_->fresh_batch();
    start_batch();
    return {};
  }
  /// When the last heartbeat was written, on the steady clock.
  int64_t heartbeat_ms = 0;

 private:
  static constexpr std::chrono::milliseconds kRoomWait{500};
  static constexpr size_t kBatchBytesMax = size_t{2} << 20;

  void start_batch() {
    ++generation_;
    writer_.start_batch(*batch_);
    if (kept_) batch_->arena().keep(kept_);
  }

  const CommonOptions& options_;
  const StopSignal& stop_;
  EventWriter writer_;
  std::shared_ptr<const void> kept_;
  ChangeQueue* queue_ = nullptr;
  ChangeQueue::BatchPtr batch_;
  uint64_t generation_ = 0;
  Position pushed_;
  OffsetExtras pushed_extras_;
};

}  // namespace sluice::connectors::cdc
