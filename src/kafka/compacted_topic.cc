#include "kafka/compacted_topic.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

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
  NativeCompactedTopic(std::string topic, RecordCallback on_record, std::unique_ptr<Consumer> consumer,
                       std::unique_ptr<Admin> admin)
      : topic_(std::move(topic)),
        on_record_(std::move(on_record)),
        consumer_(std::move(consumer)),
        admin_(std::move(admin)) {}

  Status open(const CompactedTopicConfig& config, milliseconds timeout) {
    if (config.producer) {
      SLUICE_ASSIGN_OR_RETURN(auto producer, make_producer(*config.producer));
      writer_ = std::make_unique<Writer>(std::move(producer), topic_);
    }
    SLUICE_RETURN_IF_ERROR(wait_for_topic(SteadyClock::now() + timeout));
    CommitOffsets from_start;
    for (int32_t partition = 0; partition < partitions_; ++partition) {
      all_.insert({topic_, partition});
      from_start[{topic_, partition}] = {kFromBeginning, {}};
    }
    return consumer_->assign(from_start);
  }

  int32_t partitions() const override { return partitions_; }

  Status read_to_end(milliseconds timeout) override {
    const auto deadline = SteadyClock::now() + timeout;
    if (writer_ != nullptr && !writer_->flush(deadline)) {
      return retriable(fmt::format("Cannot read topic {} to its end: records sent to it are not acknowledged",
                                   topic_))
          .as_java(kTimeout);
    }
    SLUICE_ASSIGN_OR_RETURN(auto ends, admin_->end_offsets(all_, std::max(left(deadline), kTick)));
    while (true) {
      SLUICE_RETURN_IF_ERROR(drop_reached(ends));
      if (ends.empty()) return {};
      if (SteadyClock::now() >= deadline) {
        return retriable(fmt::format(
                             "Cannot read topic {} to its end in time: partition {} is not at offset {} yet",
                             topic_, ends.begin()->first.partition, ends.begin()->second))
            .as_java(kTimeout);
      }
      SLUICE_RETURN_IF_ERROR(poll(std::min(kTick, left(deadline))));
    }
  }

  Status poll(milliseconds timeout) override {
    SLUICE_RETURN_IF_ERROR(consumer_->poll(timeout, kMessagesAtOnce, batch_));
    for (const ConsumedMessage& message : batch_.messages) on_record_(message);
    batch_.clear();
    return {};
  }

  void wakeup() override { consumer_->wakeup(); }

  Result<uint64_t> send(BytesView key, BytesView value, int32_t partition, milliseconds timeout) override {
    if (writer_ == nullptr) return read_only();
    return writer_->send(key, value, partition, false, SteadyClock::now() + timeout);
  }

  void take_acks(milliseconds timeout, Acks& acks) override {
    if (writer_ != nullptr) writer_->take_acks(timeout, acks);
  }

  Status send_sync(BytesView key, BytesView value, int32_t partition, milliseconds timeout) override {
    if (writer_ == nullptr) return read_only();
    const auto deadline = SteadyClock::now() + timeout;
    SLUICE_ASSIGN_OR_RETURN(const uint64_t number, writer_->send(key, value, partition, true, deadline));
    return writer_->wait_for(number, deadline);
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
        return retriable(
                   fmt::format("Could not look up partition metadata for topic {} within the time given",
                               topic_))
            .as_java(kTimeout);
      }
      std::this_thread::sleep_for(std::min(pause, left(deadline)));
      pause = std::min(pause * 2, kLongestPause);
    }
  }

  Error read_only() const { return unsupported(fmt::format("Topic {} was opened for reading only", topic_)); }

  Status drop_reached(std::map<TopicPartition, int64_t>& ends) {
    for (auto end = ends.begin(); end != ends.end();) {
      if (end->second == 0) {
        end = ends.erase(end);
        continue;
      }
      const auto position = consumer_->position(end->first, kPositionTimeout);
      if (!position.ok() && position.error().kind() != ErrorKind::kRetry) return position.error();
      end = position.ok() && *position >= end->second ? ends.erase(end) : std::next(end);
    }
    return {};
  }

  const std::string topic_;
  const RecordCallback on_record_;
  const std::unique_ptr<Consumer> consumer_;
  const std::unique_ptr<Admin> admin_;
  std::unique_ptr<Writer> writer_;
  int32_t partitions_ = 0;
  std::set<TopicPartition> all_;
  MessageBatch batch_;
};

}  // namespace

Result<std::unique_ptr<CompactedTopic>> open_compacted_topic(const CompactedTopicConfig& config,
                                                             RecordCallback on_record, milliseconds timeout) {
  SLUICE_ASSIGN_OR_RETURN(auto consumer, make_consumer(config.consumer));
  SLUICE_ASSIGN_OR_RETURN(auto admin, make_admin(config.admin));
  auto topic = std::make_unique<NativeCompactedTopic>(config.topic, std::move(on_record), std::move(consumer),
                                                      std::move(admin));
  SLUICE_RETURN_IF_ERROR(topic->open(config, timeout));
  return std::unique_ptr<CompactedTopic>(std::move(topic));
}

}  // namespace sluice::kafka
