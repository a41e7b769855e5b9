#pragma once
// A consumer that hands out batches which borrow the fetched bytes. One thread at a time; wakeup() from any.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kafka/client_config.h"
#include "kafka/message.h"
#include "sdk/topic_partition.h"

namespace sluice::kafka {

using sdk::TopicPartition;

/// In assign(): from the first message there is, whatever auto.offset.reset says.
inline constexpr int64_t kFromBeginning = -2;

struct OffsetAndMetadata {
  int64_t offset = -1;  // -1: none
  std::string metadata;
  bool operator==(const OffsetAndMetadata&) const = default;
};
using CommitOffsets = std::map<TopicPartition, OffsetAndMetadata>;

/// Called from within poll() and close(), on their thread. Only changes are told (also with eager assignors:
/// all revoked, then all assigned). Offsets may be committed in revoked().
class RebalanceListener {
 public:
  virtual ~RebalanceListener() = default;
  virtual void assigned(const std::set<TopicPartition>& partitions) = 0;
  virtual void revoked(const std::set<TopicPartition>& partitions) = 0;
  /// Another member may own them already: nothing can be committed.
  virtual void lost(const std::set<TopicPartition>& partitions) = 0;
};

struct CommitResult {
  uint64_t id = 0;  // as returned by commit_async
  Status status;
};

class Consumer {
 public:
  virtual ~Consumer() = default;

  /// `listener` outlives the consumer.
  virtual Status subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) = 0;
  /// Java's semantics: full match of the pattern; topics are matched here (PCRE2, with a match limit) and
  /// looked for again at each metadata refresh.
  virtual Status subscribe_pattern(const std::string& pattern, RebalanceListener& listener) = 0;
  /// Manual assignment, without a group. Offset -1: the committed one, else by auto.offset.reset.
  virtual Status assign(const CommitOffsets& partitions_from) = 0;

  /// Adds to a manual assignment partitions that are not in it, with an offset each. What is assigned already
  /// goes on undisturbed. (To assign it anew and then close soon makes the library stop it twice, and abort.)
  virtual Status assign_more(const CommitOffsets& partitions_from) = 0;

  /// Fills `batch` (cleared first) with what is there, `messages_max` at most; waits at most `timeout` for
  /// the first. Error kind kRetry: nothing lost, poll again; kFenced: another instance has this
  /// group.instance.id.
  virtual Status poll(std::chrono::milliseconds timeout, size_t messages_max, MessageBatch& batch) = 0;
  /// Ends a waiting poll at once, or the next one.
  virtual void wakeup() = 0;

  virtual const std::set<TopicPartition>& assignment() const = 0;
  virtual Status seek(const TopicPartition& partition, int64_t offset) = 0;
  virtual Status pause(std::span<const TopicPartition> partitions) = 0;
  virtual Status resume(std::span<const TopicPartition> partitions) = 0;
  /// The offset of the next message that poll will return; the committed or reset one before the first.
  virtual Result<int64_t> position(const TopicPartition& partition, std::chrono::milliseconds timeout) = 0;
  virtual Result<CommitOffsets> committed(const std::set<TopicPartition>& partitions,
                                          std::chrono::milliseconds timeout) = 0;

  virtual Status commit_sync(const CommitOffsets& offsets, std::chrono::milliseconds timeout) = 0;
  /// The result arrives through take_commit_results() after a later poll. Returns the commit's id.
  virtual uint64_t commit_async(const CommitOffsets& offsets) = 0;
  virtual std::vector<CommitResult> take_commit_results() = 0;

  /// Leaves the group (calls revoked); static members stay in it. Safe to call twice.
  virtual Status close(std::chrono::milliseconds timeout) = 0;
};

Result<std::unique_ptr<Consumer>> make_consumer(const ClientConfig& config);

}  // namespace sluice::kafka
