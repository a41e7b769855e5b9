#pragma once
// States of connectors and tasks, reached and wanted, as Kafka Connect names them.

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::store {

enum class WorkState : uint8_t { kUnassigned, kRunning, kPaused, kStopped, kFailed, kRestarting };
enum class TargetState : uint8_t { kStarted, kPaused, kStopped };

/// "UNASSIGNED", "RUNNING", …
std::string_view state_name(WorkState state);
/// "STARTED", "PAUSED", "STOPPED".
std::string_view state_name(TargetState state);

/// The state of that exact name, if there is one.
std::optional<WorkState> parse_work_state(std::string_view name);
std::optional<TargetState> parse_target_state(std::string_view name);

}  // namespace sluice::store
