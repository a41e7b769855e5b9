#pragma once
// Connecting with the patience that connection.attempts and connection.backoff.ms ask for.

#include <memory>

#include "connectors/sql/driver.h"

namespace sluice::connectors::sql {

struct Connecting {
  const Driver* driver = nullptr;
  ConnectionOptions options;
  int attempts = 3;
  int64_t backoff_ms = 10'000;
};

/// Tries again after errors that may pass. Error kind kClosed when stop fires, kFailed after the last
/// attempt.
Result<std::unique_ptr<Connection>> connect_patiently(const Connecting& how, const StopSignal& stop);

}  // namespace sluice::connectors::sql
