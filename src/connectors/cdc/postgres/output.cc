#include "connectors/cdc/postgres/output.h"

namespace sluice::connectors::cdc::postgres {
namespace {

constexpr std::chrono::milliseconds kRoomWait{500};
constexpr size_t kBatchBytesMax = size_t{2} << 20;

}  // namespace

Output::Output(const Options& options, const sdk::SourcePartition* partition, const ContextHeaders& headers,
               const Clock& clock, const StopSignal& stop)
    : options_(options),
      stop_(stop),
      writer_(options, partition, headers, clock),
      source_(std::make_shared<SourceInfo>(SourceInfo{options.names.prefix(), options.database, {}, {}})) {}

void Output::restart(ChangeQueue& queue) {
  queue_ = &queue;
  if (batch_) {
    position = pushed_;
    if (position.snapshot_done) position.in_snapshot = false;
    writer_.transactions() = pushed_transactions_;
    batch_->clear();
  } else {
    pushed_ = position;
    pushed_transactions_ = writer_.transactions();
    batch_ = queue.fresh_batch();
  }
  source_->origin.reset();
  source_->origin_lsn.reset();
  start_batch();
}

void Output::start_batch() {
  writer_.start_batch(*batch_);
  batch_->arena().keep(source_);
}

bool Output::full() const {
  return batch_->records().size() >= options_.batch_records_max ||
         batch_->arena().bytes_used() >= kBatchBytesMax;
}

Status Output::push(const WhileWaiting& while_waiting) {
  if (empty()) return {};
  while (!queue_->push(batch_, kRoomWait)) {
    if (stop_.stop_requested()) return closed("Stopped while the task was behind");
    SLUICE_RETURN_IF_ERROR(while_waiting());
  }
  pushed_ = position;
  pushed_transactions_ = writer_.transactions();
  batch_ = queue_->fresh_batch();
  start_batch();
  return {};
}

}  // namespace sluice::connectors::cdc::postgres
