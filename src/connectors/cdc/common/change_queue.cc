#include "connectors/cdc/common/change_queue.h"

#include <utility>

namespace sluice::connectors::cdc {
namespace {

constexpr size_t kSpareMax = 4;

}  // namespace

ChangeQueue::BatchPtr ChangeQueue::fresh_batch() {
  std::lock_guard lock(mutex_);
  if (spare_.empty()) return std::make_unique<sdk::RecordBatch>();
  BatchPtr batch = std::move(spare_.back());
  spare_.pop_back();
  return batch;
}

bool ChangeQueue::push(BatchPtr& batch, std::chrono::milliseconds timeout) {
  return batches_.push(batch, batch->arena().bytes_used(), timeout);
}

void ChangeQueue::fail(Error error) {
  {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  batches_.close();
}

Result<bool> ChangeQueue::pop(sdk::RecordBatch& batch, std::chrono::milliseconds timeout) {
  auto next = batches_.pop(timeout);
  std::lock_guard lock(mutex_);
  if (!next) return error_ ? Result<bool>(*error_) : Result<bool>(false);
  std::swap(batch, **next);
  (*next)->clear();
  if (spare_.size() < kSpareMax) spare_.push_back(std::move(*next));
  return true;
}

}  // namespace sluice::connectors::cdc
