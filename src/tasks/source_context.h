#pragma once
// A source task's view of the worker, for both kinds of source runners. On the task's thread; outlives the
// task, and so do the partitions that it hands out.

#include <deque>
#include <optional>

#include "base/stop_signal.h"
#include "sdk/source.h"
#include "store/source_offsets.h"

namespace sluice::tasks {

class SourceContext final : public sdk::SourceTaskContext {
 public:
  /// `stop` outlives this, and so does `transaction`, which may be null.
  explicit SourceContext(const StopSignal& stop, sdk::TransactionContext* transaction = nullptr)
      : stop_(stop), transaction_(transaction) {}

  /// Before the task starts: waits until the offsets are read to their end. Goes on while brokers do not
  /// answer; kind kClosed when the task is told to stop.
  Status read_offsets(store::SourceOffsets offsets);

  const StopSignal& stop() const override { return stop_; }
  const sdk::SourcePartition* partition(const sdk::Value& map) override;
  Result<sdk::Value> offset(const sdk::SourcePartition& partition, sdk::Arena& arena) override;
  sdk::TransactionContext* transaction() override { return transaction_; }
  Result<std::unique_ptr<sdk::TopicLog>> open_topic(const sdk::TopicLogConfig& config) override;

 private:
  const StopSignal& stop_;
  sdk::TransactionContext* const transaction_;
  std::optional<store::SourceOffsets> offsets_;
  sdk::Arena arena_;
  std::deque<sdk::SourcePartition> partitions_;
};

}  // namespace sluice::tasks
