#pragma once
// cluster/peers.h over HTTP: requests by the one client; links as upgraded connections to the other worker's
// REST listener (`Upgrade: sluice-peer`, hello and signature in headers).

#include <memory>
#include <mutex>

#include "base/scheduler.h"
#include "cluster/peers.h"
#include "net/http_calls.h"
#include "net/message_link.h"

namespace sluice::rest {

inline constexpr const char* kPeerProtocol = "sluice-peer";

class HttpPeers final : public cluster::Peers {
 public:
  struct Network {
    net::IoThreads& threads;
    net::HttpCalls& calls;
    std::shared_ptr<net::TlsContext> tls;  // for https peers
  };
  /// All outlive it. Every callback is posted to the scheduler; none after the destructor, which runs on the
  /// scheduler's thread or after it has stopped.
  HttpPeers(Network network, Scheduler& scheduler);
  ~HttpPeers() override;

  void request(cluster::PeerRequest request, std::chrono::milliseconds timeout,
               std::function<void(Result<cluster::PeerResponse>)> done) override;
  std::unique_ptr<cluster::PeerLink> connect(const std::string& url, const std::string& hello,
                                             const std::string& signature,
                                             cluster::LinkCallbacks callbacks) override;
  void on_link(AcceptLink accept) override;

  /// From the server, on an I/O thread.
  void offer(const net::ServerRequest& request, std::shared_ptr<net::OfferedLink> link);

 private:
  class Desk;
  const Network network_;
  const std::shared_ptr<Desk> desk_;
};

}  // namespace sluice::rest
