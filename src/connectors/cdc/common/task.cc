#include "connectors/cdc/common/task.h"

#include <algorithm>

#include "base/log.h"

namespace sluice::connectors::cdc {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kStopCheckMs = 100;
constexpr int64_t kFirstRetryMs =
    100;  // after the first error that may pass; doubles up to the configured wait
constexpr int kDoublingsMax = 20;
constexpr size_t kBatchesMin = 2;

}  // namespace

Status CdcTask::start(const sdk::Properties& properties, sdk::SourceTaskContext& context) {
  context_ = &context;
  properties_ = properties;
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, kind_.options().parse(properties));
  SLUICE_ASSIGN_OR_RETURN(const CommonOptions options, parse_common(config, kind_.space));
  poll_wait_ms_ = options.poll_interval_ms;
  retries_max_ = options.retries_max;
  retry_wait_ms_ = options.retry_wait_ms;
  queue_ = std::make_unique<ChangeQueue>(
      std::max(kBatchesMin, options.queue_records_max / options.batch_records_max), options.queue_bytes_max);

  sdk::Arena arena;
  partition_ =
      context.partition(sdk::single_entry_map(arena, "server", sdk::Value::string(options.names.prefix())));
  SLUICE_ASSIGN_OR_RETURN(const sdk::Value stored, context.offset(*partition_, arena));
  SLUICE_ASSIGN_OR_RETURN(reader_,
                          kind_.make_reader({properties_, partition_, stored, stop_, clock_, context}));
  thread_ = std::thread([this] { run_reader(); });
  return {};
}

void CdcTask::run_reader() {
  int failures = 0;
  for (;;) {
    const int64_t started_ms = clock_.steady_ms();
    const Status ended = reader_->run(*queue_);
    if (stop_.stop_requested() || ended.ok()) return;
    if (ended.error().kind() != ErrorKind::kRetry) {
      queue_->fail(ended.error());
      return;
    }
    // What ran for longer than the longest pause had recovered.
    failures = clock_.steady_ms() - started_ms > retry_wait_ms_ ? 1 : failures + 1;
    if (retries_max_ >= 0 && failures > retries_max_) {
      queue_->fail(ended.error().wrap(ErrorKind::kFailed, "Gave up after errors.max.retries"));
      return;
    }
    const int64_t pause_ms = pause_after(failures);
    log::warn("{}. The next try is in {} ms", ended.error().message(), pause_ms);
    if (stop_.wait_for(milliseconds(pause_ms))) return;
  }
}

int64_t CdcTask::pause_after(int failures) const {
  return std::min(retry_wait_ms_, kFirstRetryMs << std::min(failures - 1, kDoublingsMax));
}

Status CdcTask::poll(sdk::RecordBatch& batch) {
  for (int64_t waited_ms = 0; waited_ms < poll_wait_ms_ && !context_->stop().stop_requested();) {
    const int64_t step_ms = std::min(kStopCheckMs, poll_wait_ms_ - waited_ms);
    SLUICE_ASSIGN_OR_RETURN(const bool filled, queue_->pop(batch, milliseconds(step_ms)));
    if (filled) return {};
    waited_ms += step_ms;
  }
  return {};
}

Status CdcTask::commit() {
  sdk::Arena arena;
  SLUICE_ASSIGN_OR_RETURN(const sdk::Value offset, context_->offset(*partition_, arena));
  if (!offset.is_null()) reader_->acknowledge(offset);
  return {};
}

void CdcTask::stop() {
  stop_.request_stop();
  if (queue_) queue_->close();
  if (thread_.joinable()) thread_.join();
  reader_.reset();
}

}  // namespace sluice::connectors::cdc
