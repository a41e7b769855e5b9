#include "cluster/peer_links.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "cluster/backoff.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{15'000};
constexpr milliseconds kKnockPause{20};
constexpr size_t kPingsRemembered = 200;

}  // namespace

struct PeerLinks::Knocking {
  std::string url;
  std::string incarnation;  // of whom we look for
  std::string hello;
  std::string signature;
  std::function<void(Knock)> done;
  std::unique_ptr<PeerLink> link = nullptr;
};

PeerLinks::PeerLinks(Parts parts, PeerEvents& events) : parts_(std::move(parts)), events_(events) {
  parts_.peers.on_link(
      [this](const std::string& hello, const std::string& signature, std::shared_ptr<PeerLink> link) {
        return accept(hello, signature, std::move(link));
      });
}

PeerLinks::~PeerLinks() { parts_.peers.on_link({}); }

std::optional<SessionKeys::Signature> PeerLinks::signed_hello(bool is_probe, std::string& hello) const {
  hello = encode_hello({parts_.group_id, parts_.url, parts_.incarnation, is_probe});
  return parts_.keys.sign(hello);
}

std::optional<LinkCallbacks> PeerLinks::accept(const std::string& hello, const std::string& signature,
                                               std::shared_ptr<PeerLink> link) {
  const auto said_hello = decode_hello(hello);
  const bool is_known =
      said_hello.ok() && said_hello->group_id == parts_.group_id && parts_.keys.is_signed(hello, signature);
  if (!is_known) return std::nullopt;
  const uint64_t id = ++last_id_;
  Link accepted{id, std::move(link), {}, false, true};
  introduce(*accepted.link);
  const std::string url = said_hello->url;
  if (said_hello->is_probe) {
    // It only wanted to know who we are; it closes.
    return LinkCallbacks{[] {}, [](const std::string&) {},
                         [keep = accepted.link](LinkEnd) mutable { keep.reset(); }};
  }
  peers_[url].links[id] = std::move(accepted);
  events_.peer_told(url);
  return callbacks(url, id);
}

void PeerLinks::introduce(PeerLink& link) const {
  PeerMessage identity;
  identity.says = PeerSays::kIdentity;
  identity.url = parts_.url;
  identity.incarnation = parts_.incarnation;
  link.send(encode_peer_message(identity));
}

LinkCallbacks PeerLinks::callbacks(const std::string& url, uint64_t id) {
  return {parts_.scheduler.guarded([this, url, id] {
            const auto peer = peers_.find(url);
            if (peer == peers_.end() || !peer->second.links.contains(id)) return;
            Link& link = peer->second.links.at(id);
            if (!link.is_ours || !link.link) return;
            introduce(*link.link);
            link.is_told = true;
            events_.peer_told(url);
          }),
          parts_.scheduler.guarded([this, url, id](const std::string& text) { said(url, id, text); }),
          parts_.scheduler.guarded([this, url, id](LinkEnd end) { ended(url, id, end); })};
}

void PeerLinks::keep(const std::set<std::string>& urls) {
  kept_ = urls;
  kept_.erase(parts_.url);
  for (auto& [url, peer] : peers_) {
    if (kept_.contains(url)) continue;
    const bool was_up = is_up(peer);
    std::erase_if(peer.links, [](const auto& entry) { return entry.second.is_ours; });
    if (was_up && !is_up(peer)) log::debug("Closed the link to {}", url);
  }
  for (const std::string& url : kept_) open(url);
}

void PeerLinks::open(const std::string& url) {
  Peer& peer = peers_[url];
  const bool has_own = std::any_of(peer.links.begin(), peer.links.end(),
                                   [](const auto& entry) { return entry.second.is_ours; });
  if (has_own || parts_.clock.steady_ms() < peer.retry_ms) return;
  std::string hello;
  const auto signature = signed_hello(false, hello);
  if (!signature) return;
  const uint64_t id = ++last_id_;
  peer.links[id] = {id, nullptr, {}, true, false};
  auto link = parts_.peers.connect(url, hello, signature->value, callbacks(url, id));
  if (const auto found = peer.links.find(id); found != peer.links.end()) found->second.link = std::move(link);
}

void PeerLinks::said(const std::string& url, uint64_t id, const std::string& text) {
  const auto peer = peers_.find(url);
  if (peer == peers_.end() || !peer->second.links.contains(id)) return;
  const auto message = decode_peer_message(text);
  if (!message.ok()) {
    log::warn("{} said something that cannot be understood: {}", url, message.error().message());
    return;
  }
  Link& link = peer->second.links.at(id);
  peer->second.heard_ms = parts_.clock.steady_ms();
  if (is_up(peer->second)) events_.peer_heard(url);
  switch (message->says) {
    case PeerSays::kIdentity: {
      const bool was_up = is_up(peer->second);
      link.incarnation = message->incarnation;
      peer->second.met = message->incarnation;
      peer->second.failures = 0;
      if (!was_up) events_.peer_up(url);
      events_.peer_heard(url);
      return;
    }
    case PeerSays::kPing: {
      PeerMessage pong;
      pong.says = PeerSays::kPong;
      pong.sequence = message->sequence;
      if (link.link) link.link->send(encode_peer_message(pong));
      return;
    }
    case PeerSays::kPong:
      if (const auto sent = pings_.find(message->sequence); sent != pings_.end()) {
        peer->second.answered_ms = std::max(peer->second.answered_ms, sent->second);
      }
      return;
    default:
      if (is_up(peer->second)) events_.peer_said(url, *message);
  }
}

void PeerLinks::ended(const std::string& url, uint64_t id, LinkEnd end) {
  const auto found = peers_.find(url);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  const auto link = peer.links.extract(id);
  if (link.empty()) return;
  if (link.mapped().is_ours) {
    peer.retry_ms = parts_.clock.steady_ms() + backoff(peer.failures++, kFirstPause, kLongestPause).count();
  }
  const bool was_up = !link.mapped().incarnation.empty();
  if (was_up && !is_up(peer)) events_.peer_down(url, end);
}

void PeerLinks::send(const std::string& url, const PeerMessage& message) {
  const auto peer = peers_.find(url);
  if (peer == peers_.end()) return;
  for (auto& [id, link] : peer->second.links) {
    if (link.incarnation.empty() || !link.link) continue;
    link.link->send(encode_peer_message(message));
    return;  // one link is enough
  }
}

void PeerLinks::send_all(const PeerMessage& message) {
  for (const auto& [url, peer] : peers_) send(url, message);
}

PeerMessage PeerLinks::next_ping() {
  PeerMessage ping;
  ping.sequence = ++last_ping_;
  pings_[ping.sequence] = parts_.clock.steady_ms();
  if (pings_.size() > kPingsRemembered) pings_.erase(pings_.begin());
  return ping;
}

void PeerLinks::ping(const std::string& url) { send(url, next_ping()); }

void PeerLinks::tick() {
  for (const std::string& url : kept_) open(url);
  send_all(next_ping());
}

bool PeerLinks::is_up(const Peer& peer) {
  return std::any_of(peer.links.begin(), peer.links.end(),
                     [](const auto& entry) { return !entry.second.incarnation.empty(); });
}

bool PeerLinks::is_up(const std::string& url) const {
  const auto peer = peers_.find(url);
  return peer != peers_.end() && is_up(peer->second);
}

bool PeerLinks::is_told(const std::string& url) const {
  const auto peer = peers_.find(url);
  return peer != peers_.end() && std::any_of(peer->second.links.begin(), peer->second.links.end(),
                                             [](const auto& entry) { return entry.second.is_told; });
}

std::string PeerLinks::incarnation_of(const std::string& url) const {
  const auto peer = peers_.find(url);
  if (peer == peers_.end()) return {};
  for (const auto& [id, link] : peer->second.links) {
    if (!link.incarnation.empty()) return link.incarnation;
  }
  return {};
}

bool PeerLinks::has_met(const std::string& url, const std::string& incarnation) const {
  const auto peer = peers_.find(url);
  return peer != peers_.end() && !incarnation.empty() && peer->second.met == incarnation;
}

int64_t PeerLinks::heard_ms(const std::string& url) const {
  const auto peer = peers_.find(url);
  return peer == peers_.end() ? -1 : peer->second.heard_ms;
}

int64_t PeerLinks::answered_ms(const std::set<std::string>& urls) const {
  int64_t latest = -1;
  for (const std::string& url : urls) {
    const auto peer = peers_.find(url);
    if (peer != peers_.end()) latest = std::max(latest, peer->second.answered_ms);
  }
  return latest;
}

std::set<std::string> PeerLinks::urls_up() const {
  std::set<std::string> urls;
  for (const auto& [url, peer] : peers_) {
    if (is_up(peer)) urls.insert(url);
  }
  return urls;
}

void PeerLinks::knock(const std::string& url, const std::string& incarnation, milliseconds timeout,
                      std::function<void(Knock)> done) {
  const uint64_t id = ++last_id_;
  Knocking knocking{url, incarnation, {}, {}, std::move(done)};
  const auto signature = signed_hello(true, knocking.hello);
  if (signature) knocking.signature = signature->value;
  knockings_[id] = std::make_shared<Knocking>(std::move(knocking));
  parts_.scheduler.post_after(timeout, [this, id] { end_knock(id, Knock::kNothing); });
  if (signature) try_knock(id);
}

void PeerLinks::try_knock(uint64_t id) {
  const auto found = knockings_.find(id);
  if (found == knockings_.end()) return;
  LinkCallbacks callbacks{
      [] {}, parts_.scheduler.guarded([this, id](const std::string& text) {
        const auto message = decode_peer_message(text);
        const auto knocking = knockings_.find(id);
        if (!message.ok() || message->says != PeerSays::kIdentity || knocking == knockings_.end()) return;
        end_knock(id, message->incarnation == knocking->second->incarnation ? Knock::kAlive : Knock::kDead);
      }),
      parts_.scheduler.guarded([this, id](LinkEnd end) {
        if (end == LinkEnd::kRefused) return end_knock(id, Knock::kDead);
        // A dying process closes its connections first and its listener last: it may have let us in between.
        if (end == LinkEnd::kClosed) parts_.scheduler.post_after(kKnockPause, [this, id] { try_knock(id); });
      })};
  Knocking& knocking = *found->second;
  knocking.link =
      parts_.peers.connect(knocking.url, knocking.hello, knocking.signature, std::move(callbacks));
}

/// Later: not from within the link's own callback.
void PeerLinks::end_knock(uint64_t id, Knock result) {
  auto knocking = knockings_.extract(id);
  if (knocking.empty()) return;
  parts_.scheduler.post([ended = std::move(knocking.mapped()), result] {
    ended->link.reset();
    ended->done(result);
  });
}

}  // namespace sluice::cluster
