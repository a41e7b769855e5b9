#pragma once
// The links of this worker to others: opened to those that it is told to keep in touch with, accepted from
// whoever has the session key. Both sides ping; an answered ping says until when the other side surely had
// heard of us. On the scheduler's thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "cluster/living_scheduler.h"
#include "cluster/peer_messages.h"
#include "cluster/peers.h"
#include "cluster/session_keys.h"

namespace sluice::cluster {

class PeerEvents {
 public:
  virtual ~PeerEvents() = default;
  /// It lives: after every message of a peer that is up.
  virtual void peer_heard(const std::string& url) = 0;
  /// Not of pings and pongs, which only count as life; never before the peer is up.
  virtual void peer_said(const std::string& url, const PeerMessage& message) = 0;
  virtual void peer_up(const std::string& url) = 0;
  /// From here on it may know that we are up.
  virtual void peer_told(const std::string& url) = 0;
  /// The last link to it has ended.
  virtual void peer_down(const std::string& url, LinkEnd end) = 0;
};

/// What knocking at a worker's door has shown.
enum class Knock : uint8_t {
  kAlive,    // the same process answers
  kDead,     // nobody listens there, or another process does
  kNothing,  // no answer in time, or none that can be understood
};

class PeerLinks {
 public:
  struct Parts {
    std::string group_id;
    std::string url;  // our own
    std::string incarnation;
    LivingScheduler& scheduler;
    const Clock& clock;
    const SessionKeys& keys;
    Peers& peers;
  };
  /// References outlive it.
  PeerLinks(Parts parts, PeerEvents& events);
  ~PeerLinks();

  /// Keeps links open to exactly these; links that others have opened stay.
  void keep(const std::set<std::string>& urls);
  /// Nothing happens if there is no link.
  void send(const std::string& url, const PeerMessage& message);
  void send_all(const PeerMessage& message);
  void ping(const std::string& url);
  /// Pings everybody; a link that should be open and is not is tried again, less and less often.
  void tick();

  bool is_up(const std::string& url) const;
  /// It may know us, whether we know it or not.
  bool is_told(const std::string& url) const;
  /// Of the process at the other end; empty: no link.
  std::string incarnation_of(const std::string& url) const;
  /// A link has been up to that very process at some time.
  bool has_met(const std::string& url, const std::string& incarnation) const;
  /// Clock::steady_ms() when it was last heard of; -1: never.
  int64_t heard_ms(const std::string& url) const;
  /// When the last of our pings that anybody of `urls` has answered was sent; -1: none.
  int64_t answered_ms(const std::set<std::string>& urls) const;
  std::set<std::string> urls_up() const;

  /// Opens a link of its own to find out who is there; again, when it is closed before anybody has answered.
  void knock(const std::string& url, const std::string& incarnation, std::chrono::milliseconds timeout,
             std::function<void(Knock)> done);

 private:
  struct Link {
    uint64_t id = 0;
    std::shared_ptr<PeerLink> link;
    std::string incarnation;  // told by the other side; empty: not yet
    bool is_ours = false;     // we opened it
    bool is_told = false;     // we have said who we are
  };
  struct Peer {
    std::map<uint64_t, Link> links;
    std::string met;  // the incarnation that was there last; empty: nobody yet
    int64_t heard_ms = -1;
    int64_t answered_ms = -1;
    int failures = 0;      // to open, in a row
    int64_t retry_ms = 0;  // not before
  };
  struct Knocking;

  void try_knock(uint64_t id);
  void end_knock(uint64_t id, Knock result);
  std::optional<LinkCallbacks> accept(const std::string& hello, const std::string& signature,
                                      std::shared_ptr<PeerLink> link);
  LinkCallbacks callbacks(const std::string& url, uint64_t id);
  void open(const std::string& url);
  void said(const std::string& url, uint64_t id, const std::string& text);
  void ended(const std::string& url, uint64_t id, LinkEnd end);
  void introduce(PeerLink& link) const;
  static bool is_up(const Peer& peer);
  PeerMessage next_ping();
  std::optional<SessionKeys::Signature> signed_hello(bool is_probe, std::string& hello) const;

  const Parts parts_;
  PeerEvents& events_;
  std::set<std::string> kept_;
  std::map<std::string, Peer> peers_;
  std::map<int64_t, int64_t> pings_;  // sequence to the time of sending, the latest
  std::map<uint64_t, std::shared_ptr<Knocking>> knockings_;
  int64_t last_ping_ = 0;
  uint64_t last_id_ = 0;
};

}  // namespace sluice::cluster
