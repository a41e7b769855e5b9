#pragma once
// One worker of the simulation: the real herder, stores and group member on a simulated process.

#include <memory>
#include <string>

#include "cluster/distributed_herder.h"
#include "ledger.h"
#include "process_network.h"
#include "sim_peers.h"
#include "sim_work.h"
#include "store/testing/memory_log.h"

namespace sluice::sim {

/// Every class exists everywhere, every configuration is valid.
class SimCatalogue final : public cluster::ConnectorCatalogue {
 public:
  cluster::ConnectorType type_of(const std::string&) const override {
    return cluster::ConnectorType::kSource;
  }
  std::vector<std::string> class_names() const override { return {"Source"}; }
  void validate(cluster::RawConfig, cluster::Callback<cluster::ConfigChecks> done) override {
    done(cluster::ConfigChecks{});
  }
};

class SimAdmin final : public cluster::ConnectorAdmin {
 public:
  SimAdmin(World& world, Process& process, Reach& reach, Ledger& ledger)
      : world_(world), process_(process), reach_(reach), ledger_(ledger) {}
  void offsets(const std::string&, const cluster::RawConfig&,
               cluster::Callback<std::vector<cluster::OffsetEntry>> done) override {
    done(std::vector<cluster::OffsetEntry>{});
  }
  void alter_offsets(const std::string&, const cluster::RawConfig&, std::vector<cluster::OffsetEntry>,
                     cluster::Callback<std::string> done) override {
    done(std::string());
  }
  void reset_offsets(const std::string&, const cluster::RawConfig&,
                     cluster::Callback<std::string> done) override {
    done(std::string());
  }
  void fence_tasks(const std::string& connector, const cluster::RawConfig& config, int32_t count,
                   cluster::Callback<cluster::Nothing> done) override;
  void dead_letters(const std::string&, const cluster::RawConfig&, cluster::DeadLetterQuery,
                    cluster::Callback<cluster::DeadLetterPage> done) override {
    done(cluster::DeadLetterPage{});
  }
  void replay(const std::string&, const cluster::RawConfig&, cluster::ReplayRequest,
              cluster::Callback<cluster::ReplayOutcome> done) override {
    done(cluster::ReplayOutcome{});
  }
  void signal(const std::string&, const cluster::RawConfig&, std::string signal,
              cluster::Callback<std::string> done) override {
    done(std::move(signal));
  }

 private:
  World& world_;
  Process& process_;
  Reach& reach_;
  Ledger& ledger_;
};

/// What all workers share; outlives them.
struct Surroundings {
  World& world;
  Reach& reach;
  PeerNetwork& peers;
  kafka::protocol::GroupNetwork& brokers;  // as this worker sees them
  std::vector<kafka::protocol::BrokerAddress> bootstrap;
  store::testing::MemoryTopic& config_topic;
  store::testing::MemoryTopic& status_topic;
  Ledger& ledger;
};

class SimWorker {
 public:
  SimWorker(const Surroundings& around, const std::string& name, const cluster::HerderOptions& options);
  /// kill -9.
  ~SimWorker();
  SimWorker(const SimWorker&) = delete;
  SimWorker& operator=(const SimWorker&) = delete;

  Process& process() { return process_; }
  cluster::DistributedHerder& herder() { return herder_; }
  const std::string& name() const { return process_.name(); }
  /// Why the worker has ended itself; empty: it has not.
  const std::string& fatal() const { return fatal_; }
  bool is_leaving() const { return leaving_; }
  /// SIGTERM; `gone` on this process, when it may be destroyed.
  void shut_down(std::function<void()> gone);
  void set_broker_reachable(bool reachable);
  void set_log_delay(milliseconds delay);

 private:
  void answer(const cluster::PeerRequest& request, const SimPeers::Respond& respond);

  Process process_;
  ProcessNetwork brokers_;
  SimPeers peers_;
  SimWork work_;
  SimCatalogue catalogue_;
  SimAdmin admin_;
  store::testing::MemoryLog config_log_;
  store::testing::MemoryLog status_log_;
  std::string fatal_;
  bool leaving_ = false;
  Ledger& ledger_;
  cluster::DistributedHerder herder_;
};

}  // namespace sluice::sim
