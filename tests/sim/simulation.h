#pragma once
// One seed: a cluster, its users, what goes wrong, and what must hold all the same. See README.md.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "drills.h"
#include "kafka/protocol/testing/memory_coordinator.h"
#include "kafka/protocol/testing/memory_network.h"
#include "ledger.h"
#include "reach.h"
#include "sim_peers.h"
#include "sim_worker.h"
#include "users.h"
#include "world.h"

namespace sluice::sim {

/// What a seed makes of the cluster.
struct Shape {
  int workers = 3;
  int64_t fault_phase_ms = 60'000;
  bool drills = false;  // one thing at a time, within its bound; otherwise everything at once
  cluster::HerderOptions herder;
};

class Simulation {
 public:
  Simulation(uint64_t seed, bool trace);

  /// Violations; none: all went well.
  std::vector<std::string> run();
  std::string summary() const;
  const std::map<Drill, std::vector<int64_t>>& takeovers() const { return drills_.takeovers(); }

 private:
  Shape draw_shape();
  void start_worker(const std::string& name);
  void kill_worker(const std::string& name);
  void stop_worker(const std::string& name);
  SimWorker* find(const std::string& name) const;
  std::vector<std::string> living() const;
  void set_broker_cut(const std::string& worker, bool cut);

  void run_chaos();
  void run_drills();
  Drills::Cluster cluster_of_drills();
  void go_wrong();
  void harm_worker(const std::string& name, int64_t chance);
  void harm_surroundings(const std::string& name, const std::string& other, int64_t chance);
  /// Between `who` (kBroker: all) and the rest.
  void fault(const std::string& who, const std::string& what, const std::function<void()>& begin,
             std::function<void()> end, int64_t longest_ms);
  int64_t overlap_max_ms(const std::string& worker) const;
  void restart_later(const std::string& name);
  void heal_everything();

  /// What every living worker says of every connector.
  struct Survey;
  std::shared_ptr<Survey> survey();
  /// Why the cluster is not as promised; empty: it is.
  std::string difference(const Survey& survey) const;
  std::string difference_of(const std::string& connector, const Survey& survey) const;
  std::string difference_of_task(const TaskName& task, const cluster::TaskState& state) const;
  void converge();
  int64_t convergence_ms() const;

  World world_;
  const Shape shape_;
  Reach reach_;
  Process brokers_process_;
  PeerNetwork peers_;
  kafka::protocol::testing::MemoryNetwork network_;
  kafka::protocol::testing::MemoryCoordinator coordinator_;
  store::testing::MemoryTopic config_topic_;
  store::testing::MemoryTopic status_topic_;
  Ledger ledger_;
  std::vector<std::string> names_;
  std::map<std::string, std::unique_ptr<SimWorker>> workers_;
  std::map<std::string, int> starts_;
  Users users_;
  Drills drills_;
  std::map<std::string, int64_t> disturbed_until_ms_;  // by worker, or all of them by kBroker
  bool chaos_ = true;                                  // still going wrong
  int64_t faults_ = 0;
  int64_t converged_ms_ = -1;
};

}  // namespace sluice::sim
