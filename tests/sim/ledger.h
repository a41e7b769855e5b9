#pragma once
// What the outside world sees of the tasks' work: records and offsets in Kafka, and who acted when. Judges.
//
// A connector reads kPartitions endless partitions; task i of n reads those p with p % n == i. A record is
// its number in its partition.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/task_name.h"
#include "world.h"

namespace sluice::sim {

using cluster::TaskName;

inline constexpr int kPartitions = 4;
using Positions = std::array<int64_t, kPartitions>;

/// One start of a task on one worker.
struct Run {
  TaskName task;
  std::string worker;
  uint64_t id = 0;
  int64_t started_ms = 0;
};

class Ledger {
 public:
  explicit Ledger(World& world) : world_(world) {}

  /// For so long may a task of that worker act after another has started it. 0 unless something stood between
  /// the worker and those who could tell it. Asked when that happens.
  std::function<int64_t(const std::string& worker)> overlap_max_ms = [](const std::string&) { return 0; };

  Run started(const TaskName& task, const std::string& worker);
  void ended(const Run& run);
  /// The task polls, sends or flushes.
  void acts(const Run& run);

  // --- at least once: records are acknowledged one by one, offsets are written later ----------------------
  const Positions& offsets(const std::string& connector) { return books_[connector].offsets; }
  void append(const std::string& connector, int partition, int64_t record);
  void write_offset(const std::string& connector, int partition, int64_t offset);

  // --- exactly once: both in one transaction of a producer that others fence -------------------------------
  int64_t init_producer(const TaskName& task) { return ++epochs_[task]; }
  void fence(const TaskName& task) { ++epochs_[task]; }
  /// Records [from, to); false: fenced.
  bool commit(const TaskName& task, int64_t epoch, int partition, int64_t from, int64_t to);

  /// The run that started last, if it has not ended.
  std::optional<Run> runs(const TaskName& task) const;
  /// When the task last acted as it should; -1: never.
  int64_t last_act_ms(const TaskName& task) const;
  void forget_worker(const std::string& worker);
  int64_t acts_total() const { return acts_total_; }
  int64_t overlaps() const { return overlaps_; }

 private:
  struct Book {
    Positions offsets{};
    std::array<std::set<int64_t>, kPartitions> ahead{};  // acknowledged out of order, above `complete`
    Positions complete{};                                // all records below are acknowledged
  };
  struct Holder {
    Run run;
    bool running = false;
    int64_t last_act_ms = -1;
  };

  World& world_;
  uint64_t next_run_ = 1;
  int64_t acts_total_ = 0;
  int64_t overlaps_ = 0;
  std::map<std::string, Book> books_;  // by connector
  std::map<TaskName, Holder> holders_;
  std::map<TaskName, int64_t> epochs_;
};

}  // namespace sluice::sim
