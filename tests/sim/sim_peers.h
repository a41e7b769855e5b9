#pragma once
// How simulated workers reach each other: requests and links with latency, cuts, and processes that are gone
// or stand still.

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/peers.h"
#include "process.h"
#include "reach.h"

namespace sluice::sim {

class SimPeers;

/// Knows who listens. Outlives all SimPeers.
class PeerNetwork {
 public:
  PeerNetwork(World& world, Reach& reach) : world(world), reach(reach) {}
  /// "http://w1:8083/connectors/…" is at host "w1".
  static std::string host_of(const std::string& url);
  SimPeers* at(const std::string& host) const;

  World& world;
  Reach& reach;
  std::map<std::string, SimPeers*> listening;
};

class SimPeers final : public cluster::Peers {
 public:
  using Respond = std::function<void(cluster::PeerResponse)>;
  /// Answers requests of others, on this process.
  using Handler = std::function<void(const cluster::PeerRequest&, Respond)>;

  SimPeers(PeerNetwork& network, Process& process) : network_(network), process_(process) {}
  /// The process is gone: whoever it was connected with hears of it.
  ~SimPeers() override;
  SimPeers(const SimPeers&) = delete;
  SimPeers& operator=(const SimPeers&) = delete;

  void listen(Handler handler);
  void close();
  Process& process() { return process_; }

  void request(cluster::PeerRequest request, std::chrono::milliseconds timeout,
               std::function<void(Result<cluster::PeerResponse>)> done) override;
  std::unique_ptr<cluster::PeerLink> connect(const std::string& url, const std::string& hello,
                                             const std::string& signature,
                                             cluster::LinkCallbacks callbacks) override;
  void on_link(AcceptLink accept) override { accept_ = std::move(accept); }

 private:
  class Wire;
  class End;
  struct Call;
  struct Refusal;
  static void carry(PeerNetwork& network, const std::shared_ptr<Call>& call);
  static void finish(const std::shared_ptr<Call>& call, Result<cluster::PeerResponse> result);
  static void dial(PeerNetwork& network, const std::shared_ptr<Wire>& wire, const std::string& hello,
                   const std::string& signature, int64_t patience_ms);
  void take_link(const std::shared_ptr<Wire>& wire, const std::string& hello, const std::string& signature);

  PeerNetwork& network_;
  Process& process_;
  Handler handler_;
  AcceptLink accept_;
  std::vector<std::pair<std::weak_ptr<Wire>, size_t>> wires_;  // and which side is here
  const std::shared_ptr<SimPeers*> self_ = std::make_shared<SimPeers*>(this);
};

}  // namespace sluice::sim
