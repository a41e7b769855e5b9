#pragma once
// What the parts of the herder may know of the group. On the scheduler's thread.

#include <cstdint>
#include <string>

#include "cluster/task_name.h"

namespace sluice::cluster {

class GroupView {
 public:
  virtual ~GroupView() = default;
  virtual bool is_leader() const = 0;
  /// What the last round assigned here has been started, and no other round is under way.
  virtual bool is_settled() const = 0;
  /// A round is due because of a change of configuration, and not complete yet.
  virtual bool is_rebalance_expected() const = 0;
  virtual int32_t generation() const = 0;
  /// Advertised, with a slash at its end; empty: not known.
  virtual std::string leader_url() const = 0;
  /// The group's protocol wants internal requests signed.
  virtual bool signs_requests() const = 0;
  /// The leader's knowledge; empty: nobody.
  virtual std::string owner_url(const std::string& connector) const = 0;
  virtual std::string owner_url(const TaskName& task) const = 0;
};

}  // namespace sluice::cluster
