#pragma once

#include <string>

namespace sluice::app {

/// Runs until a signal or a fatal error; returns the exit status (Kafka's own: 2 when the start fails, 1 when
/// the worker cannot go on, 128 and the signal's number otherwise).
int run_distributed(const std::string& worker_file);

}  // namespace sluice::app
