#include "kafka/log.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "kafka/log_reader.h"
#include "kafka/log_writer.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// Batches that the scheduler has not taken yet; the reader waits beyond that.
constexpr int kBatchesMax = 16;

/// Lets work that was posted find out whether the log is still there, and the reader whether it is too far
/// ahead.
class Handover {
 public:
  void expect_room() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return batches_ < kBatchesMax || closed_; });
    ++batches_;
  }
  void taken() {
    {
      const std::lock_guard lock(mutex_);
      --batches_;
    }
    changed_.notify_all();
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }
  /// On the scheduler's thread, where the log dies too: what is open stays so during the work.
  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int batches_ = 0;
  bool closed_ = false;
};

class TopicLog final : public Log {
 public:
  TopicLog(LogConfig config, Scheduler& scheduler, RecordsCallback on_records)
      : scheduler_(scheduler),
        on_records_(std::make_shared<RecordsCallback>(std::move(on_records))),
        reader_(
            {config.topic, std::move(config.consumer), std::move(config.admin), std::move(config.prepare)},
            [this](std::span<const LogRecord> records) { deliver(records); }),
        writer_({config.topic, std::move(config.producer), std::move(config.fenced_producer),
                 [this](SteadyClock::time_point until) { return reader_.await_open(until); }}) {}

  ~TopicLog() override {
    handover_->close();
    reader_.abandon();
  }

  void read_to_end(milliseconds timeout, Done done) override {
    const auto until = SteadyClock::now() + timeout;
    const LogReader::Done answer = answer_once(timeout, std::move(done));
    writer_.after_all(until, [this, until, answer](const Status& written) {
      written.ok() ? reader_.read_to_end(until, answer) : answer(written);
    });
  }

  void append(std::vector<LogEntry> entries, milliseconds timeout, Done done) override {
    writer_.append(std::move(entries), SteadyClock::now() + timeout, answer_once(timeout, std::move(done)));
  }

  void claim(const std::string& transactional_id, milliseconds timeout, Done done) override {
    writer_.claim(transactional_id, SteadyClock::now() + timeout, answer_once(timeout, std::move(done)));
  }

  void append_fenced(std::vector<LogEntry> entries, milliseconds timeout, Done done) override {
    writer_.append_fenced(std::move(entries), SteadyClock::now() + timeout,
                          answer_once(timeout, std::move(done)));
  }

 private:
  void deliver(std::span<const LogRecord> records) {
    handover_->expect_room();
    scheduler_.post([handover = handover_, on_records = on_records_,
                     copy = std::vector<LogRecord>(records.begin(), records.end())] {
      handover->taken();
      if (!handover->is_closed()) (*on_records)(copy);
    });
  }

  /// Answers on the scheduler: with what comes first, the outcome or the end of the time.
  Done answer_once(milliseconds timeout, Done done) {
    auto shared = std::make_shared<Done>(std::move(done));
    const auto answer = [handover = handover_, shared](const Status& status) {
      if (handover->is_closed() || !*shared) return;
      std::exchange(*shared, nullptr)(status);
    };
    scheduler_.post_after(timeout, [answer] {
      answer(retriable("The brokers did not answer in time")
                 .as_java("org.apache.kafka.common.errors.TimeoutException"));
    });
    return [this, answer](const Status& status) { scheduler_.post([answer, status] { answer(status); }); };
  }

  Scheduler& scheduler_;
  const std::shared_ptr<RecordsCallback> on_records_;
  const std::shared_ptr<Handover> handover_ = std::make_shared<Handover>();
  LogReader reader_;
  LogWriter writer_;  // goes first: its callbacks use the reader
};

}  // namespace

std::unique_ptr<Log> open_log(LogConfig config, Scheduler& scheduler, Log::RecordsCallback on_records) {
  return std::make_unique<TopicLog>(std::move(config), scheduler, std::move(on_records));
}

}  // namespace sluice::kafka
