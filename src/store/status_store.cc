#include "store/status_store.h"

#include <utility>

#include "base/log.h"
#include "store/status_records.h"

namespace sluice::store {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAppendTimeout{30'000};
constexpr milliseconds kResendPause{100};

class LogStatusStore final : public StatusStore {
 public:
  LogStatusStore(kafka::Log& log, Scheduler& scheduler) : log_(log), scheduler_(scheduler) {}

  void consume(std::span<const kafka::LogRecord> records) override;

  std::optional<WorkStatus> connector(const std::string& connector) const override {
    const auto found = connectors_.find(connector);
    return found == connectors_.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<int32_t, WorkStatus> tasks(const std::string& connector) const override {
    const auto found = tasks_.find(connector);
    return found == tasks_.end() ? std::map<int32_t, WorkStatus>() : found->second;
  }
  std::set<std::string> connectors() const override {
    std::set<std::string> names;
    for (const auto& [name, status] : connectors_) names.insert(name);
    return names;
  }
  std::set<std::string> active_topics(const std::string& connector) const override {
    std::set<std::string> names;
    const auto found = topics_.find(connector);
    if (found == topics_.end()) return names;
    for (const auto& [name, topic] : found->second) names.insert(name);
    return names;
  }

  void put_connector(const std::string& connector, const WorkStatus& status, bool safe) override {
    put({connector, std::nullopt}, connector_status_key(connector), status, safe);
  }
  void put_task(const std::string& connector, int32_t task, const WorkStatus& status, bool safe) override {
    put({connector, task}, task_status_key(connector, task), status, safe);
  }
  void remove_connector(const std::string& connector) override {
    put({connector, std::nullopt}, connector_status_key(connector), std::nullopt, false);
  }
  void remove_task(const std::string& connector, int32_t task) override {
    put({connector, task}, task_status_key(connector, task), std::nullopt, false);
  }
  void put_topic(const ActiveTopic& topic) override {
    send({topic_status_key(topic.topic, topic.connector), topic_status_value(topic)}, [] { return true; });
  }
  void remove_topic(const std::string& connector, const std::string& topic) override {
    send({topic_status_key(topic, connector), std::nullopt}, [] { return true; });
  }

  void flush(milliseconds timeout, kafka::Log::Done done) override;

 private:
  struct Subject {
    std::string connector;
    std::optional<int32_t> task;
    friend auto operator<=>(const Subject&, const Subject&) = default;
  };
  using StillTrue = std::function<bool()>;

  void take(ConnectorStatusRecord record);
  void take(TaskStatusRecord record);
  void take(TopicStatusRecord record);

  void put(const Subject& subject, std::string key, const std::optional<WorkStatus>& status, bool safe);
  const WorkStatus* cached(const Subject& subject) const;
  bool can_write_safely(const Subject& subject, const WorkStatus& status) const;
  void send(const kafka::LogEntry& entry, const StillTrue& still_true);
  void try_send(uint64_t number, const kafka::LogEntry& entry, const StillTrue& still_true);
  void settle(uint64_t number);

  kafka::Log& log_;
  Scheduler& scheduler_;
  std::map<std::string, WorkStatus> connectors_;
  std::map<std::string, std::map<int32_t, WorkStatus>> tasks_;
  std::map<std::string, std::map<std::string, ActiveTopic>> topics_;

  int32_t generation_ = -1;                  // of the last write
  std::map<Subject, uint64_t> last_writes_;  // number of the newest write of each
  uint64_t next_number_ = 0;
  std::set<uint64_t> unsettled_;
  struct Flush {
    uint64_t before;
    std::shared_ptr<kafka::Log::Done> done;  // empty once it was answered
  };
  std::vector<Flush> flushes_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

void LogStatusStore::consume(std::span<const kafka::LogRecord> records) {
  for (const kafka::LogRecord& record : records) {
    auto parsed = parse_status_record(record.key, record.value);
    if (!parsed.ok()) {
      log::error("{} (partition {}, offset {})", parsed.error().message(), record.partition, record.offset);
      continue;
    }
    std::visit([this](auto&& part) { take(std::forward<decltype(part)>(part)); }, std::move(parsed).value());
  }
}

void LogStatusStore::take(ConnectorStatusRecord record) {
  if (record.status) {
    connectors_[record.connector] = *std::move(record.status);
    return;
  }
  connectors_.erase(record.connector);
  // A write that is still being tried belongs to what is gone now.
  last_writes_.erase({record.connector, std::nullopt});
}

void LogStatusStore::take(TaskStatusRecord record) {
  auto& tasks = tasks_[record.connector];
  if (!record.status) {
    tasks.erase(record.task);
    if (tasks.empty()) tasks_.erase(record.connector);
    last_writes_.erase({record.connector, record.task});
    return;
  }
  const auto [known, is_new] = tasks.try_emplace(record.task);
  // Between rebalances the goodbye of a former owner can come after its successor's start.
  const bool is_stale = !is_new && record.status->state == WorkState::kUnassigned &&
                        known->second.state == WorkState::kRunning &&
                        known->second.generation >= record.status->generation;
  if (!is_stale) known->second = *std::move(record.status);
}

void LogStatusStore::take(TopicStatusRecord record) {
  auto& topics = topics_[record.connector];
  if (record.status) {
    topics[record.topic] = *std::move(record.status);
  } else {
    topics.erase(record.topic);
  }
  if (topics.empty()) topics_.erase(record.connector);
}

const WorkStatus* LogStatusStore::cached(const Subject& subject) const {
  if (!subject.task) {
    const auto found = connectors_.find(subject.connector);
    return found == connectors_.end() ? nullptr : &found->second;
  }
  const auto tasks = tasks_.find(subject.connector);
  if (tasks == tasks_.end()) return nullptr;
  const auto found = tasks->second.find(*subject.task);
  return found == tasks->second.end() ? nullptr : &found->second;
}

bool LogStatusStore::can_write_safely(const Subject& subject, const WorkStatus& status) const {
  const WorkStatus* known = cached(subject);
  return known == nullptr || known->worker_id == status.worker_id || known->generation <= status.generation;
}

void LogStatusStore::put(const Subject& subject, std::string key, const std::optional<WorkStatus>& status,
                         bool safe) {
  if (status) generation_ = status->generation;
  if (safe && status && !can_write_safely(subject, *status)) return;
  const uint64_t number = next_number_;
  last_writes_[subject] = number;
  // Java sends an unsafe write again even after a newer one for the same key; the newer one is the truth.
  const auto still_true = [this, subject, status, safe, number, generation = generation_] {
    const auto last = last_writes_.find(subject);
    return last != last_writes_.end() && last->second == number && generation == generation_ &&
           (!safe || !status || can_write_safely(subject, *status));
  };
  send({std::move(key), status ? std::optional(status_value(*status)) : std::nullopt}, still_true);
}

void LogStatusStore::send(const kafka::LogEntry& entry, const StillTrue& still_true) {
  const uint64_t number = next_number_++;
  unsettled_.insert(number);
  try_send(number, entry, still_true);
}

void LogStatusStore::try_send(uint64_t number, const kafka::LogEntry& entry, const StillTrue& still_true) {
  const std::weak_ptr<int> alive = alive_;
  log_.append({entry}, kAppendTimeout, [this, alive, number, entry, still_true](const Status& status) {
    if (alive.expired()) return;
    if (status.ok()) return settle(number);
    if (status.error().kind() != ErrorKind::kRetry) {
      log::error("Failed to write status update {}: {}", entry.key, status.error().trace());
      return settle(number);
    }
    scheduler_.post_after(kResendPause, [this, alive, number, entry, still_true] {
      if (alive.expired()) return;
      if (!still_true()) return settle(number);
      try_send(number, entry, still_true);
    });
  });
}

void LogStatusStore::settle(uint64_t number) {
  unsettled_.erase(number);
  const uint64_t oldest = unsettled_.empty() ? next_number_ : *unsettled_.begin();
  std::vector<std::shared_ptr<kafka::Log::Done>> reached;
  std::erase_if(flushes_, [&](const Flush& flush) {
    if (flush.before > oldest) return false;
    reached.push_back(flush.done);
    return true;
  });
  for (const auto& done : reached) {
    if (*done) std::exchange(*done, nullptr)({});
  }
}

void LogStatusStore::flush(milliseconds timeout, kafka::Log::Done done) {
  const std::weak_ptr<int> alive = alive_;
  if (unsettled_.empty()) {
    scheduler_.post([alive, done = std::move(done)] {
      if (!alive.expired()) done({});
    });
    return;
  }
  auto shared = std::make_shared<kafka::Log::Done>(std::move(done));
  flushes_.push_back({next_number_, shared});
  scheduler_.post_after(timeout, [this, alive, shared] {
    if (alive.expired() || !*shared) return;
    std::erase_if(flushes_, [&](const Flush& flush) { return flush.done == shared; });
    std::exchange(*shared, nullptr)(retriable("Status updates are not acknowledged in time"));
  });
}

}  // namespace

std::unique_ptr<StatusStore> make_status_store(kafka::Log& log, Scheduler& scheduler) {
  return std::make_unique<LogStatusStore>(log, scheduler);
}

}  // namespace sluice::store
