#include "cluster/assignor_loads.h"

#include <algorithm>
#include <numeric>

namespace sluice::cluster {
namespace {

/// java.lang.String.hashCode(), spread as HashMap does.
uint32_t java_hash(std::string_view key) {
  uint32_t hash = 0;
  for (const char byte : key) hash = 31 * hash + static_cast<uint8_t>(byte);
  return hash ^ hash >> 16;
}

template <auto kItems>
size_t size_of(const MemberLoad& load) {
  return (load.items.*kItems).size();
}

template <auto kItems, typename Item>
void deal_kind(Loads& loads, std::vector<Item> items, const Eligibility& eligibility) {
  // What few can run comes first, so that they get less of what anybody can.
  if (eligibility.restricted()) {
    std::stable_sort(items.begin(), items.end(), [&](const Item& left, const Item& right) {
      return eligibility.lacking(connector_of(left)) > eligibility.lacking(connector_of(right));
    });
  }
  std::vector<MemberLoad*> order;
  for (auto& load : loads) order.push_back(&load);
  std::sort(order.begin(), order.end(), [](const MemberLoad* left, const MemberLoad* right) {
    return std::pair(size_of<kItems>(*left), std::string_view(left->member_id)) <
           std::pair(size_of<kItems>(*right), std::string_view(right->member_id));
  });
  for (const auto& item : items) {
    MemberLoad* least = nullptr;
    for (MemberLoad* load : order) {
      if (!eligibility.may_run(load->member_id, connector_of(item))) continue;
      if (least == nullptr || size_of<kItems>(*load) < size_of<kItems>(*least)) least = load;
    }
    if (least != nullptr) (least->items.*kItems).push_back(item);
  }
}

/// Java's rule: as many members as the remainder asks for may hold one more than the quotient.
template <auto kItems, auto kSet>
void revoke_above_share(const Loads& loads, size_t total, std::map<std::string, WorkSet>& revoked) {
  const size_t share = total / loads.size();
  const size_t extra = total % loads.size();
  const auto holding = [&](size_t count) {
    return static_cast<size_t>(std::count_if(
        loads.begin(), loads.end(), [&](const MemberLoad& load) { return size_of<kItems>(load) == count; }));
  };
  if (holding(share + 1) == extra && holding(share) + extra == loads.size()) return;
  size_t granted = 0;
  for (const auto& load : loads) {
    const size_t count = size_of<kItems>(load);
    if (count <= share) continue;
    const size_t allowed = granted < extra ? share + 1 : share;
    if (granted < extra) ++granted;
    const auto first = (load.items.*kItems).begin();
    if (count > allowed)
      (revoked[load.member_id].*kSet).insert(first, first + static_cast<ptrdiff_t>(count - allowed));
  }
}

/// Where some lack plugins an equal share may be out of reach. So: work leaves members that cannot run it,
/// and otherwise moves only from one member to another that would still have less afterwards, as if all that
/// is to be dealt were dealt already.
template <auto kItems, auto kSet, typename Item>
void revoke_improving(const Loads& loads, const std::vector<Item>& to_deal, const Eligibility& eligibility,
                      std::map<std::string, WorkSet>& revoked) {
  Loads planned = loads;
  std::vector<Item> moving;
  for (auto& load : planned) {
    std::erase_if(load.items.*kItems, [&](const Item& item) {
      if (eligibility.may_run(load.member_id, connector_of(item))) return false;
      (revoked[load.member_id].*kSet).insert(item);
      moving.push_back(item);
      return true;
    });
  }
  std::vector<std::vector<Item>> movable;  // what a member has now; what it is yet to get does not move
  for (const auto& load : planned) movable.push_back(load.items.*kItems);
  moving.insert(moving.end(), to_deal.begin(), to_deal.end());
  deal_kind<kItems>(planned, moving, eligibility);

  std::vector<size_t> counts;
  for (const auto& load : planned) counts.push_back(size_of<kItems>(load));
  const auto move_one = [&] {
    std::vector<size_t> fullest_first(planned.size());
    std::iota(fullest_first.begin(), fullest_first.end(), size_t{0});
    std::stable_sort(fullest_first.begin(), fullest_first.end(),
                     [&](size_t left, size_t right) { return counts[left] > counts[right]; });
    for (const size_t from : fullest_first) {
      for (auto item = movable[from].begin(); item != movable[from].end(); ++item) {
        for (auto to = fullest_first.rbegin(); to != fullest_first.rend(); ++to) {
          if (counts[*to] + 2 > counts[from]) break;
          if (!eligibility.may_run(planned[*to].member_id, connector_of(*item))) continue;
          (revoked[planned[from].member_id].*kSet).insert(*item);
          movable[from].erase(item);
          --counts[from];
          ++counts[*to];
          return true;
        }
      }
    }
    return false;
  };
  while (move_one()) {
  }
}

}  // namespace

std::vector<size_t> java_hash_order(const std::vector<std::string_view>& keys) {
  size_t buckets = 16;
  while (4 * keys.size() > 3 * buckets) buckets *= 2;  // grows past a load of 0.75
  std::vector<size_t> order(keys.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t left, size_t right) {
    return java_hash(keys[left]) % buckets < java_hash(keys[right]) % buckets;
  });
  return order;
}

Eligibility::Eligibility(const RoundInput& input) {
  if (!input.can_run) return;
  for (const auto& [connector, tasks] : input.connectors) {
    std::set<std::string> lacking;
    for (const auto& member : input.members)
      if (!input.can_run(member, connector)) lacking.insert(member.id);
    // A connector that nobody can run is given to somebody all the same, where its failure shows.
    if (!lacking.empty() && lacking.size() < input.members.size()) lacking_.emplace(connector, lacking);
  }
}

bool Eligibility::may_run(const std::string& member_id, const std::string& connector) const {
  if (lacking_.empty()) return true;
  const auto lacking = lacking_.find(connector);
  return lacking == lacking_.end() || !lacking->second.contains(member_id);
}

size_t Eligibility::lacking(const std::string& connector) const {
  const auto lacking = lacking_.find(connector);
  return lacking == lacking_.end() ? 0 : lacking->second.size();
}

void deal(Loads& loads, const WorkItems& items, const Eligibility& eligibility) {
  deal_kind<&WorkItems::connectors>(loads, items.connectors, eligibility);
  deal_kind<&WorkItems::tasks>(loads, items.tasks, eligibility);
}

std::map<std::string, WorkSet> balancing_revocations(const Loads& loads, const WorkSet& configured,
                                                     const WorkItems& to_deal,
                                                     const Eligibility& eligibility) {
  std::map<std::string, WorkSet> revoked;
  const bool all_idle =
      std::all_of(loads.begin(), loads.end(), [](const MemberLoad& load) { return load.items.empty(); });
  if (all_idle || configured.empty()) return revoked;
  constexpr auto kConnectors = &WorkItems::connectors;
  constexpr auto kTasks = &WorkItems::tasks;
  if (eligibility.restricted()) {
    revoke_improving<kConnectors, &WorkSet::connectors>(loads, to_deal.connectors, eligibility, revoked);
    revoke_improving<kTasks, &WorkSet::tasks>(loads, to_deal.tasks, eligibility, revoked);
  } else {
    revoke_above_share<kConnectors, &WorkSet::connectors>(loads, configured.connectors.size(), revoked);
    revoke_above_share<kTasks, &WorkSet::tasks>(loads, configured.tasks.size(), revoked);
  }
  return revoked;
}

}  // namespace sluice::cluster
