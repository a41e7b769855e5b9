#pragma once
// Single calls to coordinators that librdkafka does not offer. Blocking, each with its own deadline;
// thread-safe.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::kafka::protocol {

class GroupCalls {
 public:
  virtual ~GroupCalls() = default;

  /// Fences every transactional id: finds its coordinator, InitProducerId without a producer id; aborts what
  /// was left open. Codes 14, 15, 16 and 51 are tried again until `timeout` (KIP-618's fencing round).
  virtual Status fence_producers(const std::vector<std::string>& transactional_ids,
                                 std::chrono::milliseconds timeout) = 0;

  /// Takes static members out of a group by their instance ids; ids that are not in it are fine.
  virtual Status remove_instances(const std::string& group, const std::vector<std::string>& instance_ids,
                                  std::chrono::milliseconds timeout) = 0;

  /// Frees the instance id of a static member for one that subscribes to `topics` (none: to a pattern).
  /// Consumer protocol (KIP-848): brokers keep the id, dead or alive, until its session is over; the member
  /// takes its leave for a while, and who comes next with the id gets its partitions at once. Classic: the
  /// next one takes the place over by itself, and with it the partitions, without a rebalance, though it may
  /// have subscribed to other topics; then the member is taken out. Fine: nobody has the id. Error: the id
  /// stays taken.
  virtual Status release_instance(const std::string& group, const std::string& instance_id,
                                  const std::vector<std::string>& topics,
                                  std::chrono::milliseconds timeout) = 0;

  struct Member {
    std::string member_id;
    std::string instance_id;  // empty: dynamic
    std::string client_id;
    std::string metadata;
    std::string assignment;
    int32_t epoch = -1;  // of the consumer protocol only; -2: away for a while
  };
  struct GroupDescription {
    std::string state;  // "Stable", "Empty", "Dead", …
    std::string protocol_type;
    std::vector<Member> members;
  };
  /// In both protocols; of the consumer protocol without the members' metadata and assignments.
  virtual Result<GroupDescription> describe_group(const std::string& group,
                                                  std::chrono::milliseconds timeout) = 0;
};

/// `properties`: Java admin client properties (bootstrap.servers, security.*, sasl.*, ssl.*, timeouts).
Result<std::unique_ptr<GroupCalls>> make_group_calls(const sdk::Properties& properties,
                                                     const std::string& client_id);

}  // namespace sluice::kafka::protocol
