#pragma once
// One thing goes wrong at a time in a cluster at rest, and has to be over within its bound: how long a task
// may be without anybody who works on it.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "ledger.h"
#include "sim_worker.h"
#include "world.h"

namespace sluice::sim {

enum class Drill : uint8_t { kKill, kKillLeader, kStandStill, kStop, kRestart, kBlink };
inline constexpr size_t kDrills = 6;
std::string_view drill_name(Drill drill);

class Drills {
 public:
  /// What drills do to the cluster.
  struct Cluster {
    std::vector<std::string> names;
    std::function<SimWorker*(const std::string& name)> find;
    std::function<void(const std::string& name)> start;
    std::function<void(const std::string& name)> kill;
    std::function<void(const std::string& name)> stop;
    std::function<std::string()> leader;
  };
  /// `hold_ms`: sluice.leave.hold.ms.
  Drills(World& world, Ledger& ledger, Cluster cluster, int64_t hold_ms)
      : world_(world), ledger_(ledger), cluster_(std::move(cluster)), hold_ms_(hold_ms) {}

  /// Of these tasks, all of which run.
  void run_one(const std::set<TaskName>& tasks);
  /// From the moment it happened until all tasks were worked on again; by drill, in ms.
  const std::map<Drill, std::vector<int64_t>>& takeovers() const { return takeovers_; }

 private:
  struct Watch {
    Drill drill = Drill::kKill;
    std::string victim;
    int64_t since_ms = 0;
    std::set<TaskName> moving;                // the victim's
    std::map<TaskName, std::string> staying;  // the others'
  };
  int64_t bound_ms(Drill drill) const;
  void begin(Watch watch);
  bool is_taken(const Watch& watch, const TaskName& task) const;
  void look(const std::shared_ptr<Watch>& watch);
  void end(const Watch& watch);

  World& world_;
  Ledger& ledger_;
  const Cluster cluster_;
  const int64_t hold_ms_;
  std::map<Drill, std::vector<int64_t>> takeovers_;
  std::set<std::string> have_stood_still_;  // and are trusted since: their silence proves nothing for minutes
};

}  // namespace sluice::sim
