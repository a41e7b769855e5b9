#include "cluster/request_steps.h"

#include <fmt/format.h>

#include "cluster/connector_validation.h"

namespace sluice::cluster {

RequestError request_error(RequestProblem problem, std::string message, std::string forward_url) {
  return {problem, std::move(message), std::move(forward_url)};
}

RequestError connector_not_found(const std::string& connector) {
  return request_error(RequestProblem::kNotFound, fmt::format("Connector {} not found", connector));
}

RequestError shutting_down() { return request_error(RequestProblem::kInternal, "Worker is shutting down"); }

std::optional<RequestError> refusal_of(const Answer<ConfigChecks>& checks) {
  if (const auto* error = std::get_if<RequestError>(&checks)) return *error;
  return refusal_of(std::get<ConfigChecks>(checks));
}

std::optional<store::TargetState> target_of(std::optional<InitialState> state) {
  if (!state) return std::nullopt;
  switch (*state) {
    case InitialState::kPaused:
      return store::TargetState::kPaused;
    case InitialState::kStopped:
      return store::TargetState::kStopped;
    case InitialState::kRunning:
      break;
  }
  return store::TargetState::kStarted;
}

RawConfig patched(RawConfig config, const RawConfig& patch) {
  for (const auto& [key, value] : patch) {
    if (value) {
      config[key] = value;
    } else {
      config.erase(key);
    }
  }
  return config;
}

}  // namespace sluice::cluster
