#pragma once
// The consumer over librdkafka. Inside this room only.
//
// librdkafka fetches ahead into one queue; poll() drains it. It keeps a version per partition, so that what
// was queued before a seek, pause or revocation is thrown away. What slips through (a batch under way while
// another thread of the library pauses) is caught here by the offset each partition expects next.

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/message_owner.h"
#include "kafka/native.h"
#include "kafka/topic_watch.h"

namespace sluice::kafka {

class NativeConsumer final : public Consumer, private ClientCallbacks {
 public:
  static Result<std::unique_ptr<Consumer>> make(const ClientConfig& config);
  ~NativeConsumer() override;

  Status subscribe(const std::vector<std::string>& topics, RebalanceListener& listener) override;
  Status subscribe_pattern(const std::string& pattern, RebalanceListener& listener) override;
  Status assign(const CommitOffsets& partitions_from) override;
  Status assign_more(const CommitOffsets& partitions_from) override;
  Status poll(std::chrono::milliseconds timeout, size_t messages_max, MessageBatch& batch) override;
  void wakeup() override;
  const std::set<TopicPartition>& assignment() const override { return assignment_; }
  Status seek(const TopicPartition& partition, int64_t offset) override;
  Status pause(std::span<const TopicPartition> partitions) override;
  Status resume(std::span<const TopicPartition> partitions) override;
  Result<int64_t> position(const TopicPartition& partition, std::chrono::milliseconds timeout) override;
  Result<CommitOffsets> committed(const std::set<TopicPartition>& partitions,
                                  std::chrono::milliseconds timeout) override;
  Status commit_sync(const CommitOffsets& offsets, std::chrono::milliseconds timeout) override;
  uint64_t commit_async(const CommitOffsets& offsets) override;
  std::vector<CommitResult> take_commit_results() override;
  Status close(std::chrono::milliseconds timeout) override;

 private:
  struct PartitionState {
    int64_t next_offset = -1;  // -1: not known here yet
    int64_t rewind_to = -1;    // first message that came although paused
    bool from_beginning = false;
    bool paused = false;
    bool started = false;  // false while the listener is being told: the library does not know it yet
  };

  explicit NativeConsumer(const ClientConfig& config);
  void attach(NativeClient client);

  // ClientCallbacks
  void on_error(rd_kafka_resp_err_t code, const char* text) override;
  void on_rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions) override;
  void on_assigned(rd_kafka_topic_partition_list_t& partitions, bool cooperative);
  void on_revoked(rd_kafka_topic_partition_list_t& partitions, bool cooperative);
  void forget(const std::set<TopicPartition>& partitions);

  // Polling
  void interrupt();
  void hand_out(const std::shared_ptr<MessageOwner>& owner, MessageBatch& batch);
  void take_message_error(const rd_kafka_message_t& message);
  static void tell_gone_back(const rd_kafka_message_t& message, int64_t position);
  void rewind_paused();
  void collect_commit_results();

  void note_assigned(const CommitOffsets& partitions_from);
  Result<PartitionState*> state_of(const TopicPartition& partition, std::string_view what);
  Status native_seek(const TopicPartition& partition, int64_t offset, std::chrono::milliseconds timeout);
  Status pause_or_resume(std::span<const TopicPartition> partitions, bool pause);
  Status resolve_positions(std::chrono::milliseconds timeout);
  Result<std::map<TopicPartition, int64_t>> reset_offsets(const std::set<TopicPartition>& partitions,
                                                          std::chrono::milliseconds timeout);
  int64_t native_position(const TopicPartition& partition) const;
  Status finish_close(std::chrono::milliseconds timeout);
  std::string group_text() const;

  const bool has_group_;
  const std::string group_;
  const std::string reset_policy_;
  NativeClient client_;
  NativeQueue queue_;
  NativeQueue commit_queue_;
  std::unique_ptr<TopicWatch> watch_;
  const std::shared_ptr<TopicNames> names_ = std::make_shared<TopicNames>();

  RebalanceListener* listener_ = nullptr;
  std::set<TopicPartition> assignment_;
  std::map<TopicPartition, PartitionState> states_;
  std::shared_ptr<MessageOwner> idle_owner_;
  std::optional<Error> next_error_;   // for the next poll
  std::optional<Error> final_error_;  // for every poll
  std::atomic<bool> interrupted_ = false;
  uint64_t last_commit_ = 0;
  std::vector<CommitResult> commit_results_;
  bool any_paused_message_ = false;
  bool closed_ = false;
};

}  // namespace sluice::kafka
