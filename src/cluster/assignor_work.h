#pragma once
// Sets of connectors and tasks, and what members hold while a leader thinks. Parts of the assignors.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/connect_protocol.h"

namespace sluice::cluster {

/// Connectors and tasks in their natural order.
struct WorkSet {
  std::set<std::string> connectors{};
  std::set<TaskName> tasks{};

  bool empty() const { return connectors.empty() && tasks.empty(); }
  void add(const auto& work) {
    connectors.insert(work.connectors.begin(), work.connectors.end());
    tasks.insert(work.tasks.begin(), work.tasks.end());
  }
  void remove(const auto& work) {
    for (const auto& connector : work.connectors) connectors.erase(connector);
    for (const auto& task : work.tasks) tasks.erase(task);
  }
  void keep(const WorkSet& work) {
    std::erase_if(connectors, [&](const auto& connector) { return !work.connectors.contains(connector); });
    std::erase_if(tasks, [&](const auto& task) { return !work.tasks.contains(task); });
  }
  WorkItems items() const {
    return {.connectors = {connectors.begin(), connectors.end()}, .tasks = {tasks.begin(), tasks.end()}};
  }
};

inline WorkSet as_set(const auto& work) {
  WorkSet set;
  set.add(work);
  return set;
}

inline WorkSet minus(WorkSet work, const auto& other) {
  work.remove(other);
  return work;
}

inline WorkSet both(WorkSet work, const WorkSet& other) {
  work.keep(other);
  return work;
}

inline void remove(WorkItems& items, const WorkSet& work) {
  std::erase_if(items.connectors, [&](const auto& connector) { return work.connectors.contains(connector); });
  std::erase_if(items.tasks, [&](const auto& task) { return work.tasks.contains(task); });
}

inline void append(WorkItems& items, const auto& work) {
  items.connectors.insert(items.connectors.end(), work.connectors.begin(), work.connectors.end());
  items.tasks.insert(items.tasks.end(), work.tasks.begin(), work.tasks.end());
}

inline const std::string& connector_of(const std::string& connector) { return connector; }
inline const std::string& connector_of(const TaskName& task) { return task.connector; }

}  // namespace sluice::cluster
