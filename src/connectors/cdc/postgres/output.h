#pragma once
// The batch that a reader fills, and its way into the queue. Remembers the position of what was pushed, where
// reading goes on after an error. One thread.

#include <functional>
#include <memory>
#include <string>

#include "connectors/cdc/common/change_queue.h"
#include "connectors/cdc/common/event_writer.h"
#include "connectors/cdc/postgres/options.h"
#include "connectors/cdc/postgres/position.h"

namespace sluice::connectors::cdc::postgres {

class Output {
 public:
  /// What is done while the task is behind, every second or so: keeping connections alive.
  using WhileWaiting = std::function<Status()>;

  Output(const Options& options, const sdk::SourcePartition* partition, const ContextHeaders& headers,
         const Clock& clock, const StopSignal& stop);

  /// Drops what was not pushed; `position` is then where the last pushed batch ended.
  void restart(ChangeQueue& queue);

  EventWriter& writer() { return writer_; }
  SourceInfo& source() { return *source_; }
  Position position;

  sdk::Value offset() { return position.offset(writer_.transactions(), writer_.arena()); }
  bool empty() const { return batch_->records().empty(); }
  bool full() const;
  /// Whether the task has nothing to do.
  bool wanted() const { return queue_->wanted(); }
  /// Hands the batch over, waiting for room. kClosed when told to stop.
  Status push(const WhileWaiting& while_waiting);
  /// When the last heartbeat was written, on the steady clock.
  int64_t heartbeat_ms = 0;

 private:
  void start_batch();

  const Options& options_;
  const StopSignal& stop_;
  EventWriter writer_;
  std::shared_ptr<SourceInfo> source_;
  ChangeQueue* queue_ = nullptr;
  ChangeQueue::BatchPtr batch_;
  Position pushed_;
  Transactions pushed_transactions_;
};

}  // namespace sluice::connectors::cdc::postgres
