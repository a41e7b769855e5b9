#include "store/states.h"

#include <algorithm>
#include <array>

namespace sluice::store {
namespace {

constexpr std::array<std::string_view, 6> kWorkStates{"UNASSIGNED", "RUNNING", "PAUSED",
                                                      "STOPPED",    "FAILED",  "RESTARTING"};
constexpr std::array<std::string_view, 3> kTargetStates{"STARTED", "PAUSED", "STOPPED"};

template <typename State, size_t count>
std::optional<State> parse(const std::array<std::string_view, count>& names, std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<State>(found - names.begin());
}

}  // namespace

std::string_view state_name(WorkState state) { return kWorkStates.at(static_cast<size_t>(state)); }
std::string_view state_name(TargetState state) { return kTargetStates.at(static_cast<size_t>(state)); }

std::optional<WorkState> parse_work_state(std::string_view name) {
  return parse<WorkState>(kWorkStates, name);
}

std::optional<TargetState> parse_target_state(std::string_view name) {
  return parse<TargetState>(kTargetStates, name);
}

}  // namespace sluice::store
