#pragma once
// What every member is going to run: dealing new work to the least loaded, and finding what the most loaded
// should give back. Parts of IncrementalAssignor.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/assignor.h"
#include "cluster/assignor_work.h"

namespace sluice::cluster {

/// The order in which a java.util.HashMap with these keys, inserted in this order, lists them: indices into
/// `keys`. Java's balancing depends on it. Exact for ASCII keys, as group member ids are by default.
std::vector<size_t> java_hash_order(const std::vector<std::string_view>& keys);

/// Which members may get the work of which connector.
class Eligibility {
 public:
  explicit Eligibility(const RoundInput& input);
  /// False: everybody may get everything.
  bool restricted() const { return !lacking_.empty(); }
  bool may_run(const std::string& member_id, const std::string& connector) const;
  /// How many members may not.
  size_t lacking(const std::string& connector) const;

 private:
  std::map<std::string, std::set<std::string>> lacking_;  // by connector: members without its plugin
};

struct MemberLoad {
  std::string member_id;
  WorkItems items;
};
using Loads = std::vector<MemberLoad>;

/// Deals connectors and tasks independently, one by one, to whoever then has the fewest; the order of equals
/// is settled at the beginning by (number, member id).
void deal(Loads& loads, const WorkItems& items, const Eligibility& eligibility);

/// What the members should give back so that everybody runs about the same. `configured`: all there is,
/// including `to_deal`, which is going to be dealt in this round. Empty if nothing needs to move.
std::map<std::string, WorkSet> balancing_revocations(const Loads& loads, const WorkSet& configured,
                                                     const WorkItems& to_deal,
                                                     const Eligibility& eligibility);

}  // namespace sluice::cluster
