#include "sim_peers.h"

#include <utility>

namespace sluice::sim {
namespace {

using cluster::LinkCallbacks;
using cluster::LinkEnd;
using cluster::PeerRequest;
using cluster::PeerResponse;

constexpr int64_t kRetransmitMs = 100;  // what is lost on the way is sent again
constexpr int64_t kConnectPatienceMs = 3'000;
constexpr int64_t kSendPatienceMs = 30'000;  // then the connection breaks

}  // namespace

std::string PeerNetwork::host_of(const std::string& url) {
  const size_t start = url.find("://") + 3;
  return url.substr(start, url.find_first_of(":/", start) - start);
}

SimPeers* PeerNetwork::at(const std::string& host) const {
  const auto found = listening.find(host);
  return found == listening.end() ? nullptr : found->second;
}

/// A connection: two ends, each with what is on its way to it.
class SimPeers::Wire : public std::enable_shared_from_this<Wire> {
 public:
  struct Side {
    std::string host;
    Process* process = nullptr;  // null: closed
    LinkCallbacks callbacks;
    std::deque<std::optional<std::string>> arriving;  // none: the link is open
    bool pumping = false;
    bool other_closed = false;
    int64_t stuck_ms = 0;
  };

  explicit Wire(PeerNetwork& network) : network_(network) {}

  std::array<Side, 2> sides;

  void send(size_t from, std::string message) {
    Side& to = sides[1 - from];
    to.arriving.push_back(std::move(message));
    pump(1 - from);
  }
  void close(size_t side) {
    sides[side].process = nullptr;
    sides[side].callbacks = {};
    sides[1 - side].other_closed = true;
    pump(1 - side);
  }
  /// Tells the side that has dialled, before anything else.
  void opened() {
    sides[0].arriving.push_front(std::nullopt);
    pump(0);
  }
  /// Ends a side from outside.
  void end(size_t side, LinkEnd reason) {
    Side& ended = sides[side];
    if (ended.process == nullptr) return;
    ended.process->post([self = shared_from_this(), side, reason] {
      Side& at = self->sides[side];
      if (at.process == nullptr) return;
      at.process = nullptr;
      const auto callbacks = std::exchange(at.callbacks, {});
      self->sides[1 - side].other_closed = true;
      self->pump(1 - side);
      if (callbacks.on_end) callbacks.on_end(reason);
    });
  }

 private:
  void pump(size_t side) {
    Side& to = sides[side];
    if (to.process == nullptr || std::exchange(to.pumping, true)) return;
    network_.world.at(network_.reach.latency_ms(), [self = shared_from_this(), side] { self->arrive(side); });
  }
  void arrive(size_t side) {
    Side& to = sides[side];
    to.pumping = false;
    if (to.process == nullptr) return;
    if (!network_.reach.reaches(to.host, sides[1 - side].host)) {
      to.stuck_ms += kRetransmitMs;
      if (to.stuck_ms > kSendPatienceMs) return end(side, LinkEnd::kFailed);
      to.pumping = true;
      network_.world.at(kRetransmitMs, [self = shared_from_this(), side] { self->arrive(side); });
      return;
    }
    to.stuck_ms = 0;
    for (auto& message : std::exchange(to.arriving, {})) {
      to.process->post([self = shared_from_this(), side, message = std::move(message)] {
        const LinkCallbacks callbacks = self->sides[side].callbacks;
        if (!message && callbacks.on_open) callbacks.on_open();
        if (message && callbacks.on_message) callbacks.on_message(*message);
      });
    }
    if (to.other_closed) end(side, LinkEnd::kClosed);
  }

  PeerNetwork& network_;
};

class SimPeers::End final : public cluster::PeerLink {
 public:
  End(std::shared_ptr<Wire> wire, size_t side) : wire_(std::move(wire)), side_(side) {}
  ~End() override { wire_->close(side_); }
  void send(std::string message) override { wire_->send(side_, std::move(message)); }

 private:
  std::shared_ptr<Wire> wire_;
  const size_t side_;
};

struct SimPeers::Call {
  PeerRequest request;
  std::string from_host;
  std::string to_host;
  std::weak_ptr<SimPeers*> from;
  std::function<void(Result<PeerResponse>)> done;
  bool is_over = false;
};

/// Does something when it is dropped unused: whoever was to answer is gone.
struct SimPeers::Refusal {
  explicit Refusal(std::function<void()> refuse) : refuse(std::move(refuse)) {}
  ~Refusal() {
    if (refuse) refuse();
  }
  Refusal(const Refusal&) = delete;
  Refusal& operator=(const Refusal&) = delete;
  std::function<void()> refuse;
};

void SimPeers::listen(Handler handler) {
  handler_ = std::move(handler);
  network_.listening[process_.name()] = this;
}

SimPeers::~SimPeers() {
  close();
  // Not left to the links: a link may be kept by what it calls back.
  for (const auto& [wire, side] : wires_)
    if (const auto open = wire.lock()) open->close(side);
}

void SimPeers::close() {
  const auto found = network_.listening.find(process_.name());
  if (found != network_.listening.end() && found->second == this) network_.listening.erase(found);
}

void SimPeers::request(PeerRequest request, std::chrono::milliseconds timeout,
                       std::function<void(Result<PeerResponse>)> done) {
  const std::string to = PeerNetwork::host_of(request.url);
  const auto call =
      std::make_shared<Call>(Call{std::move(request), process_.name(), to, self_, std::move(done)});
  process_.post_after(timeout, [call] { finish(call, retriable("The request timed out")); });
  network_.world.at(network_.reach.latency_ms(), [&network = network_, call] { carry(network, call); });
}

void SimPeers::carry(PeerNetwork& network, const std::shared_ptr<Call>& call) {
  if (call->is_over) return;
  if (!network.reach.reaches(call->from_host, call->to_host))
    return network.world.at(kRetransmitMs, [&network, call] { carry(network, call); });
  SimPeers* target = network.at(call->to_host);
  if (target == nullptr || !target->handler_) return finish(call, retriable("Connection refused"));
  const auto refusal =
      std::make_shared<Refusal>([call] { finish(call, retriable("Connection reset by peer")); });
  target->process_.post([target, call, refusal, &network] {
    target->handler_(call->request, [call, refusal, &network](PeerResponse response) {
      refusal->refuse = nullptr;
      network.world.at(network.reach.latency_ms(),
                       [call, response = std::move(response)] { finish(call, response); });
    });
  });
}

void SimPeers::finish(const std::shared_ptr<Call>& call, Result<PeerResponse> result) {
  if (std::exchange(call->is_over, true)) return;
  const auto from = call->from.lock();
  if (from == nullptr) return;
  (*from)->process_.post([call, result = std::move(result)] { call->done(result); });
}

std::unique_ptr<cluster::PeerLink> SimPeers::connect(const std::string& url, const std::string& hello,
                                                     const std::string& signature, LinkCallbacks callbacks) {
  auto wire = std::make_shared<Wire>(network_);
  wire->sides[0].host = process_.name();
  wire->sides[0].process = &process_;
  wire->sides[0].callbacks = std::move(callbacks);
  wires_.emplace_back(wire, 0);
  wire->sides[1].host = PeerNetwork::host_of(url);
  network_.world.at(network_.reach.latency_ms(), [&network = network_, wire, hello, signature] {
    dial(network, wire, hello, signature, kConnectPatienceMs);
  });
  return std::make_unique<End>(wire, 0);
}

void SimPeers::dial(PeerNetwork& network, const std::shared_ptr<Wire>& wire, const std::string& hello,
                    const std::string& signature, int64_t patience_ms) {
  if (wire->sides[0].process == nullptr) return;
  if (!network.reach.reaches(wire->sides[0].host, wire->sides[1].host)) {
    if (patience_ms <= 0) return wire->end(0, LinkEnd::kFailed);
    return network.world.at(kRetransmitMs, [&network, wire, hello, signature, patience_ms] {
      dial(network, wire, hello, signature, patience_ms - kRetransmitMs);
    });
  }
  SimPeers* target = network.at(wire->sides[1].host);
  if (target == nullptr) return wire->end(0, LinkEnd::kRefused);
  const auto refusal = std::make_shared<Refusal>([wire] { wire->end(0, LinkEnd::kClosed); });
  target->process_.post([target, wire, hello, signature, refusal] {
    refusal->refuse = nullptr;
    target->take_link(wire, hello, signature);
  });
}

void SimPeers::take_link(const std::shared_ptr<Wire>& wire, const std::string& hello,
                         const std::string& signature) {
  if (wire->sides[0].process == nullptr) return;
  const auto link = std::make_shared<End>(wire, 1);
  wire->sides[1].process = &process_;
  wires_.emplace_back(wire, 1);
  auto callbacks = accept_ ? accept_(hello, signature, link) : std::nullopt;
  if (!callbacks) {
    wire->sides[1].process = nullptr;
    return wire->end(0, LinkEnd::kFailed);
  }
  wire->sides[1].callbacks = std::move(*callbacks);
  wire->opened();
}

}  // namespace sluice::sim
