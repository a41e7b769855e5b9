#pragma once
// The one task of every change data capture connector: runs the reader on a thread of its own, hands its
// batches to the worker, and starts it again after errors that may pass.

#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "connectors/cdc/common/change_queue.h"
#include "connectors/cdc/common/change_reader.h"
#include "connectors/cdc/common/options.h"
#include "sdk/source.h"

namespace sluice::connectors::cdc {

/// What the connectors differ in, as far as the task goes.
struct TaskKind {
  const sdk::ConfigDef& (*options)();
  std::string_view space;  // "schema" or "database"
  MakeReader make_reader;
};

class CdcTask final : public sdk::SourceTask {
 public:
  explicit CdcTask(TaskKind kind, const Clock& clock = system_clock()) : kind_(kind), clock_(clock) {}
  ~CdcTask() override { stop(); }

  Status start(const sdk::Properties& properties, sdk::SourceTaskContext& context) override;
  Status poll(sdk::RecordBatch& batch) override;
  Status commit() override;
  void stop() override;

 private:
  void run_reader();
  int64_t pause_after(int failures) const;

  const TaskKind kind_;
  const Clock& clock_;
  sdk::Properties properties_;
  int64_t poll_wait_ms_ = 0;
  int retries_max_ = -1;
  int64_t retry_wait_ms_ = 0;
  sdk::SourceTaskContext* context_ = nullptr;
  const sdk::SourcePartition* partition_ = nullptr;
  StopSignal stop_;
  std::unique_ptr<ChangeQueue> queue_;
  std::unique_ptr<ChangeReader> reader_;
  std::thread thread_;
};

}  // namespace sluice::connectors::cdc
