#pragma once
// A producer that takes batches and reports which of its messages are acknowledged, by sequence number.
// One thread at a time sends, one at a time takes acknowledgements; these may be two threads, also at once.

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/client_config.h"
#include "kafka/consumer.h"
#include "kafka/message.h"
#include "sdk/topic_partition.h"

namespace sluice::kafka {

/// Sequence numbers [first, first + count).
struct AckedRange {
  uint64_t first = 0;
  uint64_t count = 0;
};

struct FailedSend {
  uint64_t sequence = 0;
  Error error;
};

/// What has become of messages since the last look. Ranges of neighbours are joined where that is cheap.
struct Acks {
  std::vector<AckedRange> acked;
  std::vector<FailedSend> failed;  // in order of sequence per partition
  void clear() {
    acked.clear();
    failed.clear();
  }
  bool empty() const { return acked.empty() && failed.empty(); }
};

class Producer {
 public:
  virtual ~Producer() = default;

  /// Takes messages from the front of `messages` while its buffer has room and returns how many; messages[i]
  /// gets sequence `first_sequence + i`. Key, value and headers must stay valid until the message is
  /// acknowledged or failed. Never blocks. Error kind kBadRecord (message too large, invalid timestamp, …)
  /// concerns the first message only and takes nothing; kFenced and kFailed are final for this producer.
  virtual Result<size_t> send(std::span<const OutgoingMessage> messages, uint64_t first_sequence) = 0;

  /// Appends what is known to `acks`; waits for the first news at most `timeout`.
  virtual void poll_acks(std::chrono::milliseconds timeout, Acks& acks) = 0;

  /// Messages taken and neither acknowledged nor failed yet.
  virtual size_t in_flight() const = 0;

  /// Drops everything in flight: each message is reported as failed with kind kClosed by the next poll_acks.
  virtual void purge() = 0;
};

/// A transactional producer (KIP-98). After any error of kind kRetry from commit or abort the outcome is
/// unknown: make a new one. kFenced: another instance of the transactional id took over.
class TransactionalProducer : public Producer {
 public:
  virtual Status init_transactions(std::chrono::milliseconds timeout) = 0;
  virtual Status begin_transaction() = 0;
  /// Offsets of a group without members that become its own when the transaction commits (KIP-98).
  virtual Status send_offsets(const CommitOffsets& offsets, const std::string& group,
                              std::chrono::milliseconds timeout) = 0;
  /// Waits for all that is in flight; the caller goes on taking acks afterwards. Any failed send makes it
  /// fail.
  virtual Status commit_transaction(std::chrono::milliseconds timeout) = 0;
  virtual Status abort_transaction(std::chrono::milliseconds timeout) = 0;
};

Result<std::unique_ptr<Producer>> make_producer(const ClientConfig& config);
Result<std::unique_ptr<TransactionalProducer>> make_transactional_producer(
    const ClientConfig& config, const std::string& transactional_id);

}  // namespace sluice::kafka
