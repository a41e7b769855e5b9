#pragma once
// A group's coordinator as its member sees it: found, reached over two connections (a JoinGroup may block one
// for minutes, and brokers answer one request of a connection after the other), lost, found again. On the
// scheduler's thread.

#include <functional>
#include <memory>

#include "kafka/protocol/coordinator_finder.h"
#include "kafka/protocol/group_member.h"

namespace sluice::kafka::protocol {

struct GroupConnectionCallbacks {
  std::function<void()> on_found;
  /// After it was found; everything under way has failed or will never be answered.
  std::function<void(const Error&)> on_gone;
  /// Looking for it is pointless: login refused, no right to the group.
  std::function<void(const Error&)> on_fatal;
};

class GroupConnection {
 public:
  GroupConnection(const GroupMemberConfig& config, const Surroundings& surroundings,
                  GroupConnectionCallbacks callbacks);

  /// Looks for the coordinator until it is found, connected and ready; at once the first time, then with a
  /// growing back-off until it works(). Does nothing while it is looked for.
  void find();
  void works() { failures_ = attempt_ = 0; }
  bool is_ready() const { return stage_ == Stage::kReady; }
  /// The coordinator does not answer, or is none. kRetry leads to on_gone, any other kind to on_fatal.
  void gone(const Error& reason);
  /// Looks no longer, and ends the connections; requests under way fail with `reason`.
  void close(const Error& reason);

  // While it is ready.
  BrokerClient& for_joining() { return *joining_; }
  BrokerClient& for_heartbeats() { return *heartbeats_; }

 private:
  enum class Stage : uint8_t { kUnknown, kFinding, kReady };

  void ask();
  void on_answer(const Result<BrokerAddress>& coordinator);
  void connect(const BrokerAddress& coordinator);
  void try_again(const Error& error);
  std::unique_ptr<BrokerClient> new_client(const BrokerAddress& address) const;

  const GroupMemberConfig& config_;
  const Surroundings surroundings_;
  const GroupConnectionCallbacks callbacks_;
  const BrokerClientConfig client_config_;
  Stage stage_ = Stage::kUnknown;
  uint64_t search_ = 0;  // counts them
  int failures_ = 0;     // since it last worked
  int attempt_ = 0;      // for the back-off of the next search; 0: none
  CoordinatorFinder finder_;
  std::unique_ptr<BrokerClient> joining_;
  std::unique_ptr<BrokerClient> heartbeats_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sluice::kafka::protocol
