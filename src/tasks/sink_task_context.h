#pragma once
// What a sink task may ask of its worker; requests are kept here until the loop acts on them. Task thread
// only.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "kafka/consumer.h"
#include "sdk/sink.h"
#include "tasks/record_pipeline.h"
#include "tasks/sink_offsets.h"

namespace sluice::tasks {

class WorkerSinkTaskContext final : public sdk::SinkTaskContext {
 public:
  struct Parts {
    const StopSignal& stop;
    std::string task_id;
    kafka::Consumer& consumer;
    RecordPipeline& pipeline;
    SinkOffsets& offsets;
    std::chrono::milliseconds commit_timeout;
  };
  explicit WorkerSinkTaskContext(Parts parts) : parts_(std::move(parts)) {}

  const StopSignal& stop() const override { return parts_.stop; }
  std::string_view task_id() const override { return parts_.task_id; }
  const std::set<sdk::TopicPartition>& assignment() const override { return parts_.consumer.assignment(); }
  void rewind(const sdk::TopicPartition& partition, int64_t offset) override { rewinds_[partition] = offset; }
  void pause(std::span<const sdk::TopicPartition> partitions) override;
  void resume(std::span<const sdk::TopicPartition> partitions) override;
  void set_timeout(std::chrono::milliseconds timeout) override { timeout_ = timeout; }
  void request_commit() override { commit_requested_ = true; }
  Result<sdk::CommittedOffset> committed(const sdk::TopicPartition& partition) override;
  Status commit_now(const sdk::TopicPartition& partition, int64_t offset, std::string_view metadata) override;
  Result<bool> report(const sdk::Record& record, const Error& error) override;

  // For the loop.
  std::map<sdk::TopicPartition, int64_t> take_rewinds() { return std::exchange(rewinds_, {}); }
  std::optional<std::chrono::milliseconds> take_timeout() { return std::exchange(timeout_, std::nullopt); }
  bool take_commit_request() { return std::exchange(commit_requested_, false); }
  const std::set<sdk::TopicPartition>& paused() const { return paused_; }
  void forget(const std::set<sdk::TopicPartition>& partitions);
  /// While the worker has paused everything, pause and resume only change the list.
  void set_worker_paused(bool paused) { worker_paused_ = paused; }

 private:
  Parts parts_;
  std::map<sdk::TopicPartition, int64_t> rewinds_;
  std::optional<std::chrono::milliseconds> timeout_;
  std::set<sdk::TopicPartition> paused_;
  bool commit_requested_ = false;
  bool worker_paused_ = false;
};

}  // namespace sluice::tasks
