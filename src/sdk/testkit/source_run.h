#pragma once
// Runs one source task as a worker would, one step a call: start, poll, commit, stop.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "sdk/plugin_catalogue.h"
#include "sdk/testkit/fake_contexts.h"

namespace sluice::sdk::testkit {

/// A polled record, copied out of its batch.
struct PolledRecord {
  std::string topic;
  std::string key;        // Java's text, "null" without
  std::string value;      // Java's text
  std::string partition;  // offset_text
  std::string offset;     // offset_text
  size_t batch;           // which poll returned it
};

class SourceRun {
 public:
  SourceRun(const SourcePlugin& plugin, Properties task_properties, OffsetMemory& memory);
  /// A crash unless stop() was called before.
  ~SourceRun();

  Status start();
  /// One poll. Checks that values fit their schemas and that offsets are what JSON can keep.
  Status poll();
  /// Polls until that many records are there; error kind kFailed after `limit`.
  Status poll_until(size_t count, std::chrono::seconds limit = std::chrono::seconds(20));
  /// Stores the offsets of the first `count` records and tells the task.
  Status commit(size_t count);
  void stop();

  const std::vector<PolledRecord>& records() const { return records_; }
  FakeSourceContext& context() { return context_; }

 private:
  struct Origin {
    const SourcePartition* partition;
    Value offset;  // in arena_
  };
  Status take(const RecordBatch& batch);

  std::unique_ptr<SourceTask> task_;
  Properties properties_;
  OffsetMemory& memory_;
  FakeSourceContext context_;
  Arena arena_;
  std::vector<PolledRecord> records_;
  std::vector<Origin> origins_;
  size_t committed_ = 0;
  size_t batches_ = 0;
};

}  // namespace sluice::sdk::testkit
