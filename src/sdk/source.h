#pragma once
// Source connectors and tasks (org.apache.kafka.connect.source). A task's calls all come from its own thread,
// in the order start, poll…, stop; commit calls come between polls.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/stop_signal.h"
#include "sdk/connector.h"
#include "sdk/data/record.h"
#include "sdk/source_offsets.h"
#include "sdk/topic_log.h"

namespace sluice::sdk {

enum class ExactlyOnceSupport : uint8_t { kUndeclared, kSupported, kUnsupported };

class SourceConnector : public Connector {
 public:
  /// KIP-618; kUndeclared is Java's null.
  virtual ExactlyOnceSupport exactly_once_support(const Properties&) const {
    return ExactlyOnceSupport::kUndeclared;
  }
  virtual bool can_define_transaction_boundaries(const Properties&) const { return false; }
  /// KIP-875: checks offsets that a user wants to set; true if the connector vouches for them. An absent
  /// offset means "forget this partition".
  virtual Result<bool> alter_offsets(const Properties&, std::span<const PartitionAndOffset>) { return false; }
  /// What a signal to the running connector, a JSON object, comes to: a record of the topic that its task
  /// looks into. Error kinds: kUnsupported where no signals are taken, kBadRecord with what is wrong with it.
  virtual Result<TopicRecord> signal(const Properties&, std::string_view) const {
    return unsupported("This connector takes no signals");
  }
};

/// Lets a task cut its own transactions (transaction.boundary=connector). Task thread only.
class TransactionContext {
 public:
  virtual ~TransactionContext() = default;
  virtual void commit_transaction() = 0;                       // after the batch that poll() returns next
  virtual void commit_transaction(uint32_t after_record) = 0;  // after this record of that batch
  virtual void abort_transaction() = 0;
  virtual void abort_transaction(uint32_t after_record) = 0;
};

/// The worker's side of a source task. Outlives the task.
class SourceTaskContext {
 public:
  virtual ~SourceTaskContext() = default;
  virtual const StopSignal& stop() const = 0;
  /// The one object for this partition; lives as long as the task. Equal maps give the same object.
  virtual const SourcePartition* partition(const Value& map) = 0;
  /// The last committed offset as a map in `arena`, or null if there is none.
  virtual Result<Value> offset(const SourcePartition& partition, Arena& arena) = 0;
  /// Null unless transaction.boundary=connector.
  virtual TransactionContext* transaction() = 0;
  /// A topic of the task's own. Nothing is asked of the brokers before its first use.
  virtual Result<std::unique_ptr<TopicLog>> open_topic(const TopicLogConfig& config) = 0;
};

class SourceTask {
 public:
  virtual ~SourceTask() = default;
  virtual Status start(const Properties& properties, SourceTaskContext& context) = 0;
  /// Appends records to the empty `batch`. May wait, a second or so at a time, and returns at once (with or
  /// without records) when the context's stop signal fires. An empty batch means "nothing now".
  /// Error kind kRetry: asked again. Every other error fails the task.
  virtual Status poll(RecordBatch& batch) = 0;
  /// After offsets have been committed. Failures are logged only.
  virtual Status commit() { return {}; }
  virtual void stop() {}
};

}  // namespace sluice::sdk
