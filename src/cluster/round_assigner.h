#pragma once
// The leader's answer to a JoinGroup: what the members told in, assignments out, as bytes. Around the
// assignor it adds the handshake over config offsets, which members lack a plugin, and who owns what
// afterwards. On the scheduler's thread.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/assignment_round.h"
#include "cluster/herder_options.h"
#include "kafka/protocol/group_member.h"
#include "store/config_store.h"

namespace sluice::cluster {

/// A member of the round that was led last.
struct LedMember {
  std::string member_id;
  std::string url;
  std::string incarnation;  // empty: a Java worker
  friend bool operator==(const LedMember&, const LedMember&) = default;
};

class RoundAssigner {
 public:
  /// References outlive it.
  RoundAssigner(const HerderOptions& options, const store::ConfigStore& config, const Clock& clock);

  struct Round {
    int32_t generation = -1;            // the one being formed
    int32_t completed_generation = -1;  // the last one that this worker saw complete
    std::string leader_id;
    std::string protocol;
  };
  /// Assignments by member id.
  std::map<std::string, std::string> assign(const Round& round,
                                            const std::vector<kafka::protocol::GroupPeer>& members);

  void member_died(const std::string& member_id) { assignor_.member_died(member_id); }
  void hold(HeldWork work) { assignor_.hold(std::move(work)); }

  // Of the last round that was led.
  const std::vector<LedMember>& members() const { return members_; }
  bool all_sluice() const { return all_sluice_; }
  /// Advertised URL of the worker that runs it; empty: nobody.
  std::string owner_url(const std::string& connector) const;
  std::string owner_url(const TaskName& task) const;
  const WorkItems* owned_by(const std::string& member_id) const;

 private:
  bool lacks_plugin(const WorkerMetadata& metadata, const std::string& connector) const;
  const std::string& url_of(const std::string& member_id) const;

  const HerderOptions& options_;
  const store::ConfigStore& config_;
  IncrementalAssignor assignor_;
  std::vector<LedMember> members_;
  std::map<std::string, WorkItems> owned_;
  bool all_sluice_ = false;
};

}  // namespace sluice::cluster
