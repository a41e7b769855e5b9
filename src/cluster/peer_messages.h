#pragma once
// What workers tell each other over their links, as JSON: small, readable in a trace, and open for members
// that later versions add.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cluster/connect_protocol.h"
#include "cluster/round_assigner.h"

namespace sluice::cluster {

enum class PeerSays : uint8_t {
  kIdentity,  // who I am: first on every link
  kPing,      // I live: with my place in the group
  kPong,      // I have heard ping `sequence`
  kMembers,   // the leader's: who is in this generation
  kRejoin,    // the leader's: a round has begun, join at once
  kGoodbye,   // I am being stopped and may come back: this was my work
  kLeft,      // I have left the group
  kCheck,     // can you reach `url`?
  kChecked,   // yes (`is_alive`) or no
};

struct PeerMessage {
  PeerSays says = PeerSays::kPing;
  int64_t sequence = 0;
  int32_t generation = -1;
  std::string member_id;
  std::string url;
  std::string incarnation;
  bool is_alive = false;
  std::vector<LedMember> members{};
  WorkItems work{};
  friend bool operator==(const PeerMessage&, const PeerMessage&) = default;
};

std::string encode_peer_message(const PeerMessage& message);
/// Error kind kBadRecord. Unknown members are skipped.
Result<PeerMessage> decode_peer_message(std::string_view text);

/// The first words of a link, which the other side checks the signature of.
struct PeerHello {
  std::string group_id;
  std::string url;  // the sender's
  std::string incarnation;
  bool is_probe = false;  // only wants to know who answers
  friend bool operator==(const PeerHello&, const PeerHello&) = default;
};
std::string encode_hello(const PeerHello& hello);
Result<PeerHello> decode_hello(std::string_view text);

}  // namespace sluice::cluster
