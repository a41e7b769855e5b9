#pragma once
// A topic in memory and logs on it, with everything that can go wrong on the way to a broker. For tests and
// the simulator: no threads, no real time, all through the Scheduler. Checked against the real one by
// log_conformance_test.cc.
//
// One thread. Topic and scheduler outlive the logs on them; a log that is destroyed is a process that died:
// what it had not yet handed to the topic is gone.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/scheduler.h"
#include "kafka/log.h"

namespace sluice::store::testing {

class MemoryLog;

/// What the brokers have. Offsets count per partition; a transaction takes one more in each partition that it
/// touches, for its marker, which no reader is shown.
class MemoryTopic {
 public:
  explicit MemoryTopic(int32_t partitions = 1) : partitions_(static_cast<size_t>(partitions)) {}

  /// Removes what compaction may remove: every record that is not the last of its key.
  void compact();
  /// Adds a record as somebody else would; readers see it.
  void add(std::string key, std::optional<std::string> value);
  /// All that is left, by partition and offset.
  std::vector<kafka::LogRecord> records() const;
  int64_t end(int32_t partition = 0) const { return partitions_.at(static_cast<size_t>(partition)).end; }

  /// What happens to the next appends, asked for each in turn.
  enum class Fate : uint8_t {
    kSucceeds,
    kFails,  // nothing is added; kind kRetry
    kLost,   // all is added, yet the caller is told kRetry (a transaction is aborted)
  };
  std::function<Fate(bool is_fenced)> fate = [](bool) { return Fate::kSucceeds; };

 private:
  friend class MemoryLog;
  struct Partition {
    std::vector<kafka::LogRecord> records;  // in order of their offsets, which may have gaps
    int64_t end = 0;
  };

  int32_t partition_of(const std::string& key) const;
  void write(const std::vector<kafka::LogEntry>& entries, bool is_transaction, bool is_committed);
  void tell_readers();

  std::vector<Partition> partitions_;
  std::map<std::string, int64_t> claims_;  // latest epoch by transactional id
  std::vector<MemoryLog*> logs_;           // in the order of their making, so that runs repeat
};

class MemoryLog final : public kafka::Log {
 public:
  /// `delay` is the way from here to the topic, and back.
  MemoryLog(MemoryTopic& topic, Scheduler& scheduler, RecordsCallback on_records,
            std::chrono::milliseconds delay = std::chrono::milliseconds(0))
      : topic_(topic), scheduler_(scheduler), on_records_(std::move(on_records)), delay_(delay) {
    topic_.logs_.push_back(this);
    positions_.resize(topic_.partitions_.size());
    wake();
  }
  ~MemoryLog() override { std::erase(topic_.logs_, this); }
  MemoryLog(const MemoryLog&) = delete;
  MemoryLog& operator=(const MemoryLog&) = delete;

  /// Without a connection nothing arrives here or there. Appends that were made meanwhile, their time over or
  /// not, arrive when it is back, as a producer's do.
  void set_connected(bool connected);
  void set_delay(std::chrono::milliseconds delay) { delay_ = delay; }

  void read_to_end(std::chrono::milliseconds timeout, Done done) override;
  void append(std::vector<kafka::LogEntry> entries, std::chrono::milliseconds timeout, Done done) override;
  void claim(const std::string& transactional_id, std::chrono::milliseconds timeout, Done done) override;
  void append_fenced(std::vector<kafka::LogEntry> entries, std::chrono::milliseconds timeout,
                     Done done) override;

 private:
  friend class MemoryTopic;
  using Ends = std::vector<int64_t>;
  /// One call's answer: given once.
  struct Call {
    Done done;
    void answer(const Status& status) {
      if (done) std::exchange(done, nullptr)(status);
    }
  };
  using CallPtr = std::shared_ptr<Call>;
  struct Reading {
    Ends ends;
    CallPtr call;
  };
  struct Claim {
    std::string id;
    int64_t epoch = 0;
  };

  CallPtr new_call(std::chrono::milliseconds timeout, Done done);
  void post(std::chrono::milliseconds delay, std::function<void()> work);
  /// Runs `work` at the topic, in the order of the calls, when there is a connection.
  void send(std::function<void()> work);
  void answer(const CallPtr& call, Status status);
  void wake();
  void deliver();
  Status write_fenced(const std::vector<kafka::LogEntry>& entries);

  MemoryTopic& topic_;
  Scheduler& scheduler_;
  const RecordsCallback on_records_;
  std::chrono::milliseconds delay_;
  bool connected_ = true;
  bool woken_ = false;
  Ends positions_;
  std::vector<Reading> readings_;
  std::deque<std::function<void()>> on_the_way_;
  std::deque<std::function<void()>> unsent_;
  std::optional<Claim> claim_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

// MemoryTopic

/// Kafka's murmur2, by which keys find their partition.
inline uint32_t murmur2(const std::string& key) {
  constexpr uint32_t kFactor = 0x5bd1e995;
  const auto byte = [&key](size_t at) { return static_cast<uint32_t>(static_cast<uint8_t>(key[at])); };
  uint32_t hash = 0x9747b28c ^ static_cast<uint32_t>(key.size());
  size_t at = 0;
  for (; at + 4 <= key.size(); at += 4) {
    uint32_t part = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    part *= kFactor;
    part ^= part >> 24;
    hash = (hash * kFactor) ^ (part * kFactor);
  }
  const size_t rest = key.size() - at;
  if (rest == 3) hash ^= byte(at + 2) << 16;
  if (rest >= 2) hash ^= byte(at + 1) << 8;
  if (rest >= 1) hash = (hash ^ byte(at)) * kFactor;
  hash = (hash ^ hash >> 13) * kFactor;
  return hash ^ hash >> 15;
}

inline int32_t MemoryTopic::partition_of(const std::string& key) const {
  return static_cast<int32_t>((murmur2(key) & 0x7fffffff) % partitions_.size());
}

inline void MemoryTopic::write(const std::vector<kafka::LogEntry>& entries, bool is_transaction,
                               bool is_committed) {
  std::set<int32_t> touched;
  for (const kafka::LogEntry& entry : entries) {
    const int32_t number = partition_of(entry.key);
    Partition& partition = partitions_[static_cast<size_t>(number)];
    if (is_committed) partition.records.push_back({entry.key, entry.value, number, partition.end});
    ++partition.end;
    touched.insert(number);
  }
  if (is_transaction) {
    for (const int32_t number : touched) ++partitions_[static_cast<size_t>(number)].end;
  }
  tell_readers();
}

inline void MemoryTopic::tell_readers() {
  for (MemoryLog* log : logs_) log->wake();
}

inline void MemoryTopic::add(std::string key, std::optional<std::string> value) {
  write({{std::move(key), std::move(value)}}, false, true);
}

inline void MemoryTopic::compact() {
  for (Partition& partition : partitions_) {
    std::map<std::string, int64_t> last;
    for (const kafka::LogRecord& record : partition.records) last[record.key] = record.offset;
    std::erase_if(partition.records,
                  [&last](const kafka::LogRecord& record) { return last.at(record.key) != record.offset; });
  }
}

inline std::vector<kafka::LogRecord> MemoryTopic::records() const {
  std::vector<kafka::LogRecord> all;
  for (const Partition& partition : partitions_) {
    all.insert(all.end(), partition.records.begin(), partition.records.end());
  }
  return all;
}

// MemoryLog

inline void MemoryLog::post(std::chrono::milliseconds delay, std::function<void()> work) {
  scheduler_.post_after(delay, [alive = std::weak_ptr<int>(alive_), work = std::move(work)] {
    if (!alive.expired()) work();
  });
}

inline MemoryLog::CallPtr MemoryLog::new_call(std::chrono::milliseconds timeout, Done done) {
  auto call = std::make_shared<Call>(Call{std::move(done)});
  post(timeout, [call] { call->answer(retriable("The memory log did not answer in time")); });
  return call;
}

inline void MemoryLog::answer(const CallPtr& call, Status status) {
  post(delay_, [call, status = std::move(status)] { call->answer(status); });
}

inline void MemoryLog::send(std::function<void()> work) {
  on_the_way_.push_back(std::move(work));
  // Whose time has come takes the first with it: the order holds when the delay becomes shorter.
  post(delay_, [this] {
    const auto work = std::move(on_the_way_.front());
    on_the_way_.pop_front();
    if (connected_ && unsent_.empty()) return work();
    unsent_.push_back(work);
  });
}

inline void MemoryLog::set_connected(bool connected) {
  connected_ = connected;
  while (connected_ && !unsent_.empty()) {
    const auto work = std::move(unsent_.front());
    unsent_.pop_front();
    work();
  }
  if (connected_) wake();
}

inline void MemoryLog::wake() {
  if (std::exchange(woken_, true)) return;
  post(delay_, [this] {
    woken_ = false;
    deliver();
  });
}

inline void MemoryLog::deliver() {
  if (!connected_) return;
  std::vector<kafka::LogRecord> batch;
  for (size_t i = 0; i < positions_.size(); ++i) {
    const MemoryTopic::Partition& partition = topic_.partitions_[i];
    const auto next = std::lower_bound(
        partition.records.begin(), partition.records.end(), positions_[i],
        [](const kafka::LogRecord& record, int64_t offset) { return record.offset < offset; });
    batch.insert(batch.end(), next, partition.records.end());
    positions_[i] = partition.end;
  }
  const std::weak_ptr<int> alive = alive_;
  if (!batch.empty()) on_records_(batch);
  if (alive.expired()) return;
  for (const Reading& reading : std::exchange(readings_, {})) {
    bool reached = true;
    for (size_t i = 0; i < positions_.size(); ++i) reached = reached && positions_[i] >= reading.ends[i];
    if (!reached) {
      readings_.push_back(reading);
      continue;
    }
    reading.call->answer({});
    if (alive.expired()) return;
  }
}

inline void MemoryLog::read_to_end(std::chrono::milliseconds timeout, Done done) {
  send([this, call = new_call(timeout, std::move(done))] {
    Ends ends;
    for (const MemoryTopic::Partition& partition : topic_.partitions_) ends.push_back(partition.end);
    readings_.push_back({std::move(ends), call});
    wake();
  });
}

inline void MemoryLog::append(std::vector<kafka::LogEntry> entries, std::chrono::milliseconds timeout,
                              Done done) {
  send([this, entries = std::move(entries), call = new_call(timeout, std::move(done))] {
    const auto fate = topic_.fate(false);
    if (fate != MemoryTopic::Fate::kFails) topic_.write(entries, false, true);
    answer(call, fate == MemoryTopic::Fate::kSucceeds ? Status() : retriable("The append failed as told"));
  });
}

inline void MemoryLog::claim(const std::string& transactional_id, std::chrono::milliseconds timeout,
                             Done done) {
  send([this, transactional_id, call = new_call(timeout, std::move(done))] {
    claim_ = Claim{transactional_id, ++topic_.claims_[transactional_id]};
    answer(call, {});
  });
}

inline void MemoryLog::append_fenced(std::vector<kafka::LogEntry> entries, std::chrono::milliseconds timeout,
                                     Done done) {
  send([this, entries = std::move(entries), call = new_call(timeout, std::move(done))] {
    // Given up by its caller: the producer is gone, and its transaction with it.
    if (!call->done) return claim_.reset();
    Status status = write_fenced(entries);
    if (!status.ok()) claim_.reset();
    answer(call, std::move(status));
  });
}

inline Status MemoryLog::write_fenced(const std::vector<kafka::LogEntry>& entries) {
  if (!claim_) return failed("Cannot produce to config topic without claiming write privileges first");
  if (topic_.claims_.at(claim_->id) != claim_->epoch) {
    return fenced("Another log has claimed " + claim_->id);
  }
  const auto fate = topic_.fate(true);
  if (fate != MemoryTopic::Fate::kFails) {
    topic_.write(entries, true, fate == MemoryTopic::Fate::kSucceeds);
  }
  return fate == MemoryTopic::Fate::kSucceeds ? Status() : retriable("The transaction failed as told");
}

}  // namespace sluice::store::testing
