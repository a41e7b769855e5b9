#pragma once
// Connecting with the patience that connection.attempts and connection.backoff.ms ask for.

#include <memory>

#include "connectors/sql/dialect.h"
#include "connectors/sql/options.h"

namespace sluice::connectors::sql {

/// Tries again after errors that may pass. Error kind kClosed when stop fires, kFailed after the last
/// attempt.
Result<std::unique_ptr<Connection>> connect_patiently(const SourceOptions& options, const StopSignal& stop);

}  // namespace sluice::connectors::sql
