#include "kafka/log_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "kafka/producer.h"

namespace sluice::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// While acknowledgements are awaited, how long a new call may have to wait.
constexpr milliseconds kAckTick{5};

milliseconds left(SteadyClock::time_point until) {
  return std::max(std::chrono::ceil<milliseconds>(until - SteadyClock::now()), milliseconds(1));
}

OutgoingMessage to_message(const std::string& topic, const LogEntry& entry) {
  OutgoingMessage message;
  message.topic = topic;
  message.key = entry.key;
  message.value = entry.value ? BytesView(*entry.value) : kNullBytes;
  return message;
}

}  // namespace

class LogWriter::Loop {
 public:
  using Work = std::function<void()>;

  explicit Loop(Config config) : config_(std::move(config)) {}

  ~Loop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  void post(Work work) {
    {
      const std::lock_guard lock(mutex_);
      work_.push_back(std::move(work));
      if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    changed_.notify_all();
  }

  bool is_idle() {
    const std::lock_guard lock(mutex_);
    return work_.empty() && !busy_;
  }

  // On the writer's thread:
  void append(std::vector<LogEntry> entries, TimePoint until, Done done);
  void claim(const std::string& transactional_id, TimePoint until, const Done& done);
  void append_fenced(const std::vector<LogEntry>& entries, TimePoint until, const Done& done);
  void after_all(TimePoint until, const Done& done) {
    done(await_acks(until) ? Status() : too_late("Earlier records are not acknowledged"));
  }

 private:
  // One append on its way. Its bytes stay until each of its messages has come to its end, whether its caller
  // still waits or not.
  struct Append {
    std::vector<LogEntry> entries;
    TimePoint until;
    Done done;  // empty once called
    uint64_t first_sequence = 0;
    size_t open = 0;
    std::optional<Error> error = std::nullopt;
  };
  using Appends = std::list<Append>;

  void run();
  Status await_topic(TimePoint until) {
    if (topic_is_ready_) return {};
    SLUICE_RETURN_IF_ERROR(config_.await_topic(until));
    topic_is_ready_ = true;
    return {};
  }
  Status send_all(Producer& producer, const std::vector<LogEntry>& entries, uint64_t first_sequence,
                  TimePoint until, size_t& sent);
  void take_acks(milliseconds timeout);
  void settle(uint64_t sequence, const Error* error);
  void answer_late();
  bool await_acks(TimePoint until);
  Status open_claim(const std::string& transactional_id, TimePoint until);
  Status transact(const std::vector<LogEntry>& entries, TimePoint until);

  Error too_late(std::string_view what) const {
    return retriable(fmt::format("{} by topic {} in time", what, config_.topic))
        .as_java("org.apache.kafka.common.errors.TimeoutException");
  }

  const Config config_;

  // Writer thread only. The producers go before the bytes that they point to.
  Appends appends_;
  std::map<uint64_t, Appends::iterator> by_sequence_;  // by the first of each
  uint64_t next_sequence_ = 0;
  bool topic_is_ready_ = false;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<TransactionalProducer> fenced_producer_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> work_;
  bool busy_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

void LogWriter::Loop::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (!work_.empty()) {
      const Work work = std::move(work_.front());
      work_.pop_front();
      busy_ = true;
      lock.unlock();
      work();
      lock.lock();
      busy_ = !appends_.empty();
      continue;
    }
    if (appends_.empty()) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    take_acks(kAckTick);
    answer_late();
    lock.lock();
    busy_ = !appends_.empty();
  }
}

void LogWriter::Loop::append(std::vector<LogEntry> entries, TimePoint until, Done done) {
  if (entries.empty()) return done({});
  if (const Status ready = await_topic(until); !ready.ok()) return done(ready);
  if (producer_ == nullptr) {
    auto made = make_producer(config_.producer);
    if (!made.ok()) return done(made.error());
    producer_ = std::move(made).value();
  }
  appends_.push_back({std::move(entries), until, std::move(done)});
  const auto append = std::prev(appends_.end());
  append->first_sequence = next_sequence_;
  append->open = append->entries.size();
  next_sequence_ += append->open;
  by_sequence_.emplace(append->first_sequence, append);
  size_t sent = 0;
  const Status status = send_all(*producer_, append->entries, append->first_sequence, until, sent);
  if (status.ok()) return;
  const uint64_t first_unsent = append->first_sequence + sent;
  for (uint64_t sequence = first_unsent, end = append->first_sequence + append->entries.size();
       sequence < end; ++sequence) {
    settle(sequence, &status.error());
  }
  // A producer that a fatal error has ended makes room for a new one.
  if (status.error().kind() == ErrorKind::kFailed && appends_.empty()) producer_.reset();
}

Status LogWriter::Loop::send_all(Producer& producer, const std::vector<LogEntry>& entries,
                                 uint64_t first_sequence, TimePoint until, size_t& sent) {
  std::vector<OutgoingMessage> messages;
  messages.reserve(entries.size());
  for (const LogEntry& entry : entries) messages.push_back(to_message(config_.topic, entry));
  while (sent < messages.size()) {
    SLUICE_ASSIGN_OR_RETURN(const size_t taken,
                            producer.send(std::span(messages).subspan(sent), first_sequence + sent));
    sent += taken;
    if (sent == messages.size()) break;
    if (SteadyClock::now() >= until) return too_late("Records are not taken");
    take_acks(kAckTick);
  }
  return {};
}

void LogWriter::Loop::take_acks(milliseconds timeout) {
  if (producer_ == nullptr) return;
  Acks acks;
  producer_->poll_acks(timeout, acks);
  for (const AckedRange& range : acks.acked) {
    for (uint64_t i = 0; i < range.count; ++i) settle(range.first + i, nullptr);
  }
  for (const FailedSend& failed : acks.failed) settle(failed.sequence, &failed.error);
}

void LogWriter::Loop::settle(uint64_t sequence, const Error* error) {
  const auto found = std::prev(by_sequence_.upper_bound(sequence));
  const auto append = found->second;
  if (error != nullptr && !append->error) append->error = *error;
  if (--append->open > 0) return;
  const Done done = std::move(append->done);
  const Status status = append->error ? Status(*append->error) : Status();
  by_sequence_.erase(found);
  appends_.erase(append);
  if (done) done(status);
}

void LogWriter::Loop::answer_late() {
  const auto now = SteadyClock::now();
  for (Append& append : appends_) {
    if (append.done && append.until <= now) std::exchange(append.done, nullptr)(too_late("Not acknowledged"));
  }
}

bool LogWriter::Loop::await_acks(TimePoint until) {
  while (!appends_.empty()) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return false;
    }
    if (SteadyClock::now() >= until) return false;
    take_acks(kAckTick);
    answer_late();
  }
  return true;
}

void LogWriter::Loop::claim(const std::string& transactional_id, TimePoint until, const Done& done) {
  fenced_producer_.reset();
  if (const Status ready = await_topic(until); !ready.ok()) return done(ready);
  if (!await_acks(until)) return done(too_late("Earlier records are not acknowledged"));
  const Status status = open_claim(transactional_id, until);
  if (!status.ok()) fenced_producer_.reset();
  done(status);
}

Status LogWriter::Loop::open_claim(const std::string& transactional_id, TimePoint until) {
  SLUICE_ASSIGN_OR_RETURN(fenced_producer_,
                          make_transactional_producer(config_.fenced_producer, transactional_id));
  return fenced_producer_->init_transactions(left(until));
}

void LogWriter::Loop::append_fenced(const std::vector<LogEntry>& entries, TimePoint until, const Done& done) {
  if (fenced_producer_ == nullptr) {
    return done(failed("Cannot produce to config topic without claiming write privileges first"));
  }
  if (!await_acks(until)) return done(too_late("Earlier records are not acknowledged"));
  const Status status = transact(entries, until);
  // What was begun is aborted by the next claim, or by the brokers in time.
  if (!status.ok()) fenced_producer_.reset();
  done(status);
}

Status LogWriter::Loop::transact(const std::vector<LogEntry>& entries, TimePoint until) {
  SLUICE_RETURN_IF_ERROR(fenced_producer_->begin_transaction());
  std::vector<OutgoingMessage> messages;
  messages.reserve(entries.size());
  for (const LogEntry& entry : entries) messages.push_back(to_message(config_.topic, entry));
  size_t sent = 0;
  while (sent < messages.size()) {
    SLUICE_ASSIGN_OR_RETURN(const size_t taken,
                            fenced_producer_->send(std::span(messages).subspan(sent), sent));
    sent += taken;
    if (sent < messages.size() && SteadyClock::now() >= until) return too_late("Records are not taken");
  }
  SLUICE_RETURN_IF_ERROR(fenced_producer_->commit_transaction(left(until)));
  Acks acks;
  fenced_producer_->poll_acks(milliseconds(0), acks);
  return acks.failed.empty() ? Status() : Status(acks.failed.front().error);
}

LogWriter::LogWriter(Config config) : loop_(std::make_unique<Loop>(std::move(config))) {}

LogWriter::~LogWriter() = default;

void LogWriter::append(std::vector<LogEntry> entries, TimePoint until, Done done) {
  loop_->post([loop = loop_.get(), entries = std::move(entries), until, done = std::move(done)] {
    loop->append(entries, until, done);
  });
}

void LogWriter::claim(std::string transactional_id, TimePoint until, Done done) {
  loop_->post([loop = loop_.get(), id = std::move(transactional_id), until, done = std::move(done)] {
    loop->claim(id, until, done);
  });
}

void LogWriter::append_fenced(std::vector<LogEntry> entries, TimePoint until, Done done) {
  loop_->post([loop = loop_.get(), entries = std::move(entries), until, done = std::move(done)] {
    loop->append_fenced(entries, until, done);
  });
}

void LogWriter::after_all(TimePoint until, Done done) {
  if (loop_->is_idle()) return done({});
  loop_->post([loop = loop_.get(), until, done = std::move(done)] { loop->after_all(until, done); });
}

}  // namespace sluice::kafka
