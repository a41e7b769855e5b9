#pragma once
// A group listener that writes down what it is told, and gives every member its own id as assignment.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kafka/protocol/group_member.h"

namespace sluice::kafka::protocol::testing {

class RecordingListener final : public GroupListener {
 public:
  explicit RecordingListener(std::string metadata) : metadata(std::move(metadata)) {}

  void prepare_join(std::function<void()> go) override {
    events.emplace_back("prepare");
    hold_join ? void(held = std::move(go)) : go();
  }
  std::vector<GroupProtocol> protocols() override {
    std::vector<GroupProtocol> offered;
    for (const std::string& name : names) offered.push_back({name, metadata});
    return offered;
  }
  std::map<std::string, std::string> assign(int32_t generation, const std::string& leader_id,
                                            const std::string& protocol,
                                            const std::vector<GroupPeer>& members) override {
    events.emplace_back("assign");
    assigned_generation = generation;
    assigned_leader = leader_id;
    assigned_protocol = protocol;
    peers = members;
    std::map<std::string, std::string> assignments;
    for (const GroupPeer& peer : members) assignments[peer.member_id] = "for " + peer.metadata;
    return assignments;
  }
  void on_joined(const JoinedGroup& group) override {
    events.emplace_back("joined");
    joined = group;
    ++rounds;
    if (when_joined) when_joined();
  }
  void on_lost(const Error& reason) override {
    events.push_back("lost: " + reason.message());
    ++losses;
  }
  void on_fatal(const Error& error) override {
    events.push_back("fatal: " + error.message());
    fatal.push_back(error);
  }

  std::string metadata;
  std::vector<std::string> names = {"sessioned", "compatible", "default"};
  bool hold_join = false;
  std::function<void()> held;
  std::function<void()> when_joined;

  std::vector<std::string> events;
  JoinedGroup joined;
  int rounds = 0;
  int losses = 0;
  std::vector<Error> fatal;
  std::vector<GroupPeer> peers;
  int32_t assigned_generation = -1;
  std::string assigned_leader;
  std::string assigned_protocol;
};

}  // namespace sluice::kafka::protocol::testing
