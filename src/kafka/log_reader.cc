#include "kafka/log_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/stop_signal.h"
#include "kafka/compacted_topic.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kOpenTimeout{30'000};
constexpr milliseconds kIdlePoll{1'000};
constexpr milliseconds kAskTimeout{2'000};
constexpr milliseconds kRetryPause{100};

}  // namespace

class LogReader::Loop {
 public:
  Loop(Config config, Records on_records)
      : config_(std::move(config)), on_records_(std::move(on_records)), thread_([this] { run(); }) {}

  ~Loop() {
    abandon();
    thread_.join();
  }

  void abandon() {
    stop_.request_stop();
    wake();
  }

  Status await_open(TimePoint until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until,
                        [this] { return topic_ != nullptr || final_error_ || stop_.stop_requested(); });
    if (stop_.stop_requested())
      return closed(fmt::format("The reader of topic {} has stopped", config_.topic));
    if (final_error_) return *final_error_;
    return topic_ != nullptr ? Status() : too_late();
  }

  void read_to_end(TimePoint until, Done done) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back({until, std::move(done), topic_ != nullptr});
    }
    wake();
  }

 private:
  struct Request {
    TimePoint until;
    Done done;
    bool after_open;
  };

  void wake() {
    const std::lock_guard lock(mutex_);
    if (topic_ != nullptr) topic_->wakeup();
    changed_.notify_all();
  }

  void run() {
    while (!stop_.stop_requested()) {
      const Status status = topic_ == nullptr ? open() : read_once();
      if (status.ok()) continue;
      const bool is_final = topic_ == nullptr && status.error().kind() != ErrorKind::kRetry;
      const bool is_answered = answer_failed(status.error(), status.error().kind() != ErrorKind::kRetry);
      if (is_final) return answer_all(status.error());
      if (is_answered || last_error_ != status.error().message()) {
        log::warn("Topic {}: {}", config_.topic, status.error().message());
      }
      last_error_ = status.error().message();
      stop_.wait_for(kRetryPause);
    }
  }

  Status open() {
    if (config_.prepare && !prepared_) {
      SLUICE_RETURN_IF_ERROR(config_.prepare());
      prepared_ = true;
    }
    const CompactedTopicConfig topic{.topic = config_.topic,
                                     .consumer = config_.consumer,
                                     .producer = {},
                                     .admin = ClientConfig{},
                                     .shared_admin = config_.admin};
    SLUICE_ASSIGN_OR_RETURN(
        auto opened, open_compacted_topic(
                         topic, [this](const ConsumedMessage& message) { collect(message); }, kOpenTimeout));
    {
      const std::lock_guard lock(mutex_);
      topic_ = std::move(opened);
    }
    changed_.notify_all();
    return {};
  }

  void collect(const ConsumedMessage& message) {
    LogRecord record{std::string(message.key), std::nullopt, message.partition, message.offset};
    if (!is_null(message.value)) record.value = message.value;
    batch_.push_back(std::move(record));
  }

  Status read_once() {
    SLUICE_RETURN_IF_ERROR(begin_round());
    const bool is_waited_for = !round_.empty();
    if (is_waited_for) {
      SLUICE_ASSIGN_OR_RETURN(const bool reached, topic_->has_reached(ends_));
      if (reached) {
        for (Request& request : std::exchange(round_, {})) request.done({});
        return {};
      }
      answer_late();
    }
    const Status polled = topic_->poll(is_waited_for ? kRetryPause : kIdlePoll);
    if (!batch_.empty()) {
      on_records_(batch_);
      batch_.clear();
    }
    return polled;
  }

  // Requests that come while a round is under way wait for the next: the end may have moved.
  Status begin_round() {
    if (!round_.empty()) return {};
    {
      const std::lock_guard lock(mutex_);
      round_ = std::exchange(requests_, {});
    }
    if (round_.empty()) return {};
    const bool after_open =
        std::any_of(round_.begin(), round_.end(), [](const Request& request) { return request.after_open; });
    if (!after_open) {
      ends_ = topic_->ends_at_open();
      return {};
    }
    auto ends = topic_->end_offsets(kAskTimeout);
    if (ends.ok()) {
      SLUICE_RETURN_IF_ERROR(check_not_shorter(*ends));
      ends_ = std::move(ends).value();
      return {};
    }
    // Asked again in the next round.
    const std::lock_guard lock(mutex_);
    requests_.insert(requests_.begin(), std::make_move_iterator(round_.begin()),
                     std::make_move_iterator(round_.end()));
    round_.clear();
    return ends.error();
  }

  // What was read is then no longer what is in the topic, and no read to its end can mend that.
  Status check_not_shorter(const CompactedTopic::EndOffsets& ends) const {
    for (const auto& [partition, end] : ends) {
      const auto before = ends_.find(partition);
      if (before == ends_.end() || before->second <= end) continue;
      return failed(fmt::format(
          "Topic {} has lost records: partition {} ended at offset {} before and ends at {} now. It was "
          "deleted and made again, or its brokers lost data. Restore the topic, or restart the worker to go "
          "on with what is there.",
          config_.topic, partition.partition, before->second, end));
    }
    return {};
  }

  Error too_late() const {
    return retriable(fmt::format("Topic {} could not be read to its end in time", config_.topic))
        .as_java("org.apache.kafka.common.errors.TimeoutException");
  }

  void answer_late() {
    const auto now = SteadyClock::now();
    std::erase_if(round_, [&](Request& request) {
      if (request.until > now) return false;
      request.done(too_late());
      return true;
    });
  }

  /// Answers requests that are late, or all if the error is not one that passes. True if there were any.
  bool answer_failed(const Error& error, bool all) {
    std::vector<Request> over;
    const auto now = SteadyClock::now();
    const auto take = [&](std::vector<Request>& requests) {
      std::erase_if(requests, [&](Request& request) {
        if (!all && request.until > now) return false;
        over.push_back(std::move(request));
        return true;
      });
    };
    take(round_);
    {
      const std::lock_guard lock(mutex_);
      take(requests_);
    }
    for (Request& request : over) request.done(error);
    return !over.empty();
  }

  /// Nothing will ever be read here.
  void answer_all(const Error& error) {
    {
      const std::lock_guard lock(mutex_);
      final_error_ = error;
    }
    changed_.notify_all();
    while (!stop_.stop_requested()) {
      answer_failed(error, true);
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kIdlePoll, [this] { return !requests_.empty(); });
    }
  }

  const Config config_;
  const Records on_records_;
  StopSignal stop_;

  // Reader thread only.
  bool prepared_ = false;
  std::vector<LogRecord> batch_;
  std::vector<Request> round_;  // are answered when ends_ is reached
  CompactedTopic::EndOffsets ends_;
  std::string last_error_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<CompactedTopic> topic_;  // set once, by the reader thread
  std::optional<Error> final_error_;       // of opening
  std::vector<Request> requests_;
  std::thread thread_;
};

LogReader::LogReader(Config config, Records on_records)
    : loop_(std::make_unique<Loop>(std::move(config), std::move(on_records))) {}

LogReader::~LogReader() = default;

void LogReader::read_to_end(TimePoint until, Done done) { loop_->read_to_end(until, std::move(done)); }

Status LogReader::await_open(TimePoint until) { return loop_->await_open(until); }

void LogReader::abandon() { loop_->abandon(); }

}  // namespace sluice::kafka
