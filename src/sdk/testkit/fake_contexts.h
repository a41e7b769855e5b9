#pragma once
// The worker's side of connectors and tasks, in memory and without a worker. What a real worker would act on
// is recorded for the test to look at. Test thread only, but for the stop signals and FakeConnectorContext.

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sdk/sink.h"
#include "sdk/source.h"

namespace sluice::sdk::testkit {

/// One text for equal offset maps, whatever the order of their keys; whole numbers of any width are alike.
std::string offset_text(const Value& value);

class FakeConnectorContext final : public ConnectorContext {
 public:
  void request_task_reconfiguration() override { ++requests_; }
  void raise_error(const Error& error) override;

  int requests() const { return requests_; }
  std::optional<Error> raised() const;

 private:
  std::atomic<int> requests_{0};
  mutable std::mutex mutex_;
  std::optional<Error> raised_;
};

/// What an offsets topic keeps. Outlives the tasks that restart on it.
class OffsetMemory {
 public:
  /// Keeps a copy, as JSON would give it back: whole numbers become int64.
  void store(const Value& partition, const Value& offset);
  /// Null if there is none.
  Value find(const Value& partition, Arena& arena) const;
  size_t size() const { return offsets_.size(); }

 private:
  struct Entry {
    Arena arena;
    Value offset;
  };
  std::map<std::string, std::unique_ptr<Entry>> offsets_;
};

class FakeSourceContext final : public SourceTaskContext {
 public:
  explicit FakeSourceContext(OffsetMemory& memory) : memory_(memory) {}
  const StopSignal& stop() const override { return stop_; }
  const SourcePartition* partition(const Value& map) override;
  Result<Value> offset(const SourcePartition& partition, Arena& arena) override;
  TransactionContext* transaction() override { return nullptr; }
  Result<std::unique_ptr<TopicLog>> open_topic(const TopicLogConfig&) override {
    return failed("There are no topics here");
  }

  void request_stop() { stop_.request_stop(); }

 private:
  OffsetMemory& memory_;
  StopSignal stop_;
  Arena arena_;
  std::map<std::string, std::unique_ptr<SourcePartition>> partitions_;
};

/// What a consumer group keeps: committed offsets with metadata. Outlives the tasks that restart on it.
using GroupMemory = std::map<TopicPartition, CommittedOffset>;

class FakeSinkContext final : public SinkTaskContext {
 public:
  struct Report {
    TopicPartition partition;
    int64_t offset;
    Error error;
  };

  FakeSinkContext(GroupMemory& group, std::set<TopicPartition> assignment)
      : group_(group), assignment_(std::move(assignment)) {}

  const StopSignal& stop() const override { return stop_; }
  std::string_view task_id() const override { return "conformance-0"; }
  const std::set<TopicPartition>& assignment() const override { return assignment_; }
  void rewind(const TopicPartition& partition, int64_t offset) override { rewinds_[partition] = offset; }
  void pause(std::span<const TopicPartition> partitions) override {
    paused_.insert(partitions.begin(), partitions.end());
  }
  void resume(std::span<const TopicPartition> partitions) override;
  void set_timeout(std::chrono::milliseconds timeout) override { timeout_ = timeout; }
  void request_commit() override { commit_requested_ = true; }
  Result<CommittedOffset> committed(const TopicPartition& partition) override;
  Status commit_now(const TopicPartition& partition, int64_t offset, std::string_view metadata) override;
  Result<bool> report(const Record& record, const Error& error) override;

  void request_stop() { stop_.request_stop(); }
  /// As after a takeover: from now on every commit_now() is refused.
  void fence() { fenced_ = true; }
  /// False: no error reporter is configured (the default); true: errors are tolerated and recorded.
  void tolerate_errors(bool tolerate) { tolerate_errors_ = tolerate; }

  const std::set<TopicPartition>& paused() const { return paused_; }
  const std::vector<Report>& reports() const { return reports_; }
  int commits_now() const { return commits_now_; }
  /// What the worker would act on before its next poll; taken once.
  std::map<TopicPartition, int64_t> take_rewinds() { return std::exchange(rewinds_, {}); }
  bool take_commit_request() { return std::exchange(commit_requested_, false); }
  std::optional<std::chrono::milliseconds> take_timeout() { return std::exchange(timeout_, std::nullopt); }

 private:
  GroupMemory& group_;
  std::set<TopicPartition> assignment_;
  StopSignal stop_;
  std::map<TopicPartition, int64_t> rewinds_;
  std::set<TopicPartition> paused_;
  std::optional<std::chrono::milliseconds> timeout_;
  std::vector<Report> reports_;
  bool commit_requested_ = false;
  bool fenced_ = false;
  bool tolerate_errors_ = false;
  int commits_now_ = 0;
};

}  // namespace sluice::sdk::testkit
