#pragma once
// How this worker reaches the others: single signed requests, and links that stay open and tell at once when
// the other side is gone. `rest/` implements it over the workers' REST listeners; the simulator in memory.
// All calls and callbacks on the scheduler's thread; nothing blocks.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::cluster {

struct PeerRequest {
  std::string method;  // "POST", "PUT"
  std::string url;     // whole, e.g. "http://worker2:8083/connectors/orders/tasks"
  std::string body;
  std::string signature;  // Base64; empty: unsigned
  std::string algorithm;
};

struct PeerResponse {
  int32_t status = 0;
  std::string body;
};

/// Why a link ended; decides what it proves.
enum class LinkEnd : uint8_t {
  kClosed,   // the other side closed or reset it
  kRefused,  // nobody listens there: connecting was refused
  kFailed,   // anything else: no route, time-out, wrong answer
};

class PeerLink {
 public:
  /// Closes; no callback comes after that.
  virtual ~PeerLink() = default;
  virtual void send(std::string message) = 0;
};

struct LinkCallbacks {
  std::function<void()> on_open;  // connected and accepted
  std::function<void(const std::string& message)> on_message;
  std::function<void(LinkEnd end)> on_end;  // last callback
};

class Peers {
 public:
  using AcceptLink = std::function<std::optional<LinkCallbacks>(
      const std::string& hello, const std::string& signature, std::shared_ptr<PeerLink> link)>;
  virtual ~Peers() = default;

  virtual void request(PeerRequest request, std::chrono::milliseconds timeout,
                       std::function<void(Result<PeerResponse>)> done) = 0;

  /// Opens a link to the worker at `url` (its advertised REST URL). `hello` is handed to the other side with
  /// its signature before anything else.
  virtual std::unique_ptr<PeerLink> connect(const std::string& url, const std::string& hello,
                                            const std::string& signature, LinkCallbacks callbacks) = 0;

  /// Asked for every link that others open to this worker; none refuses it.
  virtual void on_link(AcceptLink accept) = 0;
};

}  // namespace sluice::cluster
