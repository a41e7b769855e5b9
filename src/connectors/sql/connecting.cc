#include "connectors/sql/connecting.h"

#include <fmt/core.h>

#include "base/log.h"

namespace sluice::connectors::sql {

Result<std::unique_ptr<Connection>> connect_patiently(const SourceOptions& options, const StopSignal& stop) {
  for (int attempt = 1;; ++attempt) {
    auto connection = options.dialect->connect(options.connection, stop);
    if (connection.ok() || connection.error().kind() != ErrorKind::kRetry) return connection;
    if (attempt >= options.connection_attempts) {
      return failed(fmt::format("{}. Gave up after {} attempts (connection.attempts)",
                                connection.error().message(), attempt));
    }
    log::warn("{}. Attempt {} of {}, the next one in {} ms", connection.error().message(), attempt,
              options.connection_attempts, options.connection_backoff_ms);
    if (stop.wait_for(std::chrono::milliseconds(options.connection_backoff_ms))) {
      return closed("Stopped while waiting to connect again");
    }
  }
}

}  // namespace sluice::connectors::sql
