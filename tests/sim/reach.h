#pragma once
// Which hosts reach which. Names of hosts are those of workers, and "broker".

#include <map>
#include <set>
#include <string>
#include <utility>

#include "world.h"

namespace sluice::sim {

inline const std::string kBroker = "broker";

class Reach {
 public:
  explicit Reach(World& world) : world_(world) {}

  bool reaches(const std::string& one, const std::string& other) const {
    return !cuts_.contains(pair(one, other));
  }
  void cut(const std::string& one, const std::string& other) { cuts_.insert(pair(one, other)); }
  void heal(const std::string& one, const std::string& other) { cuts_.erase(pair(one, other)); }
  void heal_all() { cuts_.clear(); }

  /// Of one message.
  int64_t latency_ms() { return world_.percent(2) ? world_.between(3, 30) : world_.between(0, 2); }

 private:
  static std::pair<std::string, std::string> pair(const std::string& one, const std::string& other) {
    return one < other ? std::pair(one, other) : std::pair(other, one);
  }
  World& world_;
  std::set<std::pair<std::string, std::string>> cuts_;
};

}  // namespace sluice::sim
