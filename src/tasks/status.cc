#include "tasks/status.h"

namespace sluice::tasks {

std::string_view state_name(State state) {
  static constexpr std::string_view kNames[] = {"UNASSIGNED", "RUNNING", "PAUSED",
                                                "STOPPED",    "FAILED",  "RESTARTING"};
  return kNames[static_cast<size_t>(state)];
}

}  // namespace sluice::tasks
