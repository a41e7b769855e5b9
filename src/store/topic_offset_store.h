#pragma once
// Source offsets in a compacted topic (KafkaOffsetBackingStore of Kafka Connect 4.1): read to its end in the
// background, then followed. Tasks' threads call it; waits have time limits.

#include <memory>
#include <mutex>

#include "kafka/log.h"
#include "kafka/log_reader.h"
#include "kafka/log_writer.h"
#include "store/offset_store.h"
#include "store/offset_table.h"

namespace sluice::store {

class TopicOffsetStore final : public OffsetStore, public TransactionalOffsets {
 public:
  /// Of `config` (see kafka/internal_topics.h) everything but the fenced producer is used. Begins to read at
  /// once.
  explicit TopicOffsetStore(kafka::LogConfig config);
  ~TopicOffsetStore() override;

  Status refresh(std::chrono::milliseconds timeout) override;
  Result<std::optional<std::string>> get(const std::string& key) override;
  Result<std::vector<PartitionOffset>> partitions(const std::string& connector) override;
  Status set(const OffsetEntries& entries, std::chrono::milliseconds timeout) override;

  TransactionalOffsets* transactional() override { return this; }
  const std::string& topic() const override { return topic_; }
  OffsetEntries as_stored(const OffsetEntries& entries) const override;
  void note_written(const OffsetEntries& stored) override;

 private:
  const std::string topic_;
  mutable std::mutex mutex_;
  OffsetTable table_;
  kafka::LogReader reader_;
  kafka::LogWriter writer_;  // goes first: it waits for the reader
};

}  // namespace sluice::store
