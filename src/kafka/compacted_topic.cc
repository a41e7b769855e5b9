#include "kafka/compacted_topic.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// Larger than Java's 500: these records are small, and the whole topic is read at start.
constexpr size_t kMessagesAtOnce = 2000;
constexpr milliseconds kTick{100};
constexpr milliseconds kPositionTimeout{1000};
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{1000};
constexpr std::string_view kTimeout = "org.apache.kafka.common.errors.TimeoutException";

milliseconds left(SteadyClock::time_point deadline) {
  return std::max(std::chrono::ceil<milliseconds>(deadline - SteadyClock::now()), milliseconds(0));
}

// A producer that owns copies of what it sends, and can be flushed. Thread-safe.
class Writer {
 public:
  Writer(std::unique_ptr<Producer> producer, std::string topic)
      : producer_(std::move(producer)), topic_(std::move(topic)) {}

  /// `is_waited_for`: wait_for() asks for its fate, which is no news to others.
  Result<uint64_t> send(BytesView key, BytesView value, int32_t partition, bool is_waited_for,
                        SteadyClock::time_point deadline) {
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        SLUICE_ASSIGN_OR_RETURN(const bool sent, try_send(key, value, partition, is_waited_for));
        if (sent) return next_++;
      }
      if (SteadyClock::now() >= deadline) {
        return retriable(fmt::format("Cannot send to topic {}: the producer's buffer is full", topic_))
            .as_java(kTimeout);
      }
      take_news(kTick);
    }
  }

  void take_acks(milliseconds timeout, Acks& acks) {
    take_news(timeout);
    const std::lock_guard lock(mutex_);
    acks.acked.insert(acks.acked.end(), news_.acked.begin(), news_.acked.end());
    acks.failed.insert(acks.failed.end(), news_.failed.begin(), news_.failed.end());
    news_.clear();
  }

  /// Until all that was sent before is acknowledged or has failed.
  bool flush(SteadyClock::time_point deadline) {
    std::unique_lock lock(mutex_);
    const uint64_t end = next_;
    while (!held_.empty() && held_.begin()->first < end) {
      if (SteadyClock::now() >= deadline) return false;
      lock.unlock();
      take_news(std::min(kTick, left(deadline)));
      lock.lock();
    }
    return true;
  }

  Status wait_for(uint64_t number, SteadyClock::time_point deadline) {
    std::unique_lock lock(mutex_);
    while (held_.contains(number)) {
      if (SteadyClock::now() >= deadline) {
        held_[number].fate = Fate::kForgotten;
        return retriable(fmt::format("No acknowledgement from topic {} in time; the record may still arrive",
                                     topic_))
            .as_java(kTimeout);
      }
      lock.unlock();
      take_news(std::min(kTick, left(deadline)));
      lock.lock();
    }
    const auto failed = failures_.find(number);
    if (failed == failures_.end()) return {};
    Error error = failed->second;
    failures_.erase(failed);
    return error;
  }

 private:
  enum class Fate : uint8_t { kNews, kWaitedFor, kForgotten };
  struct Held {
    std::string key;
    std::string value;
    Fate fate = Fate::kNews;
  };

  Result<bool> try_send(BytesView key, BytesView value, int32_t partition, bool is_waited_for) {
    Held& held = held_[next_];
    held = {std::string(key), std::string(value), is_waited_for ? Fate::kWaitedFor : Fate::kNews};
    OutgoingMessage message;
    message.topic = topic_;
    message.partition = partition;
    message.key = is_null(key) ? kNullBytes : BytesView(held.key);
    message.value = is_null(value) ? kNullBytes : BytesView(held.value);
    const auto taken = producer_->send({&message, 1}, next_);
    if (!taken.ok() || *taken == 0) held_.erase(next_);
    if (!taken.ok()) return taken.error();
    return *taken == 1;
  }

  // Only one thread asks the producer; the others wait for it, which is waiting too.
  void take_news(milliseconds timeout) {
    Acks acks;
    {
      const std::lock_guard lock(poll_mutex_);
      producer_->poll_acks(timeout, acks);
    }
    const std::lock_guard lock(mutex_);
    for (const AckedRange& range : acks.acked) note_acked(range);
    for (FailedSend& failed : acks.failed) {
      const auto held = held_.find(failed.sequence);
      if (held == held_.end()) continue;
      if (held->second.fate == Fate::kWaitedFor) failures_.emplace(failed.sequence, failed.error);
      if (held->second.fate == Fate::kNews) news_.failed.push_back(std::move(failed));
      held_.erase(held);
    }
  }

  void note_acked(const AckedRange& range) {
    auto held = held_.lower_bound(range.first);
    while (held != held_.end() && held->first < range.first + range.count) {
      if (held->second.fate == Fate::kNews) {
        auto& acked = news_.acked;
        if (!acked.empty() && acked.back().first + acked.back().count == held->first) {
          ++acked.back().count;
        } else {
          acked.push_back({held->first, 1});
        }
      }
      held = held_.erase(held);
    }
  }

  const std::unique_ptr<Producer> producer_;
  const std::string topic_;
  std::mutex poll_mutex_;
  std::mutex mutex_;
  std::map<uint64_t, Held> held_;  // sent, and neither acknowledged nor failed
  std::map<uint64_t, Error> failures_;
  uint64_t next_ = 0;
  Acks news_;
};

class NativeCompactedTopic final : public CompactedTopic {
 public:
  NativeCompactedTopic(const CompactedTopicConfig& config, RecordCallback on_record,
                       std::unique_ptr<Consumer> consumer, std::shared_ptr<Admin> admin)
      : topic_(config.topic),
        on_record_(std::move(on_record)),
        producer_config_(config.producer),
        consumer_(std::move(consumer)),
        admin_(std::move(admin)) {}

  Status open(milliseconds timeout) {
    const auto deadline = SteadyClock::now() + timeout;
    SLUICE_RETURN_IF_ERROR(wait_for_topic(deadline));
    for (int32_t partition = 0; partition < partitions_; ++partition) all_.insert({topic_, partition});
    SLUICE_ASSIGN_OR_RETURN(const auto ranges, admin_->offset_ranges(all_, std::max(left(deadline), kTick)));
    for (const auto& [partition, range] : ranges) {
      ends_at_open_[partition] = range.end;
      if (range.start < range.end) {
        first_part_[partition] = {range.start, {}};
      } else {
        idle_part_[partition] = {range.end, {}};
      }
    }
    if (first_part_.empty()) return consumer_->assign(std::exchange(idle_part_, {}));
    return consumer_->assign(first_part_);
  }

  int32_t partitions() const override { return partitions_; }
  const EndOffsets& ends_at_open() const override { return ends_at_open_; }

  Result<EndOffsets> end_offsets(milliseconds timeout) override { return admin_->end_offsets(all_, timeout); }

  Result<bool> has_reached(const EndOffsets& ends) override {
    for (const auto& [partition, end] : ends) {
      SLUICE_ASSIGN_OR_RETURN(const bool reached, has_reached(partition, end));
      if (!reached) return false;
    }
    return true;
  }

  Status read_to_end(milliseconds timeout) override {
    const auto deadline = SteadyClock::now() + timeout;
    if (Writer* writer = writer_if_any(); writer != nullptr && !writer->flush(deadline)) {
      return retriable(fmt::format("Cannot read topic {} to its end: records sent to it are not acknowledged",
                                   topic_))
          .as_java(kTimeout);
    }
    SLUICE_ASSIGN_OR_RETURN(const auto ends, end_offsets(std::max(left(deadline), kTick)));
    while (true) {
      SLUICE_ASSIGN_OR_RETURN(const bool reached, has_reached(ends));
      if (reached) return {};
      if (SteadyClock::now() >= deadline) {
        return retriable(fmt::format("Cannot read topic {} to its end in time", topic_)).as_java(kTimeout);
      }
      SLUICE_RETURN_IF_ERROR(poll(std::min(kTick, left(deadline))));
    }
  }

  Status poll(milliseconds timeout) override {
    if (!idle_part_.empty()) SLUICE_RETURN_IF_ERROR(follow_all_once_read());
    SLUICE_RETURN_IF_ERROR(consumer_->poll(timeout, kMessagesAtOnce, batch_));
    for (const ConsumedMessage& message : batch_.messages) on_record_(message);
    batch_.clear();
    return {};
  }

  void wakeup() override { consumer_->wakeup(); }

  Result<uint64_t> send(BytesView key, BytesView value, int32_t partition, milliseconds timeout) override {
    SLUICE_ASSIGN_OR_RETURN(Writer * writer, this->writer());
    return writer->send(key, value, partition, false, SteadyClock::now() + timeout);
  }

  void take_acks(milliseconds timeout, Acks& acks) override {
    const auto writer = this->writer();
    if (writer.ok()) (*writer)->take_acks(timeout, acks);
  }

  Status send_sync(BytesView key, BytesView value, int32_t partition, milliseconds timeout) override {
    SLUICE_ASSIGN_OR_RETURN(Writer * writer, this->writer());
    const auto deadline = SteadyClock::now() + timeout;
    SLUICE_ASSIGN_OR_RETURN(const uint64_t number, writer->send(key, value, partition, true, deadline));
    return writer->wait_for(number, deadline);
  }

 private:
  // 100 ms doubling to 1 s, as Java waits for a topic it has just made.
  Status wait_for_topic(SteadyClock::time_point deadline) {
    milliseconds pause = kFirstPause;
    while (true) {
      const auto found = admin_->describe_topics({topic_}, std::max(left(deadline), kTick));
      if (found.ok() && found->contains(topic_)) {
        partitions_ = found->at(topic_).partitions;
        return {};
      }
      if (!found.ok() && found.error().kind() != ErrorKind::kRetry) return found.error();
      if (SteadyClock::now() >= deadline) {
        if (!found.ok()) return found.error();
        return retriable(fmt::format(
                             "Could not look up partition metadata for topic '{}' in the allotted period. "
                             "This could indicate a connectivity issue, unavailable topic partitions, or if "
                             "this is your first use of the topic it may have taken too long to create.",
                             topic_))
            .as_java(kTimeout);
      }
      std::this_thread::sleep_for(std::min(pause, left(deadline)));
      pause = std::min(pause * 2, kLongestPause);
    }
  }

  Result<bool> has_reached(const TopicPartition& partition, int64_t end) {
    if (end == 0) return true;
    if (const auto idle = idle_part_.find(partition); idle != idle_part_.end()) {
      return idle->second.offset >= end;
    }
    const auto position = consumer_->position(partition, kPositionTimeout);
    if (!position.ok() && position.error().kind() != ErrorKind::kRetry) return position.error();
    return position.ok() && *position >= end;
  }

  // A fetch that finds nothing waits at the broker for half a second, and a partition that joins meanwhile
  // waits with it. So the partitions with something to read begin alone; the others join when those are read.
  Status follow_all_once_read() {
    for (const auto& [partition, from] : first_part_) {
      const auto position = consumer_->position(partition, kPositionTimeout);
      if (!position.ok()) return position.error().kind() == ErrorKind::kRetry ? Status() : position.error();
      if (*position < ends_at_open_[partition]) return {};
    }
    return consumer_->assign_more(std::exchange(idle_part_, {}));
  }

  Writer* writer_if_any() {
    const std::lock_guard lock(writer_mutex_);
    return writer_.get();
  }

  Result<Writer*> writer() {
    const std::lock_guard lock(writer_mutex_);
    if (writer_ == nullptr) {
      if (!producer_config_) {
        return unsupported(fmt::format("Topic {} was opened for reading only", topic_));
      }
      SLUICE_ASSIGN_OR_RETURN(auto producer, make_producer(*producer_config_));
      writer_ = std::make_unique<Writer>(std::move(producer), topic_);
    }
    return writer_.get();
  }

  const std::string topic_;
  const RecordCallback on_record_;
  const std::optional<ClientConfig> producer_config_;
  const std::unique_ptr<Consumer> consumer_;
  const std::shared_ptr<Admin> admin_;
  std::mutex writer_mutex_;
  std::unique_ptr<Writer> writer_;
  int32_t partitions_ = 0;
  std::set<TopicPartition> all_;
  EndOffsets ends_at_open_;
  CommitOffsets first_part_;  // assigned from the start
  CommitOffsets idle_part_;   // not yet assigned: nothing to read there
  MessageBatch batch_;
};

}  // namespace

Result<std::unique_ptr<CompactedTopic>> open_compacted_topic(const CompactedTopicConfig& config,
                                                             RecordCallback on_record, milliseconds timeout) {
  SLUICE_ASSIGN_OR_RETURN(auto consumer, make_consumer(config.consumer));
  std::shared_ptr<Admin> admin = config.shared_admin;
  if (admin == nullptr) {
    SLUICE_ASSIGN_OR_RETURN(admin, make_admin(config.admin));
  }
  auto topic = std::make_unique<NativeCompactedTopic>(config, std::move(on_record), std::move(consumer),
                                                      std::move(admin));
  SLUICE_RETURN_IF_ERROR(topic->open(timeout));
  return std::unique_ptr<CompactedTopic>(std::move(topic));
}

}  // namespace sluice::kafka
