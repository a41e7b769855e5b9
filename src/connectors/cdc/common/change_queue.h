#pragma once
// Batches of records on their way from the thread that reads the log to the task. The reader waits when the
// task is behind, so memory is bounded; the task gives its emptied batches back for their arenas.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bounded_queue.h"
#include "base/result.h"
#include "base/stop_signal.h"
#include "sdk/data/record.h"

namespace sluice::connectors::cdc {

class ChangeQueue {
 public:
  using BatchPtr = std::unique_ptr<sdk::RecordBatch>;

  ChangeQueue(size_t batches_max, size_t bytes_max) : batches_(batches_max, bytes_max) {}

  // --- the reader's side
  BatchPtr fresh_batch();
  /// True when the task waits: a batch that is not full had better be sent now.
  bool wanted() const { return batches_.empty(); }
  /// Waits for room up to `timeout`; false if there is none yet, and the batch is kept.
  bool push(BatchPtr& batch, std::chrono::milliseconds timeout);
  /// The reader has ended for good.
  void fail(Error error);

  // --- the task's side
  /// Exchanges the empty `batch` for the next one; false if there is none within `timeout`. The reader's
  /// error comes after its last batch.
  Result<bool> pop(sdk::RecordBatch& batch, std::chrono::milliseconds timeout);
  void close() { batches_.close(); }

 private:
  BoundedQueue<BatchPtr> batches_;
  std::mutex mutex_;
  std::vector<BatchPtr> spare_;
  std::optional<Error> error_;
};

}  // namespace sluice::connectors::cdc
