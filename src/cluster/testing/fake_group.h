#pragma once
// For tests: a group without a broker. Members join, sync, leave and are evicted as at a real coordinator,
// all on one scheduler, each step `kStep` long; nobody fails unless the test says so.

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/scheduler.h"
#include "kafka/protocol/group_member.h"

namespace sluice::cluster {

class FakeMember;

class FakeGroup {
 public:
  static constexpr std::chrono::milliseconds kStep{1};
  FakeGroup(Scheduler& scheduler, const Clock& clock) : scheduler_(scheduler), clock_(clock) {}

  /// `thread` is the process's.
  std::unique_ptr<kafka::protocol::GroupMember> make_member(Scheduler& thread,
                                                            kafka::protocol::GroupListener& listener);
  int32_t generation() const { return generation_; }
  size_t size() const { return members_.size(); }
  /// The member's process is gone: the group learns nothing of it.
  void forget_process(FakeMember& member);
  /// As the coordinator does when a session is over.
  void remove(const std::string& member_id);

 private:
  friend class FakeMember;
  struct Member {
    FakeMember* process = nullptr;  // null: dead
    bool joining = false;
    std::vector<kafka::protocol::GroupProtocol> protocols;
  };
  void begin_round();
  void try_to_complete();
  void complete();

  Scheduler& scheduler_;
  const Clock& clock_;
  std::map<std::string, Member> members_;
  std::string leader_;
  int32_t generation_ = 0;
  int next_id_ = 1;
  bool in_round_ = false;
};

class FakeMember final : public kafka::protocol::GroupMember {
 public:
  FakeMember(FakeGroup& group, Scheduler& thread, kafka::protocol::GroupListener& listener)
      : group_(group), thread_(thread), listener_(listener) {}
  ~FakeMember() override { group_.forget_process(*this); }

  void start() override {
    started_ = true;
    request_rejoin("start");
  }
  void request_rejoin(const std::string&) override {
    if (!started_ || std::exchange(rejoin_due_, true)) return;
    post([this] { join(); });
  }
  void leave(const std::string&, Done done) override {
    started_ = false;
    rejoin_due_ = false;
    stable_ = false;
    const std::string id = std::exchange(id_, {});
    post([this, id, done = std::move(done)] {
      group_.remove(id);
      done({});
    });
  }
  void evict(const std::string& member_id, const std::string&, Done done) override {
    post([this, member_id, done = std::move(done)] {
      group_.remove(member_id);
      done({});
    });
  }
  bool is_stable() const override { return stable_; }
  int64_t last_heartbeat_sent_ms() const override { return id_.empty() ? -1 : group_.clock_.steady_ms(); }
  void heartbeat_now(Done done) override {
    post([this, done = std::move(done)] {
      const bool is_known = group_.members_.contains(id_);
      done(is_known ? Status() : Status(fenced("unknown member")));
      if (!is_known) request_rejoin("unknown member");
    });
  }

 private:
  friend class FakeGroup;
  void post(std::function<void()> work) {
    thread_.post_after(FakeGroup::kStep, [alive = std::weak_ptr<int>(alive_), work = std::move(work)] {
      if (!alive.expired()) work();
    });
  }
  void join() {
    rejoin_due_ = false;
    if (!started_ || joining_) return;
    joining_ = true;
    stable_ = false;
    if (!id_.empty() && !group_.members_.contains(id_)) {
      id_.clear();
      listener_.on_forgotten();
    }
    listener_.prepare_join([this] { post([this] { send_join(); }); });
  }
  void send_join() {
    if (!started_) {
      joining_ = false;
      return;
    }
    if (id_.empty()) id_ = "member-" + std::to_string(group_.next_id_++);
    auto& member = group_.members_[id_];
    member.process = this;
    member.joining = true;
    member.protocols = listener_.protocols();
    group_.begin_round();
    group_.try_to_complete();
  }

  FakeGroup& group_;
  Scheduler& thread_;
  kafka::protocol::GroupListener& listener_;
  std::string id_;
  bool started_ = false;
  bool rejoin_due_ = false;
  bool joining_ = false;
  bool stable_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

inline std::unique_ptr<kafka::protocol::GroupMember> FakeGroup::make_member(
    Scheduler& thread, kafka::protocol::GroupListener& listener) {
  return std::make_unique<FakeMember>(*this, thread, listener);
}

inline void FakeGroup::forget_process(FakeMember& member) {
  for (auto& [id, known] : members_) {
    if (known.process == &member) known.process = nullptr;
  }
}

inline void FakeGroup::remove(const std::string& member_id) {
  if (members_.erase(member_id) == 0) return;
  if (leader_ == member_id) leader_.clear();
  begin_round();
  try_to_complete();
}

/// The others hear of it at their next heartbeat, which is at once here.
inline void FakeGroup::begin_round() {
  if (std::exchange(in_round_, true)) return;
  for (auto& [id, member] : members_) {
    if (member.process != nullptr && !member.joining) member.process->request_rejoin("rebalance");
  }
}

inline void FakeGroup::try_to_complete() {
  const bool all_joined =
      std::all_of(members_.begin(), members_.end(), [](const auto& entry) { return entry.second.joining; });
  if (!in_round_ || members_.empty() || !all_joined) return;
  scheduler_.post_after(kStep, [this] { complete(); });
}

inline void FakeGroup::complete() {
  const bool all_joined = std::all_of(members_.begin(), members_.end(), [](const auto& entry) {
    return entry.second.joining && entry.second.process != nullptr;
  });
  if (!in_round_ || members_.empty() || !all_joined) return;
  in_round_ = false;
  ++generation_;
  if (!members_.contains(leader_)) leader_ = members_.begin()->first;
  std::vector<kafka::protocol::GroupPeer> peers;
  for (auto& [id, member] : members_) {
    member.joining = false;
    peers.push_back({id, member.protocols.front().metadata});
  }
  const std::string protocol = members_.at(leader_).protocols.front().name;
  FakeMember& leader = *members_.at(leader_).process;
  const auto assignments = leader.listener_.assign(generation_, leader_, protocol, peers);
  for (auto& [id, member] : members_) {
    FakeMember& process = *member.process;
    const kafka::protocol::JoinedGroup joined{generation_, id, leader_, protocol, assignments.at(id)};
    process.post([&process, joined] {
      process.joining_ = false;
      process.stable_ = true;
      process.listener_.on_joined(joined);
      if (std::exchange(process.rejoin_due_, false)) process.request_rejoin("asked for meanwhile");
    });
  }
}

}  // namespace sluice::cluster
