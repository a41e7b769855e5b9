#pragma once
// A stream of bytes to one broker, and how one comes by it. One of the two seams at which the simulator cuts
// (the other: kafka/log.h). Framing, correlation and authentication happen above it, TLS below.
//
// All calls and callbacks happen on the thread of the scheduler that the network was made with.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice::kafka::protocol {

struct BrokerAddress {
  std::string host;
  uint16_t port = 0;
  friend bool operator==(const BrokerAddress&, const BrokerAddress&) = default;
};

class GroupLink {
 public:
  /// Closes; no callback comes after that. A link may be destroyed within its own callbacks.
  virtual ~GroupLink() = default;
  /// Queues bytes; they leave in order. A link that broke reports on_closed, writing never fails.
  virtual void write(std::string bytes) = 0;
};

struct GroupLinkCallbacks {
  std::function<void()> on_connected;
  std::function<void(BytesView)> on_bytes;  // borrowed for the call
  /// Also when connecting failed; the last callback. Kind kRetry: a new connection may fare better; any
  /// other: the peers do not accept each other's TLS.
  std::function<void(const Error&)> on_closed;
};

class GroupNetwork {
 public:
  virtual ~GroupNetwork() = default;
  /// Starts connecting; never calls back before it returns.
  virtual std::unique_ptr<GroupLink> connect(const BrokerAddress& address, GroupLinkCallbacks callbacks) = 0;
};

}  // namespace sluice::kafka::protocol
