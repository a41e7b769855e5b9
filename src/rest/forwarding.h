#pragma once
// Requests that another worker can answer: the leader, or the owner of a connector or task (RestClient and
// HerderRequestHandler of 4.1). At most two hops between workers; status and body of the answer are passed
// on.

#include <memory>
#include <string>

#include "net/http_calls.h"
#include "rest/exchange.h"

namespace sluice::rest {

class HttpForwarder final : public Forwarder {
 public:
  /// `calls` outlives it.
  explicit HttpForwarder(net::HttpCalls& calls) : calls_(calls) {}
  void forward(const std::shared_ptr<Exchange>& exchange, const std::string& url) override;

 private:
  net::HttpCalls& calls_;
};

/// Where the request goes next; empty when it has made its two hops.
std::string next_hop(const Target& target, const std::string& url);

/// The answer to our client.
net::ServerResponse relayed_reply(const Exchange& exchange, const net::HttpResponse& response);

}  // namespace sluice::rest
