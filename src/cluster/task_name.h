#pragma once
// A task's identity: its connector and its number (org.apache.kafka.connect.util.ConnectorTaskId).

#include <compare>
#include <cstdint>
#include <string>

namespace sluice::cluster {

struct TaskName {
  std::string connector;
  int32_t task = 0;
  std::string text() const { return connector + "-" + std::to_string(task); }
  friend auto operator<=>(const TaskName&, const TaskName&) = default;
};

}  // namespace sluice::cluster
